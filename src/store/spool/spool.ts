// A log on disk that holds telemetry until the database has it: written at its end, read and forgotten at its beginning.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../../domain/base/assert.ts";
import { isUuid } from "../../domain/base/uuid.ts";
import type { Log } from "../../domain/ports/log.ts";
import { createAppendQueue } from "./append-queue.ts";
import { writeCursor } from "./cursor.ts";
import { SpoolFault } from "./fault.ts";
import { SEGMENT_HEADER_BYTES, seedOf } from "./format.ts";
import { readRecords } from "./read.ts";
import { recover } from "./recovery.ts";
import { keepRejected } from "./rejected.ts";
import type { Entry } from "./scan.ts";
import { openSegments, recordBytes } from "./segments.ts";

export interface SpoolRecord {
  /** Above that of every record before it, also across restarts; not always by one. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** What waits now; and what became of records since the spool was opened. */
export interface SpoolStats {
  readonly waitingRecords: number;
  /** Bytes of their payloads. */
  readonly waitingBytes: number;
  /** Deleted unread, oldest first, because the spool was full. */
  readonly droppedRecords: number;
  /** Damaged on disk, as far as they can be told. Counted when it is opened or read, again by the next opening. */
  readonly lostRecords: number;
  /** Segments of which the end was cut off when it was opened: so many times, an unknown number of records is lost. */
  readonly cutSegments: number;
  /** Segments of another database, or with nothing readable, that were moved aside when it was opened. */
  readonly foreignSegments: number;
  readonly rejectedRecords: number;
  /** Those that were dropped, by the first byte of their payload. */
  readonly droppedByFirstByte: ReadonlyMap<number | undefined, number>;
}

/** Calls run one after the other, in the order in which they were made. Each throws a `SpoolFault` where the disk fails. */
export interface Spool {
  /**
   * Appends one record, and resolves with its sequence once it is on disk. Appends that wait at the same
   * time share one wait for the disk. Where it rejects, nothing was appended.
   *
   * @param parts The payload, in pieces that must not change meanwhile.
   * @throws SpoolFault with the code of the system, `ENOSPC` where the disk is full: the next append works
   *         once there is room. `RECORD_TOO_LARGE` where the record would not fit the whole spool or 1 GiB.
   */
  append(parts: readonly Uint8Array[]): Promise<number>;
  /**
   * The oldest records that are not acknowledged, in order; the same ones again until they are. Empty when
   * there is none.
   *
   * @param maxBytes Of payload. One record is read even where it has more.
   */
  read(maxBytes: number): Promise<SpoolRecord[]>;
  /** Forgets all records up to and including the sequence. Those that are forgotten already do not matter. */
  acknowledge(sequence: number): Promise<void>;
  /**
   * Moves the oldest record, or a part of it, aside into `rejected/`, with the reason, so that draining goes on. Where no copy
   * can be written, it is logged and forgotten all the same. One that does not wait any more does not matter.
   */
  reject(sequence: number, reason: string, part?: Uint8Array): Promise<void>;
  /** The newest record that is not acknowledged. */
  newest(): Promise<SpoolRecord | undefined>;
  /** Removes every record, rejected ones too. Sequences go on. */
  clear(): Promise<void>;
  stats(): SpoolStats;
  /** Ends what was begun. Every later call rejects with the code `SPOOL_CLOSED`. */
  close(): Promise<void>;
}

export interface SpoolOptions {
  /** Made where it is missing. */
  readonly directory: string;
  /** UUID of the database that the records are for. Those for another are moved into `foreign/<its UUID>/`. */
  readonly ownerId: string;
  /** Bound of all segments on disk. An append that would pass it drops the oldest segment first. */
  readonly maxBytes: number;
  /** Size at which another segment is begun: a 16th of `maxBytes`, 64 MiB at most, unless told. */
  readonly segmentBytes?: number;
  readonly log: Log;
}

/**
 * Opens a spool and recovers every intact record. A record that was being written when the process or the
 * machine died is removed silently; other damage is skipped, counted and logged. What a file holds is never
 * a reason to fail.
 *
 * The caller sees to it that one process at a time has the directory open (it holds the lock of the database
 * that the spool is for).
 *
 * @throws SpoolFault where the directory cannot be used.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { directory, maxBytes, log } = options;
  assert(isUuid(options.ownerId), "a spool belongs to a UUID");
  assert(maxBytes > recordBytes(SEGMENT_HEADER_BYTES), "a spool has room for a record");
  const ownerId = options.ownerId.toLowerCase();
  const segmentBytes = options.segmentBytes ?? Math.min(Math.ceil(maxBytes / 16), 64 * 2 ** 20);
  const rejectedFolder = join(directory, "rejected");
  const usable = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      throw SpoolFault.of(error, directory);
    });
  const recovered = await usable(recover(directory, ownerId, log));
  let { acknowledged, lostRecords } = recovered;
  let rejectedRecords = 0;
  let droppedRecords = 0;
  const droppedByFirstByte = new Map<number | undefined, number>();
  let droppedBefore: number | undefined;
  let cursorFails = false;

  const limits = { maxBytes, segmentBytes };
  const drop = (dropped: readonly Entry[]) => {
    if (droppedBefore === undefined)
      log.error({ directory, maxBytes }, "the spool is full: the oldest telemetry is dropped");
    droppedBefore ??= droppedRecords;
    droppedRecords += dropped.length;
    for (const { firstByte } of dropped)
      droppedByFirstByte.set(firstByte, (droppedByFirstByte.get(firstByte) ?? 0) + 1);
  };
  const segments = await usable(openSegments(directory, ownerId, recovered, limits, drop));

  let closing: Promise<void> | undefined;
  let turns = 0;
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (closing !== undefined)
      return Promise.reject(new SpoolFault("SPOOL_CLOSED", "the spool is closed", false));
    turns++;
    const result = last.then(work).catch((error: unknown) => {
      throw SpoolFault.of(error, directory);
    });
    last = result.catch(() => {});
    return result;
  }
  const append = createAppendQueue(segments, directory, maxBytes, {
    inTurn,
    turns: () => turns,
  });

  /** The oldest that wait, or from the newest on back; what turns out to be damaged is lost. */
  async function readWaiting(maxBytes: number, order: "oldest" | "newest") {
    for (;;) {
      const { records, damaged } = await readRecords(
        segments.all,
        seedOf(ownerId),
        maxBytes,
        order,
      );
      if (damaged.size > 0) {
        lostRecords += damaged.size;
        log.error(
          { directory, lostRecords: damaged.size },
          "the spool is damaged: telemetry of some ticks is lost",
        );
        await segments.forget((entry) => damaged.has(entry));
      }
      if (records.length > 0 || damaged.size === 0) return records;
    }
  }

  async function forgetUpTo(sequence: number): Promise<void> {
    assert(Number.isSafeInteger(sequence), "a sequence is a whole number");
    if (sequence <= acknowledged) return;
    acknowledged = Math.min(sequence, segments.lastGiven());
    // Before the position: on a full disk, this is what makes room for it.
    await segments.forget((entry) => entry.sequence <= acknowledged);
    await saveCursor();
    if (droppedBefore !== undefined && segments.all.every(({ waiting }) => waiting.length === 0)) {
      const dropped = droppedRecords - droppedBefore;
      droppedBefore = undefined;
      log.info({ directory, droppedRecords: dropped }, "the spool is drained: nothing is dropped");
    }
  }

  /** Without it, records are read once more after a restart: no reason to fail. */
  async function saveCursor(): Promise<void> {
    try {
      await writeCursor(directory, { ownerId, acknowledged });
      cursorFails = false;
    } catch (error) {
      if (!cursorFails) log.warn({ directory, err: error }, "the spool cannot save its position");
      cursorFails = true;
    }
  }

  async function moveAside(sequence: number, reason: string, part?: Uint8Array): Promise<void> {
    const [oldest] = await readWaiting(0, "oldest");
    if (oldest === undefined || oldest.sequence > sequence) return;
    assert(oldest.sequence === sequence, "only the oldest record is rejected");
    try {
      // Of the bound of the spool, a tenth on top.
      await keepRejected(rejectedFolder, sequence, part ?? oldest.payload, reason, maxBytes / 10);
    } catch (error) {
      log.error(
        { directory, sequence, reason, err: error },
        "the rejected telemetry cannot be kept",
      );
    }
    rejectedRecords++;
    await forgetUpTo(sequence);
  }

  return {
    append,
    read: (maxBytes) => inTurn(() => readWaiting(maxBytes, "oldest")),
    acknowledge: (sequence) => inTurn(() => forgetUpTo(sequence)),
    reject: (sequence, reason, part) => inTurn(() => moveAside(sequence, reason, part)),
    newest: () => inTurn(async () => (await readWaiting(0, "newest"))[0]),
    clear: () =>
      inTurn(async () => {
        await segments.clear();
        await rm(rejectedFolder, { recursive: true, force: true });
        await forgetUpTo(segments.lastGiven());
      }),
    stats() {
      const waitingRecords = segments.all.reduce((sum, { waiting }) => sum + waiting.length, 0);
      const waitingBytes = segments.all.reduce((sum, segment) => sum + segment.waitingBytes, 0);
      return {
        ...{ waitingRecords, waitingBytes, droppedRecords, droppedByFirstByte },
        ...{ lostRecords, cutSegments: recovered.cutSegments, rejectedRecords },
        foreignSegments: recovered.foreignSegments,
      };
    },
    close() {
      closing ??= inTurn(() => segments.close());
      return closing;
    },
  };
}
