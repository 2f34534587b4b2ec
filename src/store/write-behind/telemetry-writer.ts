// Frames, and what happens to dispatches, on their way to the database: first the spool, always; then one
// writer, in order, behind.

import { Fault } from "../../domain/base/fault.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Client } from "../database/client.ts";
import { writeFailureOf } from "../database/failure.ts";
import { isRefused } from "../database/trial.ts";
import { storeChanges } from "../dispatch/dispatch-rows.ts";
import type { Spool, SpoolRecord } from "../spool/spool.ts";
import { createRowEncoder } from "../telemetry/row-encoder.ts";
import type { Watermarks } from "../telemetry/watermarks.ts";
import { createCommitAcknowledgements } from "./commit-acknowledgements.ts";
import { createMemoryQueue, notSpooled } from "./memory-queue.ts";
import { storeRows, storeStates } from "./rows.ts";
import { storeParts } from "./set-aside.ts";
import { CHANGES_BEGIN, contentOf, encodeChanges, holdsChanges } from "./spool-payload.ts";
import type { WriterStats } from "./writer-stats.ts";

const BATCH_BYTES = 8 * 2 ** 20;
const DEADLINE_MS = 10_000;
const RETRY_MS = 250;
const POLL_MS = 5;
/**
 * States cost nearly as much as the rows themselves (bench/store). Between two of them a start finds the newest rows in
 * telemetry, of which there are then few to look through.
 */
const STATES_EVERY_MS = 60_000;
/** What may wait for the disk, in bytes, and again what waits in memory because the disk did not take it. */
const UNSPOOLED_LARGEST = 64 * 2 ** 20;

export interface TelemetryWriter {
  /** Takes in a frame; its bytes are made before this returns. Never throws, never waits. */
  keep(frame: Frame): void;
  /**
   * Takes in what happened to dispatches, in the order of the calls, and of frames. Resolves once it is
   * in the database.
   *
   * @throws Fault STORE_UNAVAILABLE where it is only on its way after `deadlineMs`, or the disk cannot take it.
   */
  record(changes: readonly DispatchChange[], deadlineMs: number): Promise<void>;
  /** Drains until the spool is empty. Rejects where the database is away. */
  drain(): Promise<void>;
  /** Resolves once what was kept before is in the database, or after `atMostMs`: whether it is. */
  flush(atMostMs: number): Promise<boolean>;
  /** Drains behind, from now on. */
  start(): void;
  /** Ends once what is under way is done and what was kept is on the disk. */
  stop(): Promise<void>;
  /** Whether the database could not be written to the last time. */
  isDegraded(): boolean;
  stats(): WriterStats;
}

interface WriterDeps {
  readonly client: Client;
  readonly spool: Spool;
  readonly watermarks: Watermarks;
  readonly log: Log;
}

export function createTelemetryWriter({
  client,
  spool,
  watermarks,
  log,
}: WriterDeps): TelemetryWriter {
  const encode = createRowEncoder();
  const acknowledgements = createCommitAcknowledgements();
  /** Sequences of the frames that are not in the database yet. */
  let waitingFrames: number[] = [];
  let lastSequence = 0;
  let writtenSequence = 0;
  let unspooledBytes = 0;
  let spoolCause: unknown;
  let appends = 0;
  let noted = 0;
  const lost = { unspooledFrames: 0, unspooledChanges: 0 };
  const rejected = { rejectedRows: 0, rejectedChanges: 0, rejectedCause: undefined as unknown };
  const memory = createMemoryQueue(UNSPOOLED_LARGEST, (record) => lose(record, spoolCause));
  let degraded = false;
  let degradedCause: unknown;
  let degradedReason: string | undefined;
  let running = false;
  let loop: Promise<void> = Promise.resolve();
  let appending: Promise<unknown> = Promise.resolve();
  let statesAtMs = -Infinity;
  let wake = () => {};

  /** Puts one record on the disk, after those of earlier calls; into memory where the disk does not take it. */
  async function append(bytes: Uint8Array): Promise<number> {
    const place = ++appends;
    try {
      lastSequence = await spooled(bytes);
      noteSpool(place, undefined);
      return lastSequence;
    } catch (cause) {
      noteSpool(place, cause);
      if ((cause as { code?: string }).code === "SPOOL_CLOSED") throw cause;
      return memory.add(bytes, lastSequence);
    } finally {
      wake();
    }
  }

  /** The last call says how it is, whichever ends last. */
  function noteSpool(place: number, cause: unknown): void {
    if (place < noted) return;
    noted = place;
    spoolCause = cause;
  }

  async function spooled(bytes: Uint8Array): Promise<number> {
    if (unspooledBytes > 0 && unspooledBytes + bytes.length > UNSPOOLED_LARGEST)
      throw new Error("the disk is too slow");
    unspooledBytes += bytes.length;
    const appended = spool.append([bytes]).finally(() => {
      unspooledBytes -= bytes.length;
    });
    appending = Promise.allSettled([appending, appended]);
    return appended;
  }

  /** Counts a record that is nowhere any more. */
  function lose({ sequence, payload }: SpoolRecord, cause: unknown): void {
    const { changes } = contentOf(holdsChanges(payload[0]) ? [payload] : []);
    if (changes.length > 0 && lost.unspooledChanges === 0)
      log.error({ err: cause }, "what happened to dispatches cannot be spooled: it is lost");
    lost.unspooledChanges += changes.length;
    if (changes.length === 0) lost.unspooledFrames++;
    acknowledgements.refused(sequence, notSpooled(cause));
  }

  function keep(frame: Frame): void {
    const payload = encode(frame);
    append(payload).then(
      (sequence) => {
        if (sequence > 0) waitingFrames.push(sequence);
      },
      (cause) => lose({ sequence: 0, payload }, cause),
    );
  }

  async function record(changes: readonly DispatchChange[], deadlineMs: number): Promise<void> {
    if (changes.length === 0) return;
    const payload = encodeChanges(changes);
    const appended = append(payload).catch((cause: unknown) => {
      lose({ sequence: 0, payload }, cause);
      throw notSpooled(cause);
    });
    await acknowledgements.of(appended, deadlineMs);
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
    if (reopenedMs !== undefined) watermarks.minutesUntilMs = reopenedMs;
    if (withStates) statesAtMs = nowMs;
  }

  /** Forgets records that are in the database, or set aside. */
  async function acknowledge(records: readonly SpoolRecord[]): Promise<void> {
    const sequence = records.at(-1)?.sequence ?? 0;
    acknowledgements.committed(records);
    if (sequence < 0) return memory.remove(records.length);
    writtenSequence = sequence;
    waitingFrames = waitingFrames.filter((frame) => frame > sequence);
    await spool.acknowledge(sequence);
  }

  /** Writes one batch; false where there was none. */
  async function drainOnce(): Promise<boolean> {
    const read = await spool.read(BATCH_BYTES);
    const after = memory.records[0]?.after ?? Infinity;
    const before = read.filter(({ sequence }) => sequence <= after);
    const records = before.length > 0 ? before : memory.oldest(BATCH_BYTES);
    if (records.length > 0) await storeRecords(records);
    return records.length > 0;
  }

  /** Stores what the database takes of records; where it refuses some, halves find them. */
  async function storeRecords(records: readonly SpoolRecord[]): Promise<void> {
    try {
      await store(records.map(({ payload }) => payload));
      await acknowledge(records);
    } catch (error) {
      if (!isRefused(error)) throw error;
      const middle = records.length >> 1;
      if (middle === 0) return storePartly(records[0] as SpoolRecord, error);
      await storeRecords(records.slice(0, middle));
      await storeRecords(records.slice(middle));
    }
  }

  async function storePartly(record: SpoolRecord, refusal: unknown): Promise<void> {
    const { sequence, payload } = record;
    const parted = await storeParts(client, payload, refusal);
    const { rest, error, reopenedMs, isStored } = parted;
    if (reopenedMs !== undefined) watermarks.minutesUntilMs = reopenedMs;
    rejected.rejectedRows += parted.refusedRows;
    rejected.rejectedChanges += parted.refusedChanges;
    rejected.rejectedCause = error;
    if (!isStored) acknowledgements.refused(sequence, error);
    if (rest !== undefined && sequence > 0)
      await spool.reject(sequence, (error as Error).message, rest);
    await acknowledge([record]);
  }

  function setDegraded(now: boolean, cause?: unknown): void {
    degraded = now;
    degradedCause = cause;
    degradedReason = now ? writeFailureOf(cause) : undefined;
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
        if (!(error instanceof Fault) && !degraded)
          log.error({ err: error }, "telemetry cannot be written");
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
    async flush(atMostMs) {
      const untilMs = performance.now() + atMostMs;
      await appending;
      const sequence = lastSequence;
      const isSpoolWritten = () =>
        writtenSequence >= sequence || spool.stats().waitingRecords === 0;
      const isWritten = () => isSpoolWritten() && memory.records.length === 0;
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
      if (memory.records.length > 0)
        log.error(
          { err: spoolCause, records: memory.records.length },
          "records are lost: neither the disk nor the database takes them",
        );
      for (const waiting of memory.records) lose(waiting, spoolCause);
      acknowledgements.close();
    },
    isDegraded: () => degraded,
    stats() {
      const stats = spool.stats();
      const droppedChanges = stats.droppedByFirstByte.get(CHANGES_BEGIN) ?? 0;
      return {
        ...stats,
        ...lost,
        ...rejected,
        ...{
          degraded,
          degradedCause,
          degradedReason,
          spoolCause,
          memoryRecords: memory.records.length,
        },
        waitingFrames:
          waitingFrames.length +
          memory.records.filter(({ payload }) => !holdsChanges(payload[0])).length,
        droppedFrames: stats.droppedRecords - droppedChanges,
      };
    },
  };
}
