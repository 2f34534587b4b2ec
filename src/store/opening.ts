// Opens the database of a store: its tables, its spool, its writer, and the fleet that it holds.
import { join } from "node:path";
import type { Digests } from "../domain/audit/chain.ts";
import type { OpenedFleet } from "../domain/ports/fleet-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Tracing } from "../domain/ports/tracing.ts";
import { migrateDatabase } from "./adoption/migration.ts";
import type { AuditChain } from "./audit/chain.ts";
import { requireKey } from "./audit/key.ts";
import type { Connections } from "./database/connections.ts";
import { examineDatabase } from "./database/examination.ts";
import { explained } from "./database/failure.ts";
import type { Leadership } from "./database/leadership.ts";
import type { QuerySpans } from "./database/query-spans.ts";
import { createFleetRecords, type NewestFleet } from "./fleet/records.ts";
import { createMaintenance, type Maintenance } from "./maintenance/maintenance.ts";
import type { RetentionSettings } from "./maintenance/retention.ts";
import { openSpool, type Spool } from "./spool/spool.ts";
import { setAsideAhead } from "./telemetry/ahead.ts";
import { useTimescale } from "./telemetry/timescale.ts";
import { readOldest, readWatermarks, type Watermarks } from "./telemetry/watermarks.ts";
import { clearButAudit } from "./write-behind/spooled-audit.ts";
import { createTelemetryWriter, type TelemetryWriter } from "./write-behind/telemetry-writer.ts";

/** A large table may need long to become a hypertable. */
const MIGRATE_MS = 600_000;
const KEY_MS = 10_000;

export interface StoreSettings {
  /** The folder that holds the spool. */
  readonly directory: string;
  readonly spoolBytes: number;
  /** Whether to empty the database and the spool first. */
  readonly reset: boolean;
  /** Whether more than half of the stored assets may be pruned. */
  readonly mayPrune: boolean;
  readonly retention: RetentionSettings;
  /** Reads the stored settings, of which retention is one: before anything is removed by them. Left out: there are none. */
  readonly readSettings?: () => Promise<void>;
  /** AUDIT_KEY; undefined: there is none. */
  readonly auditKey?: string | undefined;
}

/** The fleet that is to be stored, beside the assets and sites of the API. */
export interface FleetToKeep extends NewestFleet {
  /** Length of a tick in s. */
  readonly dtS: number;
  /** Now, in ms since the epoch, by the clock of the ticks. */
  readonly nowMs: () => number;
}

/** The parts of a store that exist once its database is open. */
export interface StoreParts {
  spool?: Spool;
  writer?: TelemetryWriter;
  maintenance?: Maintenance;
  /** Assets that report now. */
  assetCount: number;
  /** The oldest stored instant at the opening, or the first one since, in ms since the epoch; Infinity where there is none. */
  oldestMs: number;
  /** Samples in the future that the opening set aside. */
  aheadSamples: number;
}

interface OpeningDeps {
  readonly settings: StoreSettings;
  readonly connections: Connections;
  readonly watermarks: Watermarks;
  readonly leadership: Leadership;
  readonly chain: AuditChain;
  readonly auditDigests: Digests;
  readonly onLost: () => void;
  readonly log: Log;
  readonly tracing: Tracing | undefined;
  readonly querySpans: QuerySpans;
}

/** The opening is repeated from the start where the database becomes unavailable meanwhile: finished steps stay finished. */
export async function openParts(
  parts: StoreParts,
  url: string,
  fleet: FleetToKeep,
  deps: OpeningDeps,
): Promise<OpenedFleet> {
  const { settings, connections, watermarks, leadership, log } = deps;
  const { given, origin, dtS } = fleet;
  connections.identities.connect(url);
  connections.versions.connect(url);
  // Before it waits as a standby: at the take-over it would be too late.
  await leadership.acquire(url, async () => {
    await examineDatabase(url, log);
    await connections.identities.within(KEY_MS, (sql) => requireKey(sql, deps.auditDigests));
  });
  const ownerId = await explained(url, migrateDatabase(url, log));
  connections.connect(url);
  deps.querySpans.connect(url);
  parts.assetCount = given.assets.filter(({ retired }) => !retired).length;
  const client = connections.maintenance;
  const rate = { assetCount: () => parts.assetCount, dtS };
  const shape = await explained(
    url,
    client.within(MIGRATE_MS, (sql) => useTimescale(sql, rate, log)),
  );
  const writer = await openWriter(parts, ownerId, deps);
  const records = createFleetRecords(connections.readers, log);
  if (settings.reset) {
    await records.reset();
    if (parts.spool !== undefined) await clearButAudit(parts.spool, client, deps.auditDigests);
    log.warn(
      {},
      "RESET_DB: the store was emptied; remove the setting, or it will be at each start",
    );
  }
  await writer.drain();
  const opened = await records.open({ given, origin }, settings.mayPrune);
  parts.assetCount = opened.table.assets.length;
  const { samples, states } = await setAsideAhead(client, opened.states, fleet.nowMs(), dtS);
  parts.aheadSamples = samples;
  // Only now: resetting, draining, pruning and setting aside may have moved the watermarks.
  await client.within(MIGRATE_MS, (sql) => readWatermarks(sql, watermarks));
  parts.oldestMs = await client.within(MIGRATE_MS, readOldest);
  leadership.watch(deps.onLost);
  writer.start();
  const { retention } = settings;
  await settings.readSettings?.();
  parts.maintenance = createMaintenance({
    ...{ client, shape, watermarks, rate, retention, log },
    auditDigests: deps.auditDigests,
  });
  parts.maintenance.start();
  deps.chain.start();
  return { ...opened, states };
}

async function openWriter(
  parts: StoreParts,
  ownerId: string,
  { settings, connections, watermarks, auditDigests, log, tracing, querySpans }: OpeningDeps,
): Promise<TelemetryWriter> {
  const directory = join(settings.directory, "spool");
  parts.spool ??= await openSpool({ directory, ownerId, maxBytes: settings.spoolBytes, log });
  const { spool } = parts;
  parts.writer ??= createTelemetryWriter({
    ...{ client: connections.ingest, spool, watermarks, auditDigests, log, tracing, querySpans },
  });
  return parts.writer;
}
