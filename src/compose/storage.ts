// Where a server keeps its data: the database that the settings name, and the store in it.
import { createEmbeddedPostgres } from "../adapters/embedded-postgres/server.ts";
import type { LoadedFleet } from "../config/fleet.ts";
import type { Settings } from "../config/settings.ts";
import type { Log } from "../domain/ports/log.ts";
import { createStore, type Store } from "../store/store.ts";
import { prepareDataFolder } from "./data-folder.ts";

/** Where the spool lies when the database is elsewhere and no folder is named. */
const DEFAULT_FOLDER = ".data";

/** A database that is ours to start, or is elsewhere. */
interface Database {
  open(): Promise<string>;
  close(): Promise<void>;
}

/** The database that the settings name: `DATABASE_URL` wins over a folder. */
export function createDatabase({ data, databaseUrl }: Settings, log: Log): Database | undefined {
  if (databaseUrl !== undefined) return { open: async () => databaseUrl, close: async () => {} };
  if (data === undefined) return undefined;
  const postgres = createEmbeddedPostgres({ directory: data, log });
  return {
    async open() {
      await prepareDataFolder(data);
      return postgres.start();
    },
    close: postgres.stop,
  };
}

/** The store of a server, and the database that it lies in. */
export interface Storage {
  readonly store: Store;
  /** The connection string of its database, once that is open. */
  readonly opening: Promise<string>;
  close(): Promise<void>;
}

export function createStorage(settings: Settings, log: Log): Storage | undefined {
  const { data = DEFAULT_FOLDER, resetDb, prune, spoolMb } = settings;
  const database = createDatabase(settings, log);
  if (database === undefined) return undefined;
  // It takes its time, in a process of its own: the fleet is read meanwhile.
  const opening = prepareDataFolder(data).then(database.open);
  opening.catch(() => {});
  const spoolBytes = spoolMb * 2 ** 20;
  const retention = {
    rawDays: settings.rawRetentionDays,
    rawBytes: Math.floor(settings.rawRetentionGb * 2 ** 30),
    minuteDays: settings.minuteRetentionDays,
  };
  const store = createStore(
    { directory: data, spoolBytes, reset: resetDb, mayPrune: prune, retention },
    log,
  );
  return { store, opening, close: database.close };
}

/** The fleet as it was kept, with what the file says now. */
export async function openFleet(
  { store, opening }: Storage,
  loaded: LoadedFleet,
  dtS: number,
  nowMs: () => number,
) {
  const { table, origin } = loaded;
  const given = {
    sites: [...table.sites, ...table.retiredSites],
    assets: [...table.assets, ...table.retired],
  };
  return store.open(await opening, { given, origin, dtS, nowMs });
}
