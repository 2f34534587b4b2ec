// The store: telemetry, dispatches, alarms, the fleet, data points and the audit log in one database, opened once this server is its leader.
import type { Alarm } from "../domain/alarm/alarm.ts";
import type { Digests } from "../domain/audit/chain.ts";
import type { AuditRecord } from "../domain/audit/record.ts";
import { Fault } from "../domain/base/fault.ts";
import type { AssetModelState } from "../domain/battery/stored-state.ts";
import type { AlarmStore, AlarmWrite } from "../domain/ports/alarm-store.ts";
import type { AuditStore } from "../domain/ports/audit-store.ts";
import type { ComponentSource } from "../domain/ports/component-source.ts";
import type { DataPointStore } from "../domain/ports/data-point-store.ts";
import type { DispatchChange, DispatchStore } from "../domain/ports/dispatch-store.ts";
import type { FleetStore, OpenedFleet } from "../domain/ports/fleet-store.ts";
import type { IdentityStore } from "../domain/ports/identity-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { SettingStore } from "../domain/ports/setting-store.ts";
import type { TelemetryStore } from "../domain/ports/telemetry-store.ts";
import type { Tracing } from "../domain/ports/tracing.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { createAlarmStore } from "./alarm/alarm-store.ts";
import { storeRecords } from "./audit/audit-rows.ts";
import { createAuditStore } from "./audit/audit-store.ts";
import { type AuditChain, type ChainFailure, createAuditChain } from "./audit/chain.ts";
import { createDigests } from "./audit/digest.ts";
import { createDataPointStore } from "./data-point/data-point-store.ts";
import type { Sql } from "./database/client.ts";
import { type Connections, createConnections } from "./database/connections.ts";
import { createLeadership } from "./database/leadership.ts";
import { createQuerySpans } from "./database/query-spans.ts";
import { openWithRetries } from "./database/retries.ts";
import { createDispatchStore } from "./dispatch/dispatch-store.ts";
import { createFleetStore } from "./fleet/fleet-store.ts";
import { createIdentityStore } from "./identity/identity-store.ts";
import type { MaintenanceFailure, StoreUsage } from "./maintenance/maintenance.ts";
import { type FleetToKeep, openParts, type StoreParts, type StoreSettings } from "./opening.ts";
import { createSettingStore } from "./settings/setting-store.ts";
import { createTelemetryStore } from "./telemetry/telemetry-store.ts";
import { createWatermarks, readWatermarks, type Watermarks } from "./telemetry/watermarks.ts";
import { createDatabaseComponents } from "./version/components.ts";
import type { WriterStats } from "./write-behind/writer-stats.ts";

const PRUNE_MS = 60_000;
const LATE_MS = 30_000;
/** How long a query of history may wait for the newest samples. */
const FLUSH_MS = 2_000;

/** The calls that are queries, in short. */
const QUERIES = {
  telemetry: { samples: "SELECT telemetry", steps: "SELECT telemetry", since: "SELECT telemetry" },
  dispatches: {
    add: "INSERT dispatches",
    find: "SELECT dispatches",
    list: "SELECT dispatches",
    request: "SELECT dispatch_requests",
    eventsOf: "SELECT dispatch_events",
    eventsAfter: "SELECT dispatch_events",
  },
  alarms: { find: "SELECT alarms", list: "SELECT alarms", eventsAfter: "SELECT alarms" },
  audit: { find: "SELECT audit_log", list: "SELECT audit_log", after: "SELECT audit_log" },
  identities: { read: "SELECT tokens", change: "INSERT tokens" },
  settings: {
    changes: "SELECT setting_values",
    asOf: "SELECT setting_values",
    history: "SELECT setting_values",
    change: "INSERT setting_values",
  },
  dataPoints: {
    catalogue: "SELECT data_points",
    find: "SELECT data_points",
    describe: "INSERT data_points",
    insert: "INSERT data_point_blocks",
    latest: "SELECT data_point_blocks",
  },
  fleet: { put: "INSERT assets", prune: "DELETE assets", statesOf: "SELECT asset_states" },
} as const;

export interface StoreStats extends WriterStats {
  /** Samples in the future that were set aside at the start. */
  readonly aheadSamples: number;
  readonly refusedSums: number;
  readonly maintenanceFailure: MaintenanceFailure | undefined;
  /** Why records of the audit log are not linked. */
  readonly auditFailure: ChainFailure | undefined;
  /** Records of the audit log that were put in by another. */
  readonly auditPutInRows: number;
}

export interface Store {
  readonly telemetry: TelemetryStore;
  readonly dispatches: DispatchStore;
  readonly alarms: AlarmStore;
  readonly audit: AuditStore;
  readonly identities: IdentityStore;
  readonly settings: SettingStore;
  readonly fleet: FleetStore;
  readonly dataPoints: DataPointStore;
  /** The versions of the database, also while this server stands by. */
  readonly components: ComponentSource;
  /**
   * Waits until this server is the leader of the database, brings it to the present tables and to this fleet, and
   * writes the records that were left in the spool.
   *
   * @throws StartRefused where the stored fleet and this fleet do not fit together.
   */
  open(url: string, fleet: FleetToKeep): Promise<OpenedFleet>;
  /** Calls once where another server has taken over the database. */
  onLost(listener: () => void): void;
  /** Stores a frame, behind. */
  keep(frame: Frame): void;
  /**
   * From now on, stores with the states of assets what `read` returns: the own states of their battery models. Called
   * once the store is open.
   */
  keepModelStates(read: () => readonly AssetModelState[]): void;
  /** Resolves once every earlier frame is written, or after a moment. */
  flush(): Promise<void>;
  /** The oldest instant when the store was opened, or the first one since, in ms since the epoch; Infinity where there is none. */
  oldestMs(): number;
  /** Counts of records that wait or were written; undefined until the store is open. */
  stats(): StoreStats | undefined;
  /** How much is stored; undefined until the store is open. */
  usage(): StoreUsage | undefined;
  /** Sums up minutes and removes old samples, now rather than within a minute. */
  maintenance(): Promise<void>;
  close(): Promise<void>;
}

/** @param tracing Left out: there are no traces. */
export function createStore(settings: StoreSettings, log: Log, tracing?: Tracing): Store {
  const querySpans = createQuerySpans(tracing);
  const { around } = querySpans;
  const connections = createConnections();
  const watermarks = createWatermarks();
  const leadership = createLeadership(log);
  const parts: StoreParts = { assetCount: 0, oldestMs: Infinity, aheadSamples: 0 };
  const auditDigests = createDigests(settings.auditKey);
  const chain = createAuditChain(connections.audit, auditDigests, log);
  const { record, recordAlarms, recordAudit } = createRecorders(parts);
  const isAvailable = () => !parts.writer?.isDegraded();
  let lost = () => {};
  const traces = { tracing, querySpans };
  const deps = {
    ...{ settings, connections, watermarks, leadership, chain, auditDigests, log },
    onLost: () => lost(),
    ...traces,
  };

  const { prune, writeLate } = createPastWrites(parts, connections, watermarks);

  return {
    telemetry: around(
      createTelemetryStore(connections.history, watermarks, writeLate),
      QUERIES.telemetry,
    ),
    dispatches: around(
      createDispatchStore(connections.readers, record, isAvailable, auditDigests),
      QUERIES.dispatches,
    ),
    alarms: around(createAlarmStore(connections.readers, recordAlarms), QUERIES.alarms),
    audit: around(createAuditStore({ ...connections, chain, record: recordAudit }), QUERIES.audit),
    identities: around(
      createIdentityStore(connections.identities, auditDigests),
      QUERIES.identities,
    ),
    settings: around(createSettingStore(connections.identities, auditDigests), QUERIES.settings),
    dataPoints: around(
      createDataPointStore({
        ...{ readers: connections.readers, writer: connections.points },
        ...{ history: connections.history, insertAudit: insertAuditBy(auditDigests) },
      }),
      QUERIES.dataPoints,
    ),
    fleet: around(createFleetStore(connections.readers, prune, auditDigests, log), QUERIES.fleet),
    components: createDatabaseComponents(connections.versions),
    open: (url, fleet) => openWithRetries(url, () => openParts(parts, url, fleet, deps), log),
    onLost(listener) {
      lost = listener;
    },
    keep(frame) {
      parts.assetCount = frame.table.assets.length;
      parts.oldestMs = Math.min(parts.oldestMs, frame.timestampMs);
      parts.writer?.keep(frame);
    },
    keepModelStates: (read) => parts.writer?.keepModelStates(read),
    async flush() {
      await parts.writer?.flush(FLUSH_MS);
    },
    oldestMs: () => parts.oldestMs,
    stats: () => statsOf(parts, chain),
    usage: () => parts.maintenance?.usage(),
    maintenance: async () => parts.maintenance?.run(),
    async close() {
      await parts.maintenance?.stop();
      await parts.writer?.stop();
      await parts.spool?.close();
      await chain.stop();
      await connections.close();
      await leadership.release();
    },
  };
}

/** Writes of the past: each in one transaction, never at the same time as maintenance. */
function createPastWrites(
  parts: StoreParts,
  { maintenance }: Pick<Connections, "maintenance">,
  watermarks: Watermarks,
) {
  async function write(deadlineMs: number, work: (sql: Sql) => Promise<void>): Promise<void> {
    if (parts.maintenance === undefined) throw notOpen();
    return parts.maintenance.inTurn(async () => {
      await maintenance.transact(deadlineMs, work);
      // The work may have moved the watermarks.
      await maintenance.within(deadlineMs, (sql) => readWatermarks(sql, watermarks));
    });
  }

  return {
    writeLate: (work: (sql: Sql) => Promise<void>) => write(LATE_MS, work),
    async prune(work: (sql: Sql) => Promise<void>): Promise<void> {
      if (parts.writer === undefined) throw notOpen();
      if (!(await parts.writer.flush(FLUSH_MS)))
        throw new Fault(
          "STORE_UNAVAILABLE",
          "what is to be removed is not written yet: ask again",
          {
            retryable: true,
          },
        );
      return write(PRUNE_MS, work);
    },
  };
}

function insertAuditBy(digests: Digests) {
  return (sql: Sql, records: readonly AuditRecord[]) => storeRecords(sql, records, digests);
}

/** What goes through the writer, once there is one. */
function createRecorders(parts: StoreParts) {
  return {
    async record(
      changes: readonly DispatchChange[],
      deadlineMs: number,
      audit: readonly AuditRecord[],
    ): Promise<void> {
      if (parts.writer === undefined) throw notOpen();
      return parts.writer.record(changes, deadlineMs, audit);
    },
    recordAlarms(
      alarms: readonly Alarm[],
      deadlineMs: number,
      audit: readonly AuditRecord[],
    ): AlarmWrite {
      if (parts.writer !== undefined) return parts.writer.recordAlarms(alarms, deadlineMs, audit);
      const refused = Promise.reject(notOpen());
      return { kept: refused, stored: refused };
    },
    async recordAudit(records: readonly AuditRecord[]): Promise<void> {
      if (parts.writer === undefined) throw notOpen();
      return parts.writer.recordAudit(records);
    },
  };
}

function statsOf(
  { writer, maintenance, aheadSamples }: StoreParts,
  chain: AuditChain,
): StoreStats | undefined {
  if (writer === undefined) return undefined;
  return Object.assign(writer.stats(), {
    aheadSamples,
    auditFailure: chain.failure(),
    auditPutInRows: chain.putInRows(),
    maintenanceFailure: maintenance?.failure(),
    refusedSums: maintenance?.usage().refusedSums ?? 0,
  });
}

function notOpen(): Fault {
  return new Fault("STORE_UNAVAILABLE", "the store is not open yet: ask again", {
    retryable: true,
  });
}
