import { readFile } from "node:fs/promises";
import { createFleetTable, type FleetTable } from "../domain/fleet-table.ts";
import type { Log } from "../domain/ports/log.ts";
import { parseAssetsFile } from "./assets-file.ts";
import { DEFAULT_FLEET } from "./default-fleet.ts";

export interface LoadedFleet {
  readonly table: FleetTable;
  /** Where it comes from. */
  readonly origin: "file" | "default";
}

/** The fleet of a file; the default one, with one line in the log that says why, where it cannot be used. */
export async function loadFleet(path: string, log: Log): Promise<LoadedFleet> {
  const read = await readFleet(path, log);
  const { sites, assets } = read ?? DEFAULT_FLEET;
  return { table: createFleetTable(sites, assets), origin: read ? "file" : "default" };
}

async function readFleet(path: string, log: Log) {
  const instead = `running the default fleet of ${DEFAULT_FLEET.assets.length} assets instead`;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    log.warn({ path }, `${path} cannot be read (${code}): ${instead}`);
    return undefined;
  }
  const fleet = parseAssetsFile(text);
  if (!("errors" in fleet)) return fleet;
  const list = fleet.errors.map(
    ({ line, column, message }) => `\n  ${path}:${line}:${column} ${message}`,
  );
  log.warn({ path }, `${path} has ${fleet.errors.length} errors, ${instead}:${list.join("")}`);
  return undefined;
}
