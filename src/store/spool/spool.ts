// A log on disk that holds telemetry until the database has it: written at its end, read and forgotten at its beginning.
import { assert } from "../../domain/base/assert.ts";
import { isUuid } from "../../domain/base/uuid.ts";
import type { Log } from "../../domain/ports/log.ts";
import { createAppendQueue } from "./append-queue.ts";
import { createBacklog } from "./backlog.ts";
import { createDrops } from "./drops.ts";
import { SpoolFault } from "./fault.ts";
import { SEGMENT_HEADER_BYTES } from "./format.ts";
import { recover } from "./recovery.ts";
import { openSegments, recordBytes } from "./segments.ts";
import { createSerialQueue } from "./serial-queue.ts";

export interface SpoolRecord {
  /** Above that of every record before it, also across restarts; not always by one. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** The records that wait now; and counts of records since the spool was opened. */
export interface SpoolStats {
  readonly waitingRecords: number;
  /** Bytes of the payloads of waiting records. */
  readonly waitingBytes: number;
  /** Records that were deleted unread, oldest first, because the spool was full. */
  readonly droppedRecords: number;
  /** Records that are damaged on disk, as far as they can be counted: at the opening or a read, again at the next opening. */
  readonly lostRecords: number;
  /** Segments whose end was cut off at the opening: of each, an unknown number of records is lost. */
  readonly cutSegments: number;
  /** Segments of another database, or with nothing readable, that were moved aside at the opening. */
  readonly foreignSegments: number;
  readonly rejectedRecords: number;
  /** Dropped records by the first byte of their payload. */
  readonly droppedByFirstByte: ReadonlyMap<number | undefined, number>;
}

/** Calls are run one after the other, in the order in which they were made. Each throws a `SpoolFault` where the disk fails. */
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
   * The oldest records that are not acknowledged, in order; the same records again until they are acknowledged. Empty
   * where there is none.
   *
   * @param maxBytes Of payload. One record is read even where it has more.
   */
  read(maxBytes: number): Promise<SpoolRecord[]>;
  /** Forgets all records up to and including the sequence. A repeated call changes nothing. */
  acknowledge(sequence: number): Promise<void>;
  /**
   * Moves the oldest record, or a part of it, aside into `rejected/`, with the reason, so that draining continues. Where no copy
   * can be written, the record is logged and forgotten all the same. For a record that does not wait any more nothing is done.
   */
  reject(sequence: number, reason: string, part?: Uint8Array): Promise<void>;
  /** The newest record that is not acknowledged. */
  newest(): Promise<SpoolRecord | undefined>;
  /** Removes every record, rejected records too. Sequences continue. */
  clear(): Promise<void>;
  stats(): SpoolStats;
  /** Ends the calls that were made. Every later call rejects with the code `SPOOL_CLOSED`. */
  close(): Promise<void>;
}

export interface SpoolOptions {
  /** Folder of the spool; created where it is missing. */
  readonly directory: string;
  /** UUID of the database that the records are for. Records for another database are moved into `foreign/<its UUID>/`. */
  readonly ownerId: string;
  /** Bound of all segments on disk. An append that would exceed it drops the oldest segment first. */
  readonly maxBytes: number;
  /** Size at which another segment is begun: by default a 16th of `maxBytes`, 64 MiB at most. */
  readonly segmentBytes?: number;
  readonly log: Log;
}

/**
 * Opens a spool and recovers every intact record. A record that was being written when the process or the
 * machine died is removed silently; other damage is skipped, counted and logged. The content of a file is never
 * a reason to fail.
 *
 * The caller ensures that one process at a time has the directory open (the caller holds the lock of the database
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
  const usable = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      throw SpoolFault.of(error, directory);
    });
  const recovered = await usable(recover(directory, ownerId, log));
  const drops = createDrops(directory, maxBytes, log);
  const limits = { maxBytes, segmentBytes };
  const segments = await usable(openSegments(directory, ownerId, recovered, limits, drops.add));
  const backlog = createBacklog({
    ...{ directory, ownerId, maxBytes, recovered },
    ...{ segments, drops, log },
  });
  const calls = createSerialQueue(directory);
  return {
    append: createAppendQueue(segments, directory, maxBytes, calls),
    read: (largestBytes) => calls.run(() => backlog.read(largestBytes, "oldest")),
    acknowledge: (sequence) => calls.run(() => backlog.forgetUpTo(sequence)),
    reject: (sequence, reason, part) => calls.run(() => backlog.reject(sequence, reason, part)),
    newest: () => calls.run(async () => (await backlog.read(0, "newest"))[0]),
    clear: () => calls.run(backlog.clear),
    stats: () => ({
      waitingRecords: segments.all.reduce((sum, { waiting }) => sum + waiting.length, 0),
      waitingBytes: segments.all.reduce((sum, segment) => sum + segment.waitingBytes, 0),
      droppedRecords: drops.count(),
      droppedByFirstByte: drops.byFirstByte,
      lostRecords: backlog.lostRecords(),
      cutSegments: recovered.cutSegments,
      foreignSegments: recovered.foreignSegments,
      rejectedRecords: backlog.rejectedRecords(),
    }),
    close: () => calls.close(segments.close),
  };
}
