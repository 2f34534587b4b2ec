// Reads records back from their segments.
import { open } from "node:fs/promises";
import { isIntact, RECORD_HEADER_BYTES } from "./format.ts";
import { type Entry, readFully } from "./scan.ts";
import type { Segment } from "./segment.ts";

export interface ReadRecord {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

export interface ReadResult {
  readonly records: ReadRecord[];
  /** Entries whose records are not on disk any more as they were written. */
  readonly damaged: Set<Entry>;
}

/**
 * Reads waiting records, at least one where one waits, from the oldest or from the newest on.
 *
 * @param maxBytes Of payload.
 */
export async function readRecords(
  segments: readonly Segment[],
  seed: number,
  maxBytes: number,
  order: "oldest" | "newest",
): Promise<ReadResult> {
  const records: ReadRecord[] = [];
  const damaged = new Set<Entry>();
  let bytes = 0;
  for (const segment of order === "oldest" ? segments : segments.toReversed()) {
    const { waiting } = segment;
    const chosen: Entry[] = [];
    let isFull = false;
    for (const entry of order === "oldest" ? waiting : waiting.toReversed()) {
      isFull = bytes + entry.length > maxBytes && records.length + chosen.length > 0;
      if (isFull) break;
      chosen.push(entry);
      bytes += entry.length;
    }
    for (const [entry, payload] of await readEntries(segment.path, seed, chosen)) {
      if (payload === undefined) damaged.add(entry);
      else records.push({ sequence: entry.sequence, payload });
    }
    if (isFull) break;
  }
  return { records, damaged };
}

async function readEntries(
  path: string,
  seed: number,
  entries: readonly Entry[],
): Promise<[Entry, Uint8Array | undefined][]> {
  if (entries.length === 0) return [];
  const file = await open(path, "r").catch((error) => gone(error));
  if (file === undefined) return entries.map((entry) => [entry, undefined]);
  try {
    const read: [Entry, Uint8Array | undefined][] = [];
    for (const entry of entries) {
      const { sequence, offset, length } = entry;
      const buffer = Buffer.allocUnsafeSlow(RECORD_HEADER_BYTES + length);
      const filled = await readFully(file, buffer, offset).catch((error) => gone(error) ?? 0);
      const intact = isIntact(buffer.subarray(0, filled), seed, sequence);
      const payload = intact ? buffer.subarray(RECORD_HEADER_BYTES) : undefined;
      read.push([entry, payload]);
    }
    return read;
  } finally {
    await file.close();
  }
}

/** A removed file and a bad sector are losses; any other failure may pass. */
function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "EIO") throw error;
}
