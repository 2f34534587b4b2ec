// A segment, one file of the spool: its name, its beginning, and writes to it.
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { encodeSegmentHeader, MAX_SEQUENCE, SEGMENT_HEADER_BYTES } from "./format.ts";
import type { Entry } from "./scan.ts";

/** A segment as it is held in memory. */
export interface Segment {
  readonly path: string;
  /** The first sequence. */
  first: number;
  /** Size of the file in bytes. */
  bytes: number;
  /** The records that still wait, in order. */
  waiting: Entry[];
  /** Bytes of the payloads of waiting records. */
  waitingBytes: number;
}

/** Bytes of the payloads of records. */
export function payloadBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, { length }) => sum + length, 0);
}

/** The segment that is written to. */
export interface ActiveSegment extends Segment {
  readonly file: FileHandle;
  /** A write failed and could not be undone: nothing may be written after it. */
  isBroken: boolean;
}

export function segmentName(first: number): string {
  return `${String(first).padStart(16, "0")}.segment`;
}

/** The first sequence of a segment by the name of its file; undefined for any other file. */
export function firstByName(name: string): number | undefined {
  const [, digits] = /^(\d{16})\.segment$/.exec(name) ?? [];
  const first = Number(digits);
  return first >= 1 && first <= MAX_SEQUENCE ? first : undefined;
}

/**
 * Begins a segment; it is on disk when this resolves. A file of the same name is overwritten.
 *
 * @param previous The last sequence in use before it.
 * @throws The error of the file system; no file is left then.
 */
export async function createSegment(
  directory: string,
  ownerId: string,
  first: number,
  previous: number,
): Promise<ActiveSegment> {
  const path = join(directory, segmentName(first));
  const file = await open(path, "w");
  try {
    await writeFully(file, [encodeSegmentHeader(ownerId, first, previous)], 0);
    await file.datasync();
    await syncDirectory(directory);
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  return {
    path,
    file,
    isBroken: false,
    first,
    bytes: SEGMENT_HEADER_BYTES,
    waiting: [],
    waitingBytes: 0,
  };
}

/** Empties a segment in its place, so that it needs no room: it is used like a new segment afterwards. */
export async function emptySegment(
  segment: ActiveSegment,
  ownerId: string,
  first: number,
  previous: number,
): Promise<void> {
  await segment.file.truncate(SEGMENT_HEADER_BYTES);
  await writeFully(segment.file, [encodeSegmentHeader(ownerId, first, previous)], 0);
  await segment.file.datasync();
  Object.assign(segment, { first, bytes: SEGMENT_HEADER_BYTES, waiting: [], waitingBytes: 0 });
}

/**
 * Writes at the end of the segment and waits for the disk.
 *
 * @throws The error of the file system (ENOSPC: it is full), with the file as it was before, or `isBroken`.
 */
export async function writeToSegment(
  segment: ActiveSegment,
  buffers: readonly Uint8Array[],
): Promise<void> {
  try {
    const written = await writeFully(segment.file, buffers, segment.bytes);
    await segment.file.datasync();
    segment.bytes += written;
  } catch (error) {
    await segment.file.truncate(segment.bytes).catch(() => {
      segment.isBroken = true;
    });
    throw error;
  }
}

async function writeFully(
  file: FileHandle,
  buffers: readonly Uint8Array[],
  cursor: number,
): Promise<number> {
  let rest = buffers.filter((buffer) => buffer.byteLength > 0);
  let written = 0;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, cursor + written);
    written += bytesWritten;
    rest = without(rest, bytesWritten);
  }
  return written;
}

/** The buffers less their first `count` bytes: a disk that fills up takes a part, and fails at the next write. */
function without(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return buffers.flatMap((buffer) => {
    const taken = Math.min(skip, buffer.byteLength);
    skip -= taken;
    return taken === buffer.byteLength ? [] : [buffer.subarray(taken)];
  });
}

/** Puts the names in a directory on disk. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows neither can nor needs to.
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
