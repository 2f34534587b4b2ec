// Recovery of a spool: reads the segments of a directory when it is opened, after any damage.
import { mkdir, open, readdir, rename, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../../domain/ports/log.ts";
import { readCursor } from "./cursor.ts";
import {
  decodeSegmentHeader,
  MAX_SEQUENCE,
  RECORD_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  seedOf,
} from "./format.ts";
import { readFully, type Scan, scanRecords } from "./scan.ts";
import { firstByName, payloadBytes, type Segment, syncDirectory } from "./segment.ts";

export interface Recovered {
  /** Segments of this owner in order, with the records that are intact and not acknowledged. */
  readonly segments: Segment[];
  readonly acknowledged: number;
  /** The last sequence in use, whether its record is there or not. */
  readonly highest: number;
  /** The next sequence to assign. */
  readonly next: number;
  readonly lostRecords: number;
  /** Segments whose end is cut off, with an unknown number of lost records. */
  readonly cutSegments: number;
  /** Segments of another owner, or with nothing readable, that were moved aside. */
  readonly foreignSegments: number;
}

/** A segment of this owner, as it was read. */
interface Found {
  readonly path: string;
  readonly first: number;
  /** By its header, where that is readable. Its name could count skipped numbers as lost. */
  readonly previous: number | undefined;
  /** The highest sequence of the segments before it. */
  readonly after: number;
  readonly scan: Scan;
  /** Whether nothing in it is readable: its name alone identifies its records. */
  readonly isUnreadable: boolean;
  /** Whether it ends with the beginning of a record. */
  readonly isCut: boolean;
}

/**
 * Reads every segment. Throws errors of the file system, never for the content of a file.
 *
 * @param ownerId UUID in lower case.
 */
export async function recover(directory: string, ownerId: string, log: Log): Promise<Recovered> {
  await mkdir(directory, { recursive: true });
  const cursor = await readCursor(directory);
  const found: Found[] = [];
  const movedTo = new Map<string, number>();
  let highest = 0;
  let taken = cursor?.acknowledged ?? 0;

  for (const [name, nameFirst] of await segmentNames(directory)) {
    const path = join(directory, name);
    const { header, scan, size } = await readSegment(path, seedOf(ownerId), highest);
    const isForeign = header !== undefined && !isOf(header, ownerId);
    const isUnreadable = header === undefined && scan.entries.length === 0;
    const first = header?.first ?? nameFirst;
    if (!isForeign) {
      const previous = header?.previous;
      const isCut = !isUnreadable && size > scan.end;
      found.push({ path, first, previous, after: highest, scan, isUnreadable, isCut });
      highest = Math.max(highest, scan.highest);
    }
    taken = Math.max(taken, first - 1, highest);
    if (isForeign || (isUnreadable && size >= SEGMENT_HEADER_BYTES)) {
      const folder = header?.ownerId ?? "unknown";
      await moveAside(path, join(directory, "foreign", folder), name);
      movedTo.set(folder, (movedTo.get(folder) ?? 0) + 1);
      // Its records are not counted, but cannot be more than this.
      taken = Math.max(taken, first - 1 + Math.floor(size / RECORD_HEADER_BYTES));
    }
  }
  if (movedTo.size > 0)
    log.warn(
      { directory: join(directory, "foreign"), segments: Object.fromEntries(movedTo) },
      "the spool held telemetry of another database, or nothing readable: moved aside, not written",
    );

  const foreignSegments = [...movedTo.values()].reduce((sum, count) => sum + count, 0);
  const acknowledged = cursor?.ownerId === ownerId ? cursor.acknowledged : 0;
  const lostRecords = found.reduce(
    (sum, segment, index) => sum + lostIn(segment, found[index + 1]?.previous, acknowledged),
    0,
  );
  if (lostRecords > 0)
    log.error({ directory, lostRecords }, "the spool is damaged: telemetry of some ticks is lost");
  // The beginning of the next segment shows how many records there were; without one the number is unknown.
  const cutSegments = found.filter(
    ({ isCut }, index) => isCut && found[index + 1]?.previous === undefined,
  ).length;
  const segments: Segment[] = [];
  for (const segment of found)
    if (segment.isUnreadable) await rm(segment.path, { force: true });
    else segments.push(await toSegment(segment, acknowledged));
  return {
    segments,
    acknowledged,
    highest,
    next: taken + 1,
    lostRecords,
    cutSegments,
    foreignSegments,
  };
}

async function segmentNames(directory: string): Promise<[string, number][]> {
  const files = (await readdir(directory, { withFileTypes: true })).filter((f) => f.isFile());
  return files
    .flatMap(({ name }): [string, number][] => {
      const first = firstByName(name);
      return first === undefined ? [] : [[name, first]];
    })
    .sort(([, a], [, b]) => a - b);
}

async function readSegment(path: string, seed: number, after: number) {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, SEGMENT_HEADER_BYTES));
    await readFully(file, head, 0);
    const header = plausible(decodeSegmentHeader(head));
    const scan = await scanRecords(file, header ? SEGMENT_HEADER_BYTES : 0, seed, after);
    return { header, scan, size };
  } finally {
    await file.close();
  }
}

function plausible(header: SegmentHeader | undefined): SegmentHeader | undefined {
  if (header === undefined || header.first > MAX_SEQUENCE) return undefined;
  return header.previous < header.first ? header : undefined;
}

function isOf(header: SegmentHeader, ownerId: string): boolean {
  return header.ownerId === ownerId && header.isKnownVersion;
}

/** Counts lost records: sequences have no gap within a segment, so that missing sequences are lost records. */
function lostIn(
  { first, after, scan }: Found,
  nextPrevious: number | undefined,
  acknowledged: number,
): number {
  const before = Math.max(first - 1, after, acknowledged);
  const last = Math.max(nextPrevious ?? 0, scan.highest);
  const intact = scan.entries.filter(({ sequence }) => sequence > before).length;
  return Math.max(0, last - before - intact);
}

async function toSegment({ path, first, scan }: Found, acknowledged: number): Promise<Segment> {
  const { size } = await stat(path);
  if (size > scan.end) await truncate(path, scan.end);
  const waiting = scan.entries.filter(({ sequence }) => sequence > acknowledged);
  return {
    path,
    first,
    bytes: Math.min(size, scan.end),
    waiting,
    waitingBytes: payloadBytes(waiting),
  };
}

async function moveAside(path: string, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const there = new Set(await readdir(folder));
  let free = name;
  for (let copy = 2; there.has(free); copy++) free = `${name}.${copy}`;
  await rename(path, join(folder, free));
  await syncDirectory(folder);
}
