// Frames, and what happens to dispatches, on their way to the database: first the spool, always; then one
// writer, in order, behind.

import { Fault } from "../domain/fault.ts";
import type { Frame } from "../domain/frame.ts";
import type { DispatchChange } from "../domain/ports/dispatch-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Client, Sql } from "./client.ts";
import { copyIn } from "./database/copy.ts";
import { storeChanges } from "./dispatch-rows.ts";
import { type HistoryMarks, reopenMinutes } from "./history-marks.ts";
import { createReceipts } from "./receipts.ts";
import { COPY_HEADER, COPY_TRAILER, createRowEncoder, ROW_COLUMNS } from "./row-encoder.ts";
import type { Spool, SpoolRecord, SpoolStats } from "./spool/spool.ts";
import { contentOf, encodeChanges } from "./spool-payload.ts";
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
/** What may wait for the disk, in bytes. Beyond, the disk is as good as broken. */
const UNSPOOLED_LARGEST = 64 * 2 ** 20;

export interface TelemetryWriter {
  /** Takes in a frame; its bytes are made before this returns. Never throws, never waits. */
  keep(frame: Frame): void;
  /**
   * Takes in what happened to dispatches, in the order of the calls, and of frames. Resolves once it is
   * in the database.
   *
   * @throws Fault STORE_AWAY where it is only on its way after `deadlineMs`, or the disk cannot take it.
   */
  record(changes: readonly DispatchChange[], deadlineMs: number): Promise<void>;
  /** Drains until the spool is empty. Rejects where the database is away. */
  drain(): Promise<void>;
  /** Resolves once what was kept before is in the database, or after `atMostMs`: whether it is. */
  settle(atMostMs: number): Promise<boolean>;
  /** Drains behind, from now on. */
  start(): void;
  /** Ends once what is under way is done and what was kept is on the disk. */
  stop(): Promise<void>;
  /** Whether the database could not be written to the last time. */
  isDegraded(): boolean;
  stats(): WriterStats;
}

export interface WriterStats extends SpoolStats {
  /** Whether the database could not be written to the last time. */
  readonly degraded: boolean;
  /** Why; undefined where it could. */
  readonly degradedCause: unknown;
  /** Frames that are not in the database yet. */
  readonly waitingFrames: number;
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
  const receipts = createReceipts();
  /** Sequences of the frames that are not in the database yet. */
  let waitingFrames: number[] = [];
  let lastSequence = 0;
  let writtenSequence = 0;
  let unspooledBytes = 0;
  let unspooledFrames = 0;
  let changesWereLost = false;
  let degraded = false;
  let degradedCause: unknown;
  let running = false;
  let loop: Promise<void> = Promise.resolve();
  let appending: Promise<unknown> = Promise.resolve();
  let statesAtMs = -Infinity;
  let wake = () => {};

  /** Puts one record on the disk, after those of earlier calls. */
  async function append(bytes: Uint8Array): Promise<number> {
    if (unspooledBytes + bytes.length > UNSPOOLED_LARGEST) throw new Error("the disk is too slow");
    unspooledBytes += bytes.length;
    const appended = spool.append([bytes]).finally(() => {
      unspooledBytes -= bytes.length;
    });
    appending = Promise.allSettled([appending, appended]);
    lastSequence = await appended;
    wake();
    return lastSequence;
  }

  function keep(frame: Frame): void {
    append(encode(frame)).then(
      (sequence) => waitingFrames.push(sequence),
      (error) => {
        unspooledFrames++;
        if (unspooledFrames === 1)
          log.error({ err: error }, "telemetry cannot be spooled: it is lost from history");
      },
    );
  }

  async function record(changes: readonly DispatchChange[], deadlineMs: number): Promise<void> {
    if (changes.length === 0) return;
    const appended = append(encodeChanges(changes)).catch((cause: unknown) => {
      if (!changesWereLost)
        log.error({ err: cause }, "what happened to dispatches cannot be spooled: it is lost");
      changesWereLost = true;
      throw new Fault("STORE_AWAY", "the disk cannot take it: free some", {
        retryable: true,
        cause,
      });
    });
    await receipts.of(appended, deadlineMs);
  }

  async function store(payloads: readonly Uint8Array[]): Promise<void> {
    const { rows, changes } = contentOf(payloads);
    const nowMs = performance.now();
    const withStates = rows.length > 0 && nowMs - statesAtMs >= STATES_EVERY_MS;
    const reopenedMs = await client.transact(DEADLINE_MS, async (sql) => {
      const reopened = rows.length > 0 ? await storeRows(sql, rows) : undefined;
      if (withStates) await storeStates(sql);
      if (changes.length > 0) await storeChanges(sql, changes);
      return reopened;
    });
    if (reopenedMs !== undefined) marks.minutesUntilMs = reopenedMs;
    if (withStates) statesAtMs = nowMs;
  }

  /** Forgets records that are in the database. */
  async function acknowledge(records: readonly SpoolRecord[]): Promise<void> {
    const sequence = records.at(-1)?.sequence ?? 0;
    passed(sequence);
    receipts.committed(records);
    await spool.acknowledge(sequence);
  }

  function passed(sequence: number): void {
    writtenSequence = sequence;
    waitingFrames = waitingFrames.filter((frame) => frame > sequence);
  }

  /** Writes one batch; false where there was none. */
  async function drainOnce(): Promise<boolean> {
    const records = await spool.read(BATCH_BYTES);
    if (records.length === 0) return false;
    try {
      await store(records.map(({ payload }) => payload));
      await acknowledge(records);
    } catch (error) {
      if (!isRefused(error)) throw error;
      await drainOneByOne(records);
    }
    return true;
  }

  /** Finds the records whose content the database refuses, and sets only those aside. */
  async function drainOneByOne(records: readonly SpoolRecord[]): Promise<void> {
    for (const record of records) {
      const { sequence, payload } = record;
      try {
        await store([payload]);
        await acknowledge([record]);
      } catch (error) {
        if (!isRefused(error)) throw error;
        log.error(
          { err: error, sequence },
          "the database refuses a record: set aside in spool/rejected",
        );
        await spool.reject(sequence, (error as Error).message);
        passed(sequence);
        receipts.refused(sequence, error);
      }
    }
  }

  function setDegraded(now: boolean, cause?: unknown): void {
    degraded = now;
    degradedCause = cause;
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
    record,
    async drain() {
      while (await drainOnce());
    },
    async settle(atMostMs) {
      const untilMs = performance.now() + atMostMs;
      await appending;
      const sequence = lastSequence;
      const isWritten = () => writtenSequence >= sequence || spool.stats().waitingRecords === 0;
      while (!isWritten() && performance.now() < untilMs)
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      return isWritten();
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
      receipts.close();
    },
    isDegraded: () => degraded,
    stats: () => ({
      ...spool.stats(),
      degraded,
      degradedCause,
      waitingFrames: waitingFrames.length,
      unspooledFrames,
    }),
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
  await copyIn(
    sql,
    `copy staging (${columns}) from stdin (format binary)`,
    (stream) =>
      new Promise((resolve, reject) => {
        stream.on("error", reject);
        stream.on("finish", resolve);
        for (const bytes of [COPY_HEADER, ...payloads, COPY_TRAILER]) stream.write(bytes);
        stream.end();
      }),
  );
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
