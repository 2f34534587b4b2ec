// Frames, changes of dispatches, alarms and records of the audit log on their way to the database: first the spool, always; then one writer, in order,
// behind.
import type { Alarm } from "../../domain/alarm/alarm.ts";
import type { Digests } from "../../domain/audit/chain.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { auditText } from "../../domain/audit/text.ts";
import type { AlarmWrite } from "../../domain/ports/alarm-store.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Tracing } from "../../domain/ports/tracing.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Client } from "../database/client.ts";
import { createQuerySpans, type QuerySpans } from "../database/query-spans.ts";
import type { Spool, SpoolRecord } from "../spool/spool.ts";
import { createRowEncoder } from "../telemetry/row-encoder.ts";
import type { Watermarks } from "../telemetry/watermarks.ts";
import {
  type CommitAcknowledgements,
  createCommitAcknowledgements,
} from "./commit-acknowledgements.ts";
import { createDrainLoop } from "./drain-loop.ts";
import { createIngestion, type Ingestion } from "./ingestion.ts";
import { type MemoryQueue, notSpooled } from "./memory-queue.ts";
import { createRecordWriter, type RecordWriter } from "./record-writer.ts";
import { CHANGES_BEGIN, encodeChanges, holdsChanges } from "./spool-payload.ts";
import { createWriteSpans } from "./write-spans.ts";
import type { WriterStats } from "./writer-stats.ts";

const BATCH_BYTES = 8 * 2 ** 20;
const POLL_MS = 5;

export interface TelemetryWriter {
  /** Accepts a frame; its bytes are made before this returns. Never throws, never waits. */
  keep(frame: Frame): void;
  readonly keepModelStates: RecordWriter["keepModelStates"];
  /**
   * Accepts changes of dispatches, with the records of the audit log about them, in the order of the calls, and of
   * frames. Resolves once they are in the database.
   *
   * @throws Fault STORE_UNAVAILABLE where they are only on their way after `deadlineMs`, or the disk does not accept them.
   */
  record(
    changes: readonly DispatchChange[],
    deadlineMs: number,
    audit?: readonly AuditRecord[],
  ): Promise<void>;
  /** Accepts alarms likewise. Their write is `kept` on the disk, or in memory where the disk does not accept it. */
  recordAlarms(
    alarms: readonly Alarm[],
    deadlineMs: number,
    audit?: readonly AuditRecord[],
  ): AlarmWrite;
  /** Accepts records of the audit log alone. Resolves once they are kept, as alarms are. */
  recordAudit(audit: readonly AuditRecord[]): Promise<void>;
  /** Drains until the spool is empty. Rejects where the database is unavailable. */
  drain(): Promise<void>;
  /** Resolves once every earlier record is in the database, or after `atMostMs`: whether it is. */
  flush(atMostMs: number): Promise<boolean>;
  /** Drains behind, from now on. */
  start(): void;
  /** Ends once the present batch is written and every accepted record is on the disk. */
  stop(): Promise<void>;
  /** Whether the database could not be written to the last time. */
  isDegraded(): boolean;
  stats(): WriterStats;
}

interface WriterDeps {
  readonly client: Client;
  readonly spool: Spool;
  readonly watermarks: Watermarks;
  /** Sign records of the audit log as they are stored. */
  readonly auditDigests: Digests;
  readonly log: Log;
  /** Left out: there are no traces. */
  readonly tracing?: Tracing | undefined;
  readonly querySpans?: QuerySpans;
}

export function createTelemetryWriter(deps: WriterDeps): TelemetryWriter {
  const { spool, log, querySpans = createQuerySpans() } = deps;
  const spans = createWriteSpans(deps.tracing);
  const encode = createRowEncoder();
  const acknowledgements = createCommitAcknowledgements();
  const loop = createDrainLoop(drainOnce, log);
  const ingestion = createIngestion({ spool, acknowledgements, log, onAppended: loop.wake });
  const { memory } = ingestion;
  const append = (payload: Uint8Array) => spans.note(ingestion.append(payload));
  const writer = createRecordWriter({
    ...{ ...deps, querySpans, acknowledge },
    async refuse({ sequence, error, isStored, rest }) {
      if (!isStored) acknowledgements.refused(sequence, error);
      if (rest !== undefined && sequence > 0)
        await spool.reject(sequence, (error as Error).message, rest);
    },
  });
  /** Sequences of the frames that are not in the database yet. */
  let waitingFrames: number[] = [];
  let writtenSequence = 0;

  /** Forgets records that are in the database, or set aside. */
  async function acknowledge(records: readonly SpoolRecord[]): Promise<void> {
    const sequence = records.at(-1)?.sequence ?? 0;
    acknowledgements.committed(records);
    if (sequence < 0) return memory.remove(records.length);
    writtenSequence = sequence;
    waitingFrames = waitingFrames.filter((frame) => frame > sequence);
    await spool.acknowledge(sequence);
  }

  /** Writes one batch; false where no record waits. */
  async function drainOnce(): Promise<boolean> {
    const records = await nextBatch(spool, memory);
    if (records.length > 0) await spans.write(records, () => writer.write(records));
    return records.length > 0;
  }

  return {
    keep(frame) {
      const payload = encode(frame);
      append(payload).then(
        (sequence) => {
          if (sequence > 0) waitingFrames.push(sequence);
        },
        (cause) => ingestion.lose({ sequence: 0, payload }, cause),
      );
    },
    keepModelStates: writer.keepModelStates,
    ...createRecords(append, ingestion.lose, acknowledgements),
    async drain() {
      while (await drainOnce());
    },
    async flush(atMostMs) {
      const beganMs = performance.now();
      await ingestion.flush();
      const sequence = ingestion.lastSequence();
      const isWritten = () =>
        (writtenSequence >= sequence || spool.stats().waitingRecords === 0) &&
        memory.records.length === 0;
      return pollUntil(isWritten, beganMs + atMostMs);
    },
    start: loop.start,
    async stop() {
      await ingestion.flush();
      await loop.stop();
      if (!loop.stats().degraded)
        await drainOnce()
          .then(writer.storeLastStates)
          .catch(() => {});
      loseMemory(ingestion, log);
      acknowledgements.close();
    },
    isDegraded: () => loop.stats().degraded,
    // Of many objects, a spread takes a hundred times as long on Node 20, and health reads this all the time.
    stats: () =>
      Object.assign(
        Object.assign(spool.stats(), ingestion.stats(), writer.stats(), loop.stats()),
        countRecords(spool, ingestion, waitingFrames.length),
      ),
  };
}

/** The oldest records, of the spool or, where they are older, of the memory. */
async function nextBatch(spool: Spool, memory: MemoryQueue): Promise<readonly SpoolRecord[]> {
  const read = await spool.read(BATCH_BYTES);
  const after = memory.records[0]?.after ?? Infinity;
  const before = read.filter(({ sequence }) => sequence <= after);
  return before.length > 0 ? before : memory.oldest(BATCH_BYTES);
}

/** Polls until the condition holds, or until that instant of the monotonic clock: whether it holds. */
async function pollUntil(holds: () => boolean, untilMs: number): Promise<boolean> {
  while (!holds() && performance.now() < untilMs)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  return holds();
}

/** Changes of dispatches, alarms, and records of the audit log, as records of the spool. */
function createRecords(
  appendRecord: Ingestion["append"],
  lose: Ingestion["lose"],
  acknowledgements: CommitAcknowledgements,
): Pick<TelemetryWriter, "record" | "recordAlarms" | "recordAudit"> {
  /** The sequence of a record; rejects where neither the disk nor the memory accepts it, and counts it as lost. */
  const append = (payload: Uint8Array) =>
    appendRecord(payload).catch((cause: unknown) => {
      lose({ sequence: 0, payload }, cause);
      throw notSpooled(cause);
    });
  return {
    async record(changes, deadlineMs, audit = []) {
      if (changes.length + audit.length === 0) return;
      const payload = encodeChanges({ changes, audit: audit.map(auditText) });
      await acknowledgements.of(append(payload), deadlineMs);
    },
    recordAlarms(alarms, deadlineMs, audit = []) {
      const appended = append(encodeChanges({ alarms, audit: audit.map(auditText) }));
      const stored = acknowledgements.of(appended, deadlineMs);
      return { kept: appended.then(() => {}), stored };
    },
    async recordAudit(audit) {
      if (audit.length > 0) await append(encodeChanges({ audit: audit.map(auditText) }));
    },
  };
}

/** Records in memory do not outlive the process. */
function loseMemory({ memory, stats, lose }: Ingestion, log: Log): void {
  const { spoolCause } = stats();
  const { length } = memory.records;
  if (length > 0)
    log.error(
      { err: spoolCause, records: length },
      "records are lost: neither the disk nor the database accepts them",
    );
  for (const waiting of memory.records) lose(waiting, spoolCause);
}

function countRecords(spool: Spool, { memory }: Ingestion, waitingFramesOnDisk: number) {
  const { droppedRecords, droppedByFirstByte } = spool.stats();
  const framesInMemory = memory.records.filter(({ payload }) => !holdsChanges(payload[0]));
  return {
    memoryRecords: memory.records.length,
    waitingFrames: waitingFramesOnDisk + framesInMemory.length,
    droppedFrames: droppedRecords - (droppedByFirstByte.get(CHANGES_BEGIN) ?? 0),
  };
}
