// The transfer of all stored data into files and back, without a running fleet.
import { join } from "node:path";
import { holdsData } from "../adapters/embedded-postgres/data-directory.ts";
import type { Settings } from "../config/settings.ts";
import type { Log } from "../domain/ports/log.ts";
import { examineDatabase } from "../store/database/examination.ts";
import { explained } from "../store/database/failure.ts";
import { StartRefused } from "../store/database/start-refused.ts";
import { TransferRefused } from "../store/transfer/refused.ts";
import { exportTables, importTables } from "../store/transfer/transfer.ts";
import { createDatabase } from "./storage.ts";

export interface Transfer {
  /** Writes all stored data into a new folder. @param signal Ends the export. */
  export(directory: string, signal: AbortSignal): Promise<Transferred>;
  /** Stores the data of an export. @param signal Ends the import. */
  import(directory: string, signal: AbortSignal): Promise<Transferred>;
}

type Rows = Readonly<Record<string, number>>;

/** The number of rows by table, or the reason why nothing was moved. */
export type Transferred = { readonly rows: Rows } | { readonly refused: string };

/** @returns undefined where no setting says where the data is. */
export function createTransfer(settings: Settings, log: Log): Transfer | undefined {
  const database = createDatabase(settings, log);
  if (database === undefined) return undefined;
  const spool = settings.data && join(settings.data, "spool");
  const run =
    (work: (url: string, directory: string, signal: AbortSignal) => Promise<Rows>) =>
    async (directory: string, signal: AbortSignal): Promise<Transferred> => {
      try {
        const url = await database.open();
        await explained(url, examineDatabase(url, log));
        return { rows: await work(url, directory, signal) };
      } catch (error) {
        if (error instanceof TransferRefused || error instanceof StartRefused)
          return { refused: error.message };
        throw error;
      } finally {
        await database.close();
      }
    };
  const exportAll = run((url, directory, signal) =>
    exportTables(url, directory, log, spool, signal, settings.auditKey),
  );
  return {
    async export(directory, signal) {
      // Opening a folder without a database would make one.
      const { data, databaseUrl } = settings;
      if (databaseUrl === undefined && data !== undefined && !(await holdsData(data)))
        return {
          refused: `there is no data: DATA ${data} holds no database; name the data folder of the server`,
        };
      return exportAll(directory, signal);
    },
    import: run((url, directory, signal) =>
      importTables(url, directory, log, signal, settings.auditKey),
    ),
  };
}
