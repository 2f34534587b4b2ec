// The storage of a server: the database that the settings name, and the store in it.
import { createEmbeddedPostgres } from "../adapters/embedded-postgres/server.ts";
import type { LoadedFleet } from "../config/fleet.ts";
import type { Settings } from "../config/settings.ts";
import type { OpenedFleet } from "../domain/ports/fleet-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Tracing } from "../domain/ports/tracing.ts";
import type { RetentionSettings } from "../store/maintenance/retention.ts";
import { createStore, type Store } from "../store/store.ts";
import { prepareDataFolder } from "./data-folder.ts";
import type { KernelStores } from "./kernel.ts";
import type { LiveSettings } from "./live-settings.ts";

/** Where the spool lies when the database is elsewhere and no folder is named. */
const DEFAULT_FOLDER = ".data";

/** A database that the process starts and stops, or one elsewhere. */
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

export interface Storage {
  readonly store: Store;
  /**
   * Opens the database and the store in it, which waits while another server runs that database.
   *
   * @param loaded The fleet of the assets file.
   * @param nowMs  Now, in ms since the epoch, by the clock that ticks run by.
   * @returns The stored fleet, brought to the loaded one.
   */
  open(loaded: LoadedFleet, dtS: number, nowMs: () => number): Promise<OpenedFleet>;
  close(): Promise<void>;
}

interface StorageDeps {
  readonly settings: Settings;
  /** The settings that change while the server runs. */
  readonly live: LiveSettings;
  /** Reads them from the store. */
  readonly readSettings: () => Promise<void>;
  readonly log: Log;
  readonly tracing: Tracing | undefined;
}

/** The database begins to open at once, in a process of its own: the fleet is read in the meantime. */
export function createStorage(deps: StorageDeps): Storage | undefined {
  const { settings, live, readSettings, log, tracing } = deps;
  const { data = DEFAULT_FOLDER, resetDb, prune, spoolMb } = settings;
  const database = createDatabase(settings, log);
  if (database === undefined) return undefined;
  const opening = prepareDataFolder(data).then(database.open);
  opening.catch(() => {});
  const spoolBytes = spoolMb * 2 ** 20;
  const store = createStore(
    {
      ...{ directory: data, spoolBytes, reset: resetDb, mayPrune: prune },
      retention: retentionBy(live, settings.auditRetentionDays),
      ...{ readSettings, auditKey: settings.auditKey },
    },
    log,
    tracing,
  );
  return {
    store,
    async open({ table, origin, ownPathIds }, dtS, nowMs) {
      const given = {
        ownPathIds,
        sites: [...table.sites, ...table.retiredSites],
        assets: [...table.assets, ...table.retired],
      };
      return store.open(await opening, { given, origin, dtS, nowMs });
    },
    async close() {
      await store.close();
      await database.close();
    },
  };
}

function retentionBy(live: LiveSettings, auditDays: number): RetentionSettings {
  return {
    auditDays,
    get rawDays() {
      return live.rawRetentionDays;
    },
    get rawBytes() {
      return Math.floor(live.rawRetentionGb * 2 ** 30);
    },
    get minuteDays() {
      return live.minuteRetentionDays;
    },
    get dispatchDays() {
      return live.dispatchRetentionDays;
    },
    get alarmDays() {
      return live.alarmRetentionDays;
    },
  };
}

/** The parts of a store that a kernel uses. */
export function kernelStoresOf(store: Store): KernelStores {
  return {
    dispatches: store.dispatches,
    alarms: store.alarms,
    audit: store.audit,
    identities: store.identities,
    settings: store.settings,
    dataPoints: store.dataPoints,
    fleet: store.fleet,
    history: {
      store: store.telemetry,
      flush: store.flush,
      waitingFrames: () => store.stats()?.waitingFrames ?? 0,
      oldestMs: store.oldestMs,
    },
    status: store.stats,
  };
}
