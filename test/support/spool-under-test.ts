// A spool in a directory of its own; and a model of what one must hold, whatever is done to it and to its files.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Log } from "../../src/domain/ports/log.ts";
import { openSpool, type Spool, type SpoolOptions } from "../../src/store/spool/spool.ts";
import fc from "./fast-check.ts";

export const OWNER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
export const SEGMENT_HEADER_BYTES = 48;
/** Bytes of a record before its payload, and those of them that its first checksum covers. */
export const RECORD_HEADER_BYTES = 24;
const SUMMED_BYTES = 20;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
// In memory where there is such a place: what is tested here is bytes, not the disk.
const PARENT = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Runs a test with an empty directory, which is gone afterwards. */
export async function withDirectory<T>(test: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(PARENT, "mando-spool-"));
  try {
    return await test(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: object;
}

/** Opens a spool, by default a large one, and writes its log to `lines`. */
export function open(
  directory: string,
  options: Partial<SpoolOptions> = {},
  lines: LogLine[] = [],
): Promise<Spool> {
  const at = (level: keyof Log) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return openSpool({ directory, ownerId: OWNER, maxBytes: 2 ** 30, log, ...options });
}

/** Segments by path, oldest first. */
export function segmentsIn(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => name.endsWith(".segment"));
  return names.sort().map((name) => join(directory, name));
}

/** Bytes of all segments. */
export function bytesIn(directory: string): number {
  return segmentsIn(directory).reduce((sum, path) => sum + statSync(path).size, 0);
}

export function flipBit(path: string, bit: number): void {
  const bytes = readFileSync(path);
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  writeFileSync(path, bytes);
}

/** All that waits, in order. */
export async function drain(spool: Spool): Promise<[number, string][]> {
  const records = await spool.read(Number.MAX_SAFE_INTEGER);
  return records.map(({ sequence, payload }) => [sequence, Buffer.from(payload).toString()]);
}

/** A text of its own for each number, of a length in bytes where that is enough for one. */
export function payloadOf(number: number, bytes: number): string {
  return `<${number}>`.padEnd(bytes, `${number % 7}`);
}

/** What is done to a spool. Fractions are 0 to 1, of whatever there is at that time. */
export type Step =
  | { readonly do: "append"; readonly bytes: readonly number[] }
  | { readonly do: "read"; readonly bytes: number }
  | { readonly do: "acknowledge"; readonly at: number }
  | { readonly do: "reject" }
  | { readonly do: "newest" }
  | { readonly do: "clear" }
  | { readonly do: "reopen" }
  | { readonly do: "crash"; readonly at: number }
  | { readonly do: "flip"; readonly at: number; readonly file: number; readonly count: number };

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const bytes = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 400 }));
const appended = fc.record({
  do: fc.constant("append" as const),
  bytes: fc.array(bytes, { minLength: 1, maxLength: 5 }),
});

export const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: appended },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), bytes }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("acknowledge" as const), at: fraction }) },
    { weight: 1, arbitrary: fc.constant({ do: "reject" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "newest" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "reopen" as const }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), at: fraction }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("flip" as const),
        at: fraction,
        file: fraction,
        count: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ do: "clear" as const }) },
  ),
  { minLength: 1, maxLength: 16, size: "max" },
);

/** Does the steps to a spool and to a list in memory, and compares after each. */
export async function followModel(directory: string, steps: readonly Step[]): Promise<void> {
  const limits = { maxBytes: 2000, segmentBytes: 500 };
  let spool = await open(directory, limits);
  let waiting: [number, string][] = [];
  let highest = 0;
  let made = 0;
  let dropped = 0;
  let rejected = 0;
  let lost = 0;
  /** Sequences that were lost at an opening, and may be counted again by later ones. */
  let lostBefore: number[] = [];

  /** Segments whose own header was hit, so that the sequences before them are unknown. */
  const headless = new Set<string>();
  const flipped = new Set<string>();

  /** Records that are counted as lost, that look like a torn end, and that only a later segment reveals. */
  async function reopen(mustLose: number[], torn: number[], mayLose: number[]): Promise<void> {
    const gone = new Set([...mustLose, ...torn, ...mayLose]);
    const old = spool;
    spool = await open(directory, limits);
    await old.close();
    waiting = waiting.filter(([sequence]) => !gone.has(sequence));
    ({ lostRecords: lost } = spool.stats());
    const again = lostBefore.filter((sequence) => !gone.has(sequence)).length;
    expect(lost).toBeGreaterThanOrEqual(mustLose.length);
    // A damaged record behind a torn one shows that it was no torn end.
    const shown = lostBefore.length > 0 ? torn.length : 0;
    expect(lost).toBeLessThanOrEqual(mustLose.length + mayLose.length + again + shown);
    // Records cut off at the end are unknown: their sequences may be assigned again.
    if (torn.length > 0) highest = Math.min(...torn) - 1;
    lostBefore.push(...gone);
    dropped = 0;
    rejected = 0;
  }
  function acknowledged(upTo: number): void {
    waiting = waiting.filter(([sequence]) => sequence > upTo);
    lostBefore = lostBefore.filter((sequence) => sequence > upTo);
  }

  async function follow(step: Step): Promise<void> {
    if (step.do === "append") {
      const payloads = step.bytes.map((length) => payloadOf(++made, length));
      const sequences = await Promise.all(
        payloads.map((text) => {
          const half = text.length >> 1;
          return spool.append([Buffer.from(text.slice(0, half)), Buffer.from(text.slice(half))]);
        }),
      );
      for (const [index, sequence] of sequences.entries()) {
        expect(sequence).toBeGreaterThan(highest);
        highest = sequence;
        waiting.push([sequence, payloads[index] as string]);
      }
      const nowDropped = spool.stats().droppedRecords;
      waiting.splice(0, nowDropped - dropped);
      dropped = nowDropped;
    } else if (step.do === "read") {
      let bytes = 0;
      const expected = waiting.filter(([, text], index) => {
        bytes += text.length;
        return index === 0 || bytes <= step.bytes;
      });
      const records = await spool.read(step.bytes);
      expect(records.map(({ sequence }) => sequence)).toEqual(expected.map(([s]) => s));
    } else if (step.do === "acknowledge") {
      const [upTo] = waiting[Math.floor(step.at * waiting.length)] ?? [highest];
      await spool.acknowledge(upTo);
      acknowledged(upTo);
    } else if (step.do === "reject" && waiting[0] !== undefined) {
      const [sequence, text] = waiting[0];
      await spool.reject(sequence, "no such asset");
      const kept = readdirSync(join(directory, "rejected")).sort().at(-1) as string;
      expect(readFileSync(join(directory, "rejected", kept), "utf8")).toContain(text);
      acknowledged(sequence);
      rejected++;
    } else if (step.do === "newest") {
      const newest = await spool.newest();
      expect(newest?.sequence).toBe(waiting.at(-1)?.[0]);
    } else if (step.do === "clear") {
      await spool.clear();
      acknowledged(highest);
    } else if (step.do === "reopen") {
      await spool.close();
      await reopen([], [], []);
    } else if (step.do === "crash") {
      const path = segmentsIn(directory).at(-1) as string;
      const cut = Math.floor(step.at * (statSync(path).size + 1));
      const torn = standingIn(path, waiting).filter(({ end }) => end > cut);
      truncateSync(path, cut);
      await reopen(
        [],
        torn.map(({ sequence }) => sequence),
        [],
      );
    } else if (step.do === "flip") {
      const { must, torn, may } = flipBits(directory, waiting, headless, flipped, step);
      await reopen(must, torn, may);
    }
    expect(await drain(spool)).toEqual(waiting);
    expect(spool.stats()).toEqual({
      waitingRecords: waiting.length,
      waitingBytes: waiting.reduce((sum, [, text]) => sum + text.length, 0),
      droppedRecords: dropped,
      rejectedRecords: rejected,
      lostRecords: lost,
      droppedByFirstByte: expect.any(Map),
      cutSegments: expect.any(Number),
      foreignSegments: expect.any(Number),
    });
    // An opening adds the head of a segment, the next append makes up for it.
    const slack = step.do === "append" ? 0 : SEGMENT_HEADER_BYTES;
    expect(bytesIn(directory)).toBeLessThanOrEqual(limits.maxBytes + slack);
  }

  try {
    for (const step of steps) await follow(step);
  } finally {
    await spool.close();
  }
}

interface Standing {
  readonly sequence: number;
  readonly start: number;
  readonly end: number;
}

/** Where records stand in a file: found by their payloads, each of which is there once. */
function standingIn(path: string, records: readonly [number, string][]): Standing[] {
  const file = readFileSync(path);
  return records.flatMap(([sequence, text]) => {
    const at = file.indexOf(text);
    const end = at + text.length;
    return at < 0 ? [] : [{ sequence, start: at - RECORD_HEADER_BYTES, end }];
  });
}

/** Flips bits of one segment. Returns what is lost by that, as `reopen` takes it. */
function flipBits(
  directory: string,
  waiting: readonly [number, string][],
  headless: Set<string>,
  flipped: Set<string>,
  { at, file, count }: Extract<Step, { do: "flip" }>,
): { must: number[]; torn: number[]; may: number[] } {
  const paths = segmentsIn(directory);
  const path = paths[Math.min(paths.length - 1, Math.floor(file * paths.length))] as string;
  const standing = standingIn(path, waiting);
  const bits = new Set<number>();
  for (let i = 0; i < count; i++) {
    const bit = Math.floor(((at * (1 + i * 1.7)) % 1) * statSync(path).size * 8);
    // A bit that is flipped twice is repaired.
    if (flipped.has(`${path} ${bit}`)) continue;
    flipped.add(`${path} ${bit}`);
    flipBit(path, bit);
    bits.add(bit);
  }
  const hit = ({ start, end }: { start: number; end: number }) =>
    [...bits].some((bit) => bit >> 3 >= start && bit >> 3 < end);
  if (hit({ start: 0, end: SEGMENT_HEADER_BYTES })) headless.add(path);
  const lastHead = standing.findLastIndex(
    ({ start }) => !hit({ start, end: start + SUMMED_BYTES }),
  );
  const next = paths[paths.indexOf(path) + 1];
  const must: number[] = [];
  const torn: number[] = [];
  const may: number[] = [];
  for (const [index, record] of standing.entries()) {
    if (!hit(record)) continue;
    const isTail = index > lastHead;
    const isReported = !isTail || (next !== undefined && !headless.has(next));
    (isReported ? must : next === undefined ? torn : may).push(record.sequence);
  }
  return { must, torn, may };
}

const APPENDING = `
import { openSpool } from "./src/store/spool/spool.ts";
const [directory, ownerId, from] = process.argv.slice(1);
const quiet = () => {};
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const spool = await openSpool({ directory, ownerId, maxBytes: 2 ** 30, segmentBytes: 2 ** 18, log });
async function appendOne(number) {
  const text = "<" + number + ">" + "x".repeat((number * 7919) % 20000);
  const sequence = await spool.append([Buffer.from(text)]);
  await new Promise((resolve) => process.stdout.write(sequence + " " + number + "\\n", resolve));
}
for (let number = Number(from); ; number += 3)
  await Promise.all([appendOne(number), appendOne(number + 1), appendOne(number + 2)]);
`;

/**
 * Runs a process that appends to one spool and kills it, again and again. Every acknowledged record must
 * be on disk.
 *
 * @returns The number of acknowledged records.
 */
export async function killWhileAppending(directory: string, kills: number): Promise<number> {
  let said = 0;
  for (let kill = 0; kill < kills; kill++) {
    const code = ["--import", "tsx", "--input-type=module", "-e", APPENDING];
    const from = String(kill * 1_000_000);
    const child = spawn(process.execPath, [...code, directory, OWNER, from], { cwd: ROOT });
    let output = "";
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.stdout.on("data", (chunk) => {
      output += chunk;
      // Not at a time of its own choosing: each time after more records.
      if (output.split("\n").length > 10 + 17 * kill) child.kill("SIGKILL");
    });
    await once(child, "close");
    expect(errors).toBe("");

    const spool = await open(directory);
    const texts = new Map(await drain(spool));
    const lines = output.split("\n").slice(0, -1);
    for (const line of lines) {
      const [sequence = "", number] = line.split(" ");
      expect(texts.get(Number(sequence)), line).toMatch(new RegExp(`^<${number}>x*$`));
    }
    expect(spool.stats().lostRecords).toBe(0);
    const sequences = [...texts.keys()];
    // Half of them stay, so that segments of several runs wait together.
    await spool.acknowledge(sequences[sequences.length >> 1] as number);
    await spool.close();
    said += lines.length;
  }
  return said;
}
