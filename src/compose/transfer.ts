// Everything that is kept, into files and back: without a house.
import { join } from "node:path";
import type { Settings } from "../config/settings.ts";
import type { Log } from "../domain/ports/log.ts";
import { exportTables, importTables, TransferRefused } from "../store/transfer.ts";
import { createDatabase } from "./storage.ts";

/** What moves everything that is kept into files and back. */
export interface Transfer {
  /** Writes all into a new folder. */
  export(directory: string): Promise<Transferred>;
  /** Takes in what was written. */
  import(directory: string): Promise<Transferred>;
}

/** Rows by table, or why nothing was moved. */
export type Transferred =
  | { readonly rows: Readonly<Record<string, number>> }
  | { readonly refused: string };

/** @returns undefined where no setting says where the data is. */
export function createTransfer(settings: Settings, log: Log): Transfer | undefined {
  const database = createDatabase(settings, log);
  if (database === undefined) return undefined;
  const spool = settings.data && join(settings.data, "spool");
  const run =
    (work: typeof exportTables) =>
    async (directory: string): Promise<Transferred> => {
      try {
        return { rows: await work(await database.open(), directory, log, spool) };
      } catch (error) {
        if (error instanceof TransferRefused) return { refused: error.message };
        throw error;
      } finally {
        await database.close();
      }
    };
  return { export: run(exportTables), import: run(importTables) };
}
