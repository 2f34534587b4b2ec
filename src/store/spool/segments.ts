// The segments of a spool, oldest first, the last one being written; with what of each still waits.
import { rm } from "node:fs/promises";
import { encodeRecordHeader, RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES, seedOf } from "./format.ts";
import type { Recovered } from "./recovery.ts";
import type { Entry } from "./scan.ts";
import {
  createSegment,
  emptySegment,
  payloadBytes,
  type Segment,
  syncDirectory,
  writeToSegment,
} from "./segment.ts";

export interface Segments {
  /** Oldest first. */
  readonly all: readonly Segment[];
  /** The last sequence that was given; the next is above it. */
  lastGiven(): number;
  /**
   * Sees to it that so many bytes can be written next: begins another segment where this one is full,
   * and drops the oldest ones at the bound.
   *
   * @returns How many bytes can be written, as many as asked for or more.
   */
  makeSpace(bytes: number): Promise<number>;
  /** Writes records, each a payload in parts, and waits for the disk. Returns the sequence of the first. */
  write(records: readonly (readonly Uint8Array[])[]): Promise<number>;
  /** Forgets waiting records for which `isDone`, and deletes the segments in which none waits any more. */
  forget(isDone: (entry: Entry) => boolean): Promise<void>;
  /** Deletes every record. Those of deleted files do not come back after a power failure. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface SegmentLimits {
  readonly maxBytes: number;
  readonly segmentBytes: number;
}

/** What a payload of so many bytes takes in a segment. */
export function recordBytes(payloadBytes: number): number {
  return RECORD_HEADER_BYTES + payloadBytes;
}

/**
 * Begins a new segment behind those that were recovered: nothing is ever written after damage.
 *
 * @param onDrop Is called with the waiting records of a segment that is dropped.
 */
export async function openSegments(
  directory: string,
  ownerId: string,
  recovered: Recovered,
  { maxBytes, segmentBytes }: SegmentLimits,
  onDrop: (records: readonly Entry[]) => void,
): Promise<Segments> {
  const seed = seedOf(ownerId);
  let { highest, next } = recovered;
  let active = await createSegment(directory, ownerId, next, highest);
  let all: Segment[] = [...recovered.segments.filter(({ path }) => path !== active.path), active];
  await deleteWhere(({ waiting }) => waiting.length === 0);

  async function deleteWhere(isDone: (segment: Segment) => boolean): Promise<void> {
    for (const segment of all) {
      if (segment === active || !isDone(segment)) continue;
      await rm(segment.path, { force: true });
      all = all.filter((other) => other !== segment);
    }
  }

  async function beginSegment(): Promise<void> {
    const last = active;
    active = await createSegment(directory, ownerId, next, highest);
    all = [...all, active];
    // Its records are on disk: closing it can lose nothing.
    await last.file.close().catch(() => {});
    if (last.waiting.length === 0) await deleteWhere((segment) => segment === last);
  }

  async function dropOldest(): Promise<void> {
    const oldest = all[0] as Segment;
    await deleteWhere((segment) => segment === oldest);
    if (oldest.waiting.length > 0) onDrop(oldest.waiting);
  }

  async function write(records: readonly (readonly Uint8Array[])[]): Promise<number> {
    const first = next;
    const headers = records.map((parts, i) => encodeRecordHeader(seed, first + i, parts));
    const offset = active.bytes;
    try {
      await writeToSegment(
        active,
        records.flatMap((parts, i) => [headers[i] as Buffer, ...parts]),
      );
    } catch (error) {
      // What could not be undone may be found again when the spool is opened: its numbers are used up.
      if (active.isBroken) next += records.length;
      if (active.isBroken || active.waiting.length > 0 || isEmpty()) throw error;
      // A disk may be full of what is done with: a new segment would need room before the old one is deleted.
      await emptyActive();
      return write(records);
    }
    addEntries(active, offset, first, headers, records);
    next += records.length;
    highest = next - 1;
    return first;
  }

  async function emptyActive(): Promise<void> {
    const emptied = await emptySegment(active, ownerId, next, highest);
    all = all.map((segment) => (segment === active ? emptied : segment));
    active = emptied;
  }

  const isEmpty = () => active.bytes === SEGMENT_HEADER_BYTES;
  const spaceInAll = () => maxBytes - all.reduce((sum, segment) => sum + segment.bytes, 0);
  const spaceInActive = () => segmentBytes - active.bytes;

  return {
    get all() {
      return all;
    },
    lastGiven: () => next - 1,
    async makeSpace(bytes) {
      if (active.isBroken || (bytes > spaceInActive() && !isEmpty())) await beginSegment();
      while (bytes > spaceInAll() && !(all.length === 1 && isEmpty()))
        await (all.length === 1 ? beginSegment() : dropOldest());
      return Math.max(bytes, Math.min(spaceInActive(), spaceInAll()));
    },
    write,
    async forget(isDone) {
      for (const segment of all) {
        if (!segment.waiting.some(isDone)) continue;
        segment.waiting = segment.waiting.filter((entry) => !isDone(entry));
        segment.waitingBytes = payloadBytes(segment.waiting);
      }
      await deleteWhere(({ waiting }) => waiting.length === 0);
    },
    async clear() {
      if (!isEmpty()) await beginSegment();
      await deleteWhere(() => true);
      await syncDirectory(directory);
    },
    close: () => active.file.close(),
  };
}

/** Adds written records to those that wait. @param offset Where the first of them begins in the segment. */
function addEntries(
  segment: Segment,
  offset: number,
  firstSequence: number,
  headers: readonly Buffer[],
  records: readonly (readonly Uint8Array[])[],
): void {
  let begin = offset;
  for (const [i, header] of headers.entries()) {
    const length = header.readUInt32LE(4);
    const firstByte = records[i]?.find((part) => part.length > 0)?.[0];
    segment.waiting.push({ sequence: firstSequence + i, offset: begin, length, firstByte });
    segment.waitingBytes += length;
    begin += recordBytes(length);
  }
}
