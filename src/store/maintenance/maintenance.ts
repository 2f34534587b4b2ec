// Periodic maintenance of the store: minutes are summed up, old samples are removed.

import type { Digests } from "../../domain/audit/chain.ts";
import { Fault } from "../../domain/base/fault.ts";
import { createSerial } from "../../domain/base/serial.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Client, Sql } from "../database/client.ts";
import { STORED_TABLES, tablesRetainedBy } from "../database/tables.ts";
import { createRollUp } from "../telemetry/roll-up.ts";
import type { SampleRate } from "../telemetry/timescale.ts";
import { createChunks, type StoreShape } from "../telemetry/timescale.ts";
import type { Watermarks } from "../telemetry/watermarks.ts";
import { createRetention, type RetentionSettings } from "./retention.ts";

const EVERY_MS = 60_000;
const DEADLINE_MS = 60_000;
const LATE_TIMES = 5;

/** How much is stored, as of the last run. */
export interface StoreUsage {
  /** Bytes on disk by table, with keys. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Samples before this were removed, in ms since the epoch; -Infinity where none was. */
  readonly rawFromMs: number;
  /** Minutes are summed up to here, in ms since the epoch; -Infinity where none is. */
  readonly minutesUntilMs: number;
  /** Sums that the roll-up left out. */
  readonly refusedSums: number;
}

export interface Maintenance {
  /** Runs all due maintenance once, and measures how much is stored. */
  run(): Promise<void>;
  /** Runs other work on history, never at the same time as maintenance. */
  inTurn(work: () => Promise<void>): Promise<void>;
  /** Runs maintenance periodically, from now on. */
  start(): void;
  /** Ends once the present run is done. */
  stop(): Promise<void>;
  usage(): StoreUsage;
  /** Why maintenance fails; undefined where the last run succeeded, or may only be late. */
  failure(): MaintenanceFailure | undefined;
}

export interface MaintenanceFailure {
  /** When it failed first, in ms since the epoch. */
  readonly sinceMs: number;
  readonly cause: unknown;
}

interface MaintenanceDeps {
  readonly client: Client;
  readonly shape: StoreShape;
  readonly watermarks: Watermarks;
  readonly rate: SampleRate;
  readonly retention: RetentionSettings;
  /** Those of the chain of the audit log. */
  readonly auditDigests: Digests;
  readonly log: Log;
}

export function createMaintenance(deps: MaintenanceDeps): Maintenance {
  const { client, shape, watermarks, log } = deps;
  const rollUp = createRollUp(client, shape, watermarks, deps.rate);
  const retention = createRetention(
    ...([client, shape, watermarks, deps.retention, deps.auditDigests] as const),
  );
  const chunks = createChunks(shape, deps.rate);
  let bytes: Record<string, number> = {};
  let timer: NodeJS.Timeout | undefined;
  const { run: inTurn, ended } = createSerial();
  let stopped = false;
  let failed: (MaintenanceFailure & { readonly times: number }) | undefined;

  async function run(): Promise<void> {
    while (!stopped && (await rollUp.next()));
    if (stopped) return;
    await retention.run(() => stopped);
    await client.within(DEADLINE_MS, chunks.fit);
    bytes = await client.within(DEADLINE_MS, (sql) => sizes(sql, shape));
  }

  function fail(cause: unknown): void {
    if (failed === undefined && cause instanceof Fault)
      log.warn({ err: cause }, "maintenance of the store did not end in time: it is tried again");
    else if (failed === undefined)
      log.error({ err: cause }, "maintenance of the store failed: it is tried again each minute");
    failed = { sinceMs: failed?.sinceMs ?? Date.now(), cause, times: (failed?.times ?? 0) + 1 };
  }

  async function runAndPlan(): Promise<void> {
    try {
      await inTurn(run);
      if (failed !== undefined && !stopped) {
        failed = undefined;
        log.info({}, "maintenance of the store succeeds again");
      }
    } catch (error) {
      fail(error);
    }
    if (!stopped) timer = setTimeout(runAndPlan, EVERY_MS);
  }

  return {
    run: () => inTurn(run),
    inTurn,
    start: () => void runAndPlan(),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await ended();
    },
    // An outage of the database is no failure of maintenance until it lasts.
    failure: () =>
      failed?.cause instanceof Fault && failed.times < LATE_TIMES ? undefined : failed,
    usage: () => ({
      ...{ bytes, rawFromMs: watermarks.rawFromMs, minutesUntilMs: watermarks.minutesUntilMs },
      refusedSums: rollUp.refusedSums(),
    }),
  };
}

async function sizes(
  sql: Sql,
  { chunked, aggregates }: StoreShape,
): Promise<Record<string, number>> {
  const inChunks = new Set<string>(aggregates.map(({ minutes }) => minutes));
  if (chunked) for (const { name } of tablesRetainedBy("samples")) inChunks.add(name);
  const list = STORED_TABLES.map(({ name }) => {
    const size = inChunks.has(name) ? "hypertable_size" : "pg_total_relation_size";
    return `${size}('${name}')::float8 as ${name}`;
  });
  const [row] = await sql.unsafe(`select ${list}`);
  return row as Record<string, number>;
}
