// Telemetry on its way to the database: first the spool, always; then one writer, in order, behind.

import { Fault } from "../domain/fault.ts";
import type { Frame } from "../domain/frame.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Client, Sql } from "./client.ts";
import { type HistoryMarks, reopenMinutes } from "./history-marks.ts";
import { COPY_HEADER, COPY_TRAILER, createRowEncoder, ROW_COLUMNS } from "./row-encoder.ts";
import type { Spool, SpoolRecord, SpoolStats } from "./spool/spool.ts";
import { ALLOW_COMPRESSED } from "./timescale.ts";
import { totalsSql } from "./totals.ts";

const BATCH_BYTES = 8 * 2 ** 20;
const DEADLINE_MS = 10_000;
const RETRY_MS = 250;
const POLL_MS = 5;
/**
 * States cost nearly as much as the rows themselves (bench/store). Between two of them a start finds the newest rows in
 * telemetry, of which there are then few to look through.
 */
const STATES_EVERY_MS = 60_000;
/** Frames that may wait for the disk, in bytes. Beyond, the disk is as good as broken. */
const UNSPOOLED_LARGEST = 64 * 2 ** 20;

export interface TelemetryWriter {
  /** Takes in a frame; its bytes are made before this returns. Never throws, never waits. */
  keep(frame: Frame): void;
  /** Drains until the spool is empty. Rejects where the database is away. */
  drain(): Promise<void>;
  /** Resolves once what was kept before is in the database, or after `atMostMs`. */
  settle(atMostMs: number): Promise<void>;
  /** Drains behind, from now on. */
  start(): void;
  /** Ends once what is under way is done and what was kept is on the disk. */
  stop(): Promise<void>;
  stats(): WriterStats;
}

export interface WriterStats extends SpoolStats {
  /** Whether the database could not be written to the last time. */
  readonly degraded: boolean;
  /** Frames that never reached the disk. */
  readonly unspooledFrames: number;
}

interface WriterDeps {
  readonly client: Client;
  readonly spool: Spool;
  readonly marks: HistoryMarks;
  readonly log: Log;
}

export function createTelemetryWriter({ client, spool, marks, log }: WriterDeps): TelemetryWriter {
  const encode = createRowEncoder();
  let waitingBytes = 0;
  let unspooledFrames = 0;
  let degraded = false;
  let running = false;
  let loop: Promise<void> = Promise.resolve();
  let appending: Promise<unknown> = Promise.resolve();
  let statesAtMs = -Infinity;
  let wake = () => {};

  function keep(frame: Frame): void {
    const rows = encode(frame);
    if (waitingBytes + rows.length > UNSPOOLED_LARGEST) {
      lose(new Error("the disk is too slow"));
      return;
    }
    waitingBytes += rows.length;
    const append = spool.append([rows]).then(
      () => wake(),
      (error) => lose(error),
    );
    appending = Promise.all([
      appending,
      append.finally(() => {
        waitingBytes -= rows.length;
      }),
    ]);
  }

  function lose(error: unknown): void {
    unspooledFrames++;
    if (unspooledFrames === 1)
      log.error({ err: error }, "telemetry cannot be spooled: it is lost from history");
  }

  async function store(payloads: readonly Uint8Array[]): Promise<void> {
    const nowMs = performance.now();
    const withStates = nowMs - statesAtMs >= STATES_EVERY_MS;
    const reopenedMs = await client.transact(DEADLINE_MS, async (sql) => {
      const reopened = await storeRows(sql, payloads);
      if (withStates) await storeStates(sql);
      return reopened;
    });
    if (reopenedMs !== undefined) marks.minutesUntilMs = reopenedMs;
    if (withStates) statesAtMs = nowMs;
  }

  /** Writes one batch; false where there was none. */
  async function drainOnce(): Promise<boolean> {
    const records = await spool.read(BATCH_BYTES);
    const last = records.at(-1);
    if (last === undefined) return false;
    try {
      await store(records.map(({ payload }) => payload));
      await spool.acknowledge(last.sequence);
    } catch (error) {
      if (!isRefused(error)) throw error;
      await drainOneByOne(records);
    }
    return true;
  }

  /** Finds the records whose content the database refuses, and sets only those aside. */
  async function drainOneByOne(records: readonly SpoolRecord[]): Promise<void> {
    for (const { sequence, payload } of records) {
      try {
        await store([payload]);
        await spool.acknowledge(sequence);
      } catch (error) {
        if (!isRefused(error)) throw error;
        log.error(
          { err: error, sequence },
          "the database refuses a frame: set aside in spool/rejected",
        );
        await spool.reject(sequence, (error as Error).message);
      }
    }
  }

  function setDegraded(now: boolean, error?: unknown): void {
    if (now === degraded) return;
    degraded = now;
    if (now) log.warn({ err: error }, "the database is away: telemetry waits in the spool");
    else log.info({}, "the database is back: the spool drains");
  }

  async function run(): Promise<void> {
    while (running) {
      try {
        const wrote = await drainOnce();
        setDegraded(false);
        if (!wrote && running)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      } catch (error) {
        if (!(error instanceof Fault)) log.error({ err: error }, "telemetry cannot be written");
        setDegraded(true, error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  return {
    keep,
    async drain() {
      while (await drainOnce());
    },
    async settle(atMostMs) {
      const untilMs = performance.now() + atMostMs;
      await appending;
      while (spool.stats().waitingRecords > 0 && performance.now() < untilMs)
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    },
    start() {
      running = true;
      loop = run();
    },
    async stop() {
      await appending;
      running = false;
      wake();
      await loop;
      if (!degraded) await drainOnce().catch(() => {});
    },
    stats: () => ({ ...spool.stats(), degraded, unspooledFrames }),
  };
}

/**
 * Stores rows and what they add up to, each once however often they are sent.
 *
 * @returns Where minutes must be summed up again from, as `reopenMinutes`.
 */
export async function storeRows(
  sql: Sql,
  payloads: readonly Uint8Array[],
): Promise<number | undefined> {
  const columns = ROW_COLUMNS.join(", ");
  await sql.unsafe(
    `${ALLOW_COMPRESSED}; create temp table if not exists staging (like telemetry) on commit delete rows`,
  );
  const copy = await sql.unsafe(`copy staging (${columns}) from stdin (format binary)`).writable();
  await new Promise<void>((resolve, reject) => {
    copy.on("error", reject);
    copy.on("finish", resolve);
    for (const bytes of [COPY_HEADER, ...payloads, COPY_TRAILER]) copy.write(bytes);
    copy.end();
  });
  await sql.unsafe(
    `insert into telemetry (${columns}) select ${columns} from staging on conflict do nothing`,
  );
  await sql.unsafe(totalsSql("staging"));
  return reopenMinutes(sql);
}

/** Moves the states of the assets whose rows were stored in this transaction forward. */
async function storeStates(sql: Sql): Promise<void> {
  await sql`
    insert into asset_states
    select distinct on (asset_id) asset_id, ts, soc_mwhr, current_mw, setpoint_mw, energy_in_mwhr, energy_out_mwhr
    from staging order by asset_id, ts desc
    on conflict (asset_id) do update set ts = excluded.ts, soc_mwhr = excluded.soc_mwhr,
      current_mw = excluded.current_mw, setpoint_mw = excluded.setpoint_mw,
      energy_in_mwhr = excluded.energy_in_mwhr, energy_out_mwhr = excluded.energy_out_mwhr
    where asset_states.ts < excluded.ts`;
}

/** Whether the database refuses the content: classes 22 (data) and 23 (integrity). */
function isRefused(error: unknown): boolean {
  return /^2[23]/.test((error as { code?: string }).code ?? "");
}
