import { readFile } from "node:fs/promises";
import { errorLines } from "../domain/file-error.ts";
import { createFleetTable, type FleetTable } from "../domain/fleet-table.ts";
import type { AssetsFile } from "../domain/ports/assets-file.ts";
import type { Log } from "../domain/ports/log.ts";
import { parseAssetsFile, writeAssetsFile } from "./assets-file.ts";
import { DEFAULT_FLEET } from "./default-fleet.ts";

export interface LoadedFleet {
  readonly table: FleetTable;
  /** Where it comes from. */
  readonly origin: "file" | "default";
}

/** The file at a path. */
export function createAssetsFile(path: string): AssetsFile {
  return {
    path,
    async read() {
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (error) {
        return { unreadable: (error as NodeJS.ErrnoException).code ?? String(error) };
      }
      return parseAssetsFile(text);
    },
    textOf: writeAssetsFile,
  };
}

/** The fleet of a file; the default one, with one line in the log that says why, where it cannot be used. */
export async function loadFleet(file: AssetsFile, log: Log): Promise<LoadedFleet> {
  const read = await file.read();
  if ("assets" in read) return { table: createFleetTable(read.sites, read.assets), origin: "file" };
  const { path } = file;
  const instead = `running the default fleet of ${DEFAULT_FLEET.assets.length} assets instead`;
  const why =
    "unreadable" in read
      ? `cannot be read (${read.unreadable}): ${instead}`
      : `has ${read.errors.length} errors, ${instead}:${errorLines(path, read.errors)}`;
  log.warn({ path }, `${path} ${why}`);
  return { table: createFleetTable(DEFAULT_FLEET.sites, DEFAULT_FLEET.assets), origin: "default" };
}
