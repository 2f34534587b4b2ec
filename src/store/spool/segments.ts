// The segments of a spool, oldest first, the last one being written; with the records of each that still wait.
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
  /** The last assigned sequence; the next is above it. */
  lastGiven(): number;
  /**
   * Makes room for so many bytes: begins another segment where the present one is full, and drops the oldest segments
   * at the bound.
   *
   * @returns How many bytes can be written, at least as many as requested.
   */
  makeSpace(bytes: number): Promise<number>;
  /** Writes records, each a payload in parts, and waits for the disk. Returns the sequence of the first. */
  write(records: readonly (readonly Uint8Array[])[]): Promise<number>;
  /** Forgets waiting records for which `isDone`, and deletes the segments in which none waits any more. */
  forget(isDone: (entry: Entry) => boolean): Promise<void>;
  /** Deletes every record. Deleted records do not come back after a power failure. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface SegmentLimits {
  readonly maxBytes: number;
  readonly segmentBytes: number;
}

/** The size of a record in a segment by the size of its payload, in bytes. */
export function recordBytes(payloadBytes: number): number {
  return RECORD_HEADER_BYTES + payloadBytes;
}

/**
 * Begins a new segment behind the recovered segments: nothing is ever written after damage.
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
      // Records of a write that could not be undone may be found when the spool is opened again: their sequences are used up.
      if (active.isBroken) next += records.length;
      if (active.isBroken || active.waiting.length > 0 || isEmpty()) throw error;
      // A disk may be full of acknowledged records: a new segment would need room before the old one is deleted.
      await emptySegment(active, ownerId, next, highest);
      return write(records);
    }
    addEntries(active, offset, first, headers, records);
    next += records.length;
    highest = next - 1;
    return first;
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
      for (const segment of all) removeEntries(segment, isDone);
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

function removeEntries(segment: Segment, isDone: (entry: Entry) => boolean): void {
  if (!segment.waiting.some(isDone)) return;
  segment.waiting = segment.waiting.filter((entry) => !isDone(entry));
  segment.waitingBytes = payloadBytes(segment.waiting);
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
