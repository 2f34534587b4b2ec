// The scan of a segment: finds its intact records, whatever its bytes are.
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { decodeRecordHeader, RECORD_HEADER_BYTES, RECORD_MARKER } from "./format.ts";

const WINDOW_BYTES = 1 << 20;

/** The place of a record in its segment. */
export interface Entry {
  readonly sequence: number;
  readonly offset: number;
  /** Length of the payload in bytes. */
  readonly length: number;
  /** The first byte of the payload, which may identify its kind; undefined where it is empty. */
  readonly firstByte: number | undefined;
}

export interface Scan {
  /** The intact records, in order. */
  readonly entries: Entry[];
  /** The highest sequence, whether its record is intact or not; `after` where there was none. */
  readonly highest: number;
  /** The end of the last record. Later bytes are the beginning of a record that was never finished. */
  readonly end: number;
}

type Read = (offset: number, atLeast: number) => Promise<Buffer>;

/**
 * @param start Offset of the first record.
 * @param seed  Of the owner; records of others are not found.
 * @param after Records up to and including this sequence are left out: they are copies.
 */
export async function scanRecords(
  file: FileHandle,
  start: number,
  seed: number,
  after: number,
): Promise<Scan> {
  const { size } = await file.stat();
  const read = windowOn(file);
  const headerAt = async (offset: number) =>
    decodeRecordHeader(await read(offset, RECORD_HEADER_BYTES), seed);
  const entries: Entry[] = [];
  let highest = after;
  let end = start;
  let offset = start;

  while (offset + RECORD_HEADER_BYTES <= size) {
    const header = await headerAt(offset);
    const next = offset + RECORD_HEADER_BYTES + (header?.length ?? 0);
    if (header === undefined || next > size) {
      offset = await findMarker(read, offset + 1, size);
      continue;
    }
    const { sequence, length } = header;
    const intact = header.crc === (await crcOf(read, offset, header.length, header.headerCrc));
    if (intact && sequence > highest)
      entries.push({
        sequence,
        offset,
        length,
        firstByte: await firstByteAt(read, offset, length),
      });
    highest = Math.max(highest, sequence);
    end = Math.max(end, next);
    // The length of a damaged record is trusted where it leads to another record: its payload could hold anything.
    const leadsToNext = intact || next === size || (await headerAt(next)) !== undefined;
    offset = leadsToNext ? next : await findMarker(read, offset + 1, size);
  }
  return { entries, highest, end };
}

function windowOn(file: FileHandle): Read {
  const buffer = Buffer.allocUnsafe(WINDOW_BYTES);
  let start = 0;
  let filled = 0;
  return async (offset, atLeast) => {
    if (offset < start || offset + atLeast > start + filled) {
      filled = await readFully(file, buffer, offset);
      start = offset;
    }
    return buffer.subarray(offset - start, filled);
  };
}

/** Fills the buffer from an offset of the file. Fewer bytes than it holds: the file ended. */
export async function readFully(file: FileHandle, buffer: Buffer, offset: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const rest = buffer.length - filled;
    const { bytesRead } = await file.read(buffer, filled, rest, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function firstByteAt(read: Read, record: number, length: number) {
  return length === 0 ? undefined : (await read(record + RECORD_HEADER_BYTES, 1))[0];
}

async function crcOf(read: Read, record: number, length: number, from: number): Promise<number> {
  let crc = from;
  let done = 0;
  while (done < length) {
    const bytes = (await read(record + RECORD_HEADER_BYTES + done, 1)).subarray(0, length - done);
    if (bytes.length === 0) return -1;
    crc = crc32(bytes, crc);
    done += bytes.length;
  }
  return crc;
}

/** The offset of the next marker; the size of the file where there is none. */
async function findMarker(read: Read, from: number, size: number): Promise<number> {
  let offset = from;
  while (offset + RECORD_MARKER.length <= size) {
    const bytes = await read(offset, RECORD_MARKER.length);
    const found = bytes.indexOf(RECORD_MARKER);
    if (found >= 0) return offset + found;
    if (bytes.length < RECORD_MARKER.length) break;
    offset += bytes.length - RECORD_MARKER.length + 1;
  }
  return size;
}
