// Everything that is kept, behind one door: opened once this server is the one that runs the database.
import { join } from "node:path";
import { Fault } from "../domain/base/fault.ts";
import type { DispatchChange, DispatchStore } from "../domain/ports/dispatch-store.ts";
import type { FleetStore, OpenedFleet } from "../domain/ports/fleet-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { TelemetryStore } from "../domain/ports/telemetry-store.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { migrateDatabase } from "./adoption/migration.ts";
import { createClient, type Sql } from "./database/client.ts";
import { examineDatabase } from "./database/examination.ts";
import { explained } from "./database/failure.ts";
import { createLeadership } from "./database/leadership.ts";
import { openLastingly } from "./database/opening.ts";
import { createQueryQueue } from "./database/query-queue.ts";
import { createDispatchStore } from "./dispatch/dispatch-store.ts";
import { createFleetStore } from "./fleet/fleet-store.ts";
import { createFleetRecords, type NewestFleet } from "./fleet/records.ts";
import {
  createMaintenance,
  type Maintenance,
  type MaintenanceFailure,
  type StoreUsage,
} from "./maintenance/maintenance.ts";
import type { RetentionSettings } from "./maintenance/retention.ts";
import { openSpool, type Spool } from "./spool/spool.ts";
import { setAsideAhead } from "./telemetry/ahead.ts";
import { createTelemetryStore } from "./telemetry/telemetry-store.ts";
import { useTimescale } from "./telemetry/timescale.ts";
import { createWatermarks, readOldest, readWatermarks } from "./telemetry/watermarks.ts";
import { createTelemetryWriter, type TelemetryWriter } from "./write-behind/telemetry-writer.ts";
import type { WriterStats } from "./write-behind/writer-stats.ts";

const READERS = 4;
/** Queries of history that run at once, and that wait. */
const HISTORY_QUERIES = 3;
const HISTORY_WAITING = 100;
const HISTORY_MS = 10_000;
/** A large table may take its time to become one of chunks. */
const MIGRATE_MS = 600_000;
const PRUNE_MS = 60_000;
/** How long a question about the past may wait for what was just reported. */
const FLUSH_MS = 2_000;

export interface StoreSettings {
  /** Where the spool lies. */
  readonly directory: string;
  readonly spoolBytes: number;
  /** Whether to empty everything first. */
  readonly reset: boolean;
  /** Whether more than half of the stored assets may be pruned. */
  readonly mayPrune: boolean;
  readonly retention: RetentionSettings;
}

/** The fleet that is to be kept, beside what came to it by the API. */
export interface FleetToKeep extends NewestFleet {
  /** Length of a tick in s. */
  readonly dtS: number;
  /** Now, in ms since the epoch, by the clock that ticks run by. */
  readonly nowMs: () => number;
}

export interface StoreStats extends WriterStats {
  /** Samples that lay in the future at the start, and were set aside. */
  readonly aheadSamples: number;
  readonly refusedSums: number;
  readonly maintenanceFailure: MaintenanceFailure | undefined;
}

export interface Store {
  readonly telemetry: TelemetryStore;
  readonly dispatches: DispatchStore;
  readonly fleet: FleetStore;
  /**
   * Waits until this server may run the database, brings it to the present tables and to this fleet, and
   * writes what was left in the spool.
   *
   * @throws StartRefused where what is stored and this fleet do not fit together.
   */
  open(url: string, fleet: FleetToKeep): Promise<OpenedFleet>;
  /** Calls once where another server has taken the database over. */
  onLost(listener: () => void): void;
  /** Keeps a frame, behind. */
  keep(frame: Frame): void;
  /** Resolves once what was kept before is written, or after a moment. */
  flush(): Promise<void>;
  /** The oldest instant when the store was opened, in ms since the epoch; Infinity where there was none. */
  oldestMs(): number;
  /** What waits to be written; undefined until the store is open. */
  stats(): StoreStats | undefined;
  /** How much is stored; undefined until the store is open. */
  usage(): StoreUsage | undefined;
  /** Sums up minutes and removes what is too old, now rather than within a minute. */
  maintenance(): Promise<void>;
  close(): Promise<void>;
}

export function createStore(settings: StoreSettings, log: Log): Store {
  const readers = createClient(READERS);
  // Its own connection: a batch must never wait behind a question.
  const ingest = createClient(1);
  const keeper = createClient(1);
  // Its own ones: nothing else waits for a long question about the past.
  const past = createClient(HISTORY_QUERIES);
  const pastQueue = createQueryQueue(past, {
    running: HISTORY_QUERIES,
    waiting: HISTORY_WAITING,
    deadlineMs: HISTORY_MS,
  });
  const watermarks = createWatermarks();
  const leadership = createLeadership(log);
  const records = createFleetRecords(readers, log);
  let spool: Spool | undefined;
  let writer: TelemetryWriter | undefined;
  let maintenance: Maintenance | undefined;
  let assetCount = 0;
  let oldestMs = Infinity;
  let aheadSamples = 0;
  let lost = () => {};

  async function record(changes: readonly DispatchChange[], deadlineMs: number): Promise<void> {
    if (writer === undefined) throw notOpen();
    return writer.record(changes, deadlineMs);
  }

  async function prune(work: (sql: Sql) => Promise<void>): Promise<void> {
    if (maintenance === undefined || writer === undefined) throw notOpen();
    if (!(await writer.flush(FLUSH_MS)))
      throw new Fault("STORE_UNAVAILABLE", "what is to be removed is not written yet: ask again", {
        retryable: true,
      });
    return maintenance.inTurn(async () => {
      await keeper.transact(PRUNE_MS, work);
      // Pruning may have moved the marks.
      await keeper.within(PRUNE_MS, (sql) => readWatermarks(sql, watermarks));
    });
  }

  /** Is run again from the start where the database goes away in the middle: what is done already stays done. */
  async function open(url: string, { given, origin, dtS, nowMs }: FleetToKeep) {
    await leadership.acquire(url, () => examineDatabase(url, log));
    const ownerId = await explained(url, migrateDatabase(url, log));
    readers.connect(url);
    ingest.connect(url);
    keeper.connect(url);
    past.connect(url);
    assetCount = given.assets.filter(({ retired }) => !retired).length;
    const rate = { assetCount: () => assetCount, dtS };
    const shape = await explained(
      url,
      keeper.within(MIGRATE_MS, (sql) => useTimescale(sql, rate, log)),
    );
    const directory = join(settings.directory, "spool");
    spool ??= await openSpool({ directory, ownerId, maxBytes: settings.spoolBytes, log });
    writer ??= createTelemetryWriter({ client: ingest, spool, watermarks, log });
    if (settings.reset) {
      await records.reset();
      await spool.clear();
      log.warn(
        {},
        "RESET_DB: the store was emptied; remove the setting, or it will be at each start",
      );
    }
    await writer.drain();
    const opened = await records.open({ given, origin }, settings.mayPrune);
    assetCount = opened.table.assets.length;
    const { samples, states } = await setAsideAhead(keeper, opened.states, nowMs(), dtS);
    aheadSamples = samples;
    // Only now: resetting, draining, pruning and setting aside may have moved the marks.
    await keeper.within(MIGRATE_MS, (sql) => readWatermarks(sql, watermarks));
    oldestMs = await keeper.within(MIGRATE_MS, readOldest);
    leadership.watch(() => lost());
    writer.start();
    maintenance = createMaintenance({
      client: keeper,
      shape,
      watermarks,
      rate,
      retention: settings.retention,
      log,
    });
    maintenance.start();
    return { ...opened, states };
  }

  return {
    telemetry: createTelemetryStore(pastQueue, watermarks),
    dispatches: createDispatchStore(readers, record, () => !writer?.isDegraded()),
    fleet: createFleetStore(readers, prune, log),
    open: (url, fleet) => openLastingly(url, () => open(url, fleet), log),
    onLost(listener) {
      lost = listener;
    },
    keep(frame) {
      assetCount = frame.table.assets.length;
      writer?.keep(frame);
    },
    async flush() {
      await writer?.flush(FLUSH_MS);
    },
    oldestMs: () => oldestMs,
    stats: () =>
      writer && {
        ...writer.stats(),
        ...{ aheadSamples, maintenanceFailure: maintenance?.failure() },
        refusedSums: maintenance?.usage().refusedSums ?? 0,
      },
    usage: () => maintenance?.usage(),
    maintenance: async () => maintenance?.run(),
    async close() {
      await maintenance?.stop();
      await writer?.stop();
      await spool?.close();
      await Promise.all([readers, ingest, keeper, past].map((client) => client.close()));
      await leadership.release();
    },
  };
}

function notOpen(): Fault {
  return new Fault("STORE_UNAVAILABLE", "the store is not open yet: ask again", {
    retryable: true,
  });
}
