// The fleet of the settings: the assets file, or the default fleet.
import { access, constants, readFile, stat } from "node:fs/promises";
import { errorLines } from "../domain/base/file-error.ts";
import { readUtf8 } from "../domain/base/utf8.ts";
import { createFleetTable, type FleetTable } from "../domain/fleet/fleet-table.ts";
import type { AssetsFile } from "../domain/ports/assets-file.ts";
import type { Log } from "../domain/ports/log.ts";
import { parseAssetsFile, writeAssetsFile } from "./assets-file.ts";
import { DEFAULT_FLEET } from "./default-fleet.ts";

export interface LoadedFleet {
  readonly table: FleetTable;
  readonly origin: "file" | "default";
  /** Ids of the assets whose data path the file names: the others keep a stored one. */
  readonly ownPathIds?: ReadonlySet<string> | undefined;
}

/** The assets file at a path. */
export function createAssetsFile(path: string): AssetsFile {
  return {
    path,
    async read() {
      let bytes: Buffer;
      try {
        bytes = await readFile(path);
      } catch (error) {
        return { unreadable: (error as NodeJS.ErrnoException).code ?? String(error) };
      }
      const read = readUtf8(bytes);
      if ("text" in read) return parseAssetsFile(read.text);
      const { line, column, wrong: message } = read;
      return { errors: [{ line, column, message }] };
    },
    textOf: writeAssetsFile,
  };
}

/** The reason why a file cannot be read; undefined where it can. Its content is not checked. */
export async function refuseUnreadable(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).isDirectory()) return "is a folder";
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? message})`;
  }
}

/** The fleet of a file; where the file cannot be used, the default fleet, with the reason as one line in the log. */
export async function loadFleet(file: AssetsFile, log: Log): Promise<LoadedFleet> {
  const read = await file.read();
  if ("assets" in read) {
    const { sites, assets, ownPathIds } = read;
    return { table: createFleetTable(sites, assets), origin: "file", ownPathIds };
  }
  const { path } = file;
  const instead = `running the default fleet of ${DEFAULT_FLEET.assets.length} assets instead`;
  const why =
    "unreadable" in read
      ? `cannot be read (${read.unreadable}): ${instead}`
      : `has ${read.errors.length === 1 ? "an error" : `${read.errors.length} errors`}, ${instead}:${errorLines(path, read.errors)}`;
  log.warn({ path }, `${path} ${why}`);
  return { table: createFleetTable(DEFAULT_FLEET.sites, DEFAULT_FLEET.assets), origin: "default" };
}
