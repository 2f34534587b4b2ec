import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { encodeSegmentHeader } from "../../../src/store/spool/format.ts";
import fc from "../../support/fast-check.ts";
import {
  anySteps,
  bytesIn,
  drain,
  flipBit,
  followModel,
  killWhileAppending,
  type LogLine,
  OWNER,
  open,
  payloadOf,
  RECORD_HEADER_BYTES,
  segmentsIn,
  withDirectory,
} from "../../support/spool-under-test.ts";

const OTHER = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const bytes = (text: string) => [Buffer.from(text)];
const files = (...path: string[]) => readdirSync(join(...path)).sort();

/** What every open file does, to have a disk that is slow or full. */
async function fileMethods(directory: string): Promise<FileHandle> {
  const file = await openFile(join(directory, "any"), "w");
  await file.close();
  return Object.getPrototypeOf(file);
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a spool", () => {
  test("returns appended records, in order, until they are acknowledged", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory);
      expect(await spool.newest()).toBeUndefined();
      expect(await spool.read(100)).toEqual([]);
      expect(await spool.append([...bytes("on"), ...bytes(""), ...bytes("e")])).toBe(1);
      expect(await spool.append(bytes("two"))).toBe(2);
      expect(await spool.append([])).toBe(3);
      expect(await drain(spool)).toEqual([
        [1, "one"],
        [2, "two"],
        [3, ""],
      ]);
      expect(await spool.read(3)).toHaveLength(1);
      expect(await spool.read(0)).toHaveLength(1);
      await spool.acknowledge(1);
      await spool.acknowledge(0);
      expect((await spool.newest())?.sequence).toBe(3);
      expect(await drain(spool)).toEqual([
        [2, "two"],
        [3, ""],
      ]);
      await spool.acknowledge(1000);
      expect(await drain(spool)).toEqual([]);
      expect(await spool.append(bytes("four"))).toBe(4);
      expect(spool.stats()).toMatchObject({ waitingRecords: 1, waitingBytes: 4 });
      await spool.close();
    }));

  test("continues its sequences after everything was acknowledged, cleared and deleted", () =>
    withDirectory(async (directory) => {
      let next = 1;
      for (const end of ["acknowledge", "clear", "acknowledge", "lose the position"]) {
        const spool = await open(directory, { segmentBytes: 100 });
        for (let i = 0; i < 5; i++)
          expect(await spool.append(bytes(payloadOf(i, 60)))).toBe(next++);
        if (end === "clear") await spool.clear();
        else await spool.acknowledge(next - 1);
        await spool.close();
        if (end !== "lose the position")
          for (let i = 0; i < 3; i++) await (await open(directory)).close();
        expect(segmentsIn(directory)).toHaveLength(1);
      }
      writeFileSync(join(directory, "position"), "9999 rubbish");
      const spool = await open(directory);
      expect(await spool.append(bytes("on"))).toBe(next);
      await spool.close();
    }));

  test("preserves the order of calls", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory);
      const [, read, , , newest] = await Promise.all([
        spool.append(bytes("one")),
        drain(spool),
        spool.append(bytes("two")),
        spool.clear(),
        spool.newest(),
        spool.append(bytes("three")),
      ]);
      expect(read).toEqual([[1, "one"]]);
      expect(newest).toBeUndefined();
      expect(await drain(spool)).toEqual([[3, "three"]]);
      await spool.close();
    }));

  test("deletes a segment when all of it is acknowledged", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory, { segmentBytes: 300 });
      for (let i = 0; i < 9; i++) await spool.append(bytes(payloadOf(i, 90)));
      expect(segmentsIn(directory)).toHaveLength(5);
      await spool.acknowledge(3);
      expect(segmentsIn(directory)).toHaveLength(4);
      await spool.acknowledge(9);
      expect(segmentsIn(directory)).toHaveLength(1);
      await spool.close();
    }));

  test("resolves an append when the disk has it, and has appends share the wait", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory);
      const methods = await fileMethods(directory);
      const release: (() => void)[] = [];
      const sync = vi
        .spyOn(methods, "datasync")
        .mockImplementation(() => new Promise((resolve) => release.push(resolve)));
      let resolved = 0;
      const appends = Array.from({ length: 50 }, async (_, i) => {
        await spool.append(bytes(String(i)));
        resolved++;
      });
      await vi.waitFor(() => expect(release).toHaveLength(1));
      const [newest] = segmentsIn(directory).slice(-1);
      expect(readFileSync(newest as string, "latin1")).toContain("49");
      expect(resolved).toBe(0);
      release[0]?.();
      await Promise.all(appends);
      expect(sync).toHaveBeenCalledTimes(1);
      await spool.close();
    }));

  test("rejects what would never fit, and every call after it is closed", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory, { maxBytes: 1000 });
      await expect(spool.append(bytes("x".repeat(1000)))).rejects.toMatchObject({
        code: "RECORD_TOO_LARGE",
        retryable: false,
      });
      await spool.append(bytes("x".repeat(1000 - 48 - RECORD_HEADER_BYTES)));
      const last = spool.append(bytes("last"));
      const closed = spool.close();
      await expect(spool.append(bytes("late"))).rejects.toMatchObject({ code: "SPOOL_CLOSED" });
      await expect(spool.append(bytes("later"))).rejects.toMatchObject({ code: "SPOOL_CLOSED" });
      await expect(spool.read(1)).rejects.toMatchObject({ code: "SPOOL_CLOSED" });
      expect(await last).toBe(2);
      await closed;
      await spool.close();
    }));
});

describe("a full spool", () => {
  test("drops the oldest segment, and logs it once an episode", () =>
    withDirectory(async (directory) => {
      const lines: LogLine[] = [];
      const spool = await open(directory, { maxBytes: 2000, segmentBytes: 500 }, lines);
      for (let i = 1; i <= 40; i++) {
        await spool.append(bytes(payloadOf(i, 100)));
        expect(bytesIn(directory)).toBeLessThanOrEqual(2000);
      }
      const { waitingRecords, droppedRecords } = spool.stats();
      expect(waitingRecords + droppedRecords).toBe(40);
      expect(waitingRecords).toBeGreaterThanOrEqual(9);
      expect((await drain(spool)).map(([sequence]) => sequence)).toEqual(
        Array.from({ length: waitingRecords }, (_, i) => droppedRecords + 1 + i),
      );
      expect(lines.map(({ level }) => level)).toEqual(["error"]);
      await spool.acknowledge(40);
      expect(lines.at(-1)).toMatchObject({ level: "info", fields: { droppedRecords } });
      for (let i = 1; i <= 40; i++) await spool.append(bytes(payloadOf(i, 100)));
      expect(lines.map(({ level }) => level)).toEqual(["error", "info", "error"]);
      await spool.close();
    }));

  test("has room for a record as large as all of it", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory, { maxBytes: 500, segmentBytes: 500 });
      for (let i = 0; i < 3; i++) await spool.append(bytes(payloadOf(i, 420)));
      expect(await drain(spool)).toEqual([[3, payloadOf(2, 420)]]);
      expect(spool.stats().droppedRecords).toBe(2);
      await spool.close();
    }));

  test("on a full disk rejects with the code, and works again once there is room", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory);
      await spool.append(bytes("before"));
      const methods = await fileMethods(directory);
      const write = methods.write;
      vi.spyOn(methods, "writev").mockImplementation(async function (this: FileHandle, _, at) {
        await Reflect.apply(write, this, [Buffer.from("half a record"), 0, 13, at]);
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      });
      await expect(spool.append(bytes("refused"))).rejects.toMatchObject({
        code: "ENOSPC",
        retryable: true,
        message: expect.stringContaining(directory),
      });
      vi.restoreAllMocks();
      expect(bytesIn(directory)).toBe(48 + RECORD_HEADER_BYTES + "before".length);
      expect(await spool.append(bytes("after"))).toBe(2);
      await spool.close();
      const reopened = await open(directory);
      expect(await drain(reopened)).toEqual([
        [1, "before"],
        [2, "after"],
      ]);
      expect(reopened.stats().lostRecords).toBe(0);
      await reopened.close();
    }));

  test("begins another segment where a failed write cannot be undone", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory);
      await spool.append(bytes("before"));
      const methods = await fileMethods(directory);
      const failure = async () => {
        throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
      };
      // The record is whole in the file, but its append was rejected.
      vi.spyOn(methods, "datasync").mockImplementationOnce(failure);
      vi.spyOn(methods, "truncate").mockImplementationOnce(failure);
      await expect(spool.append(bytes("unknown"))).rejects.toMatchObject({ code: "EIO" });
      const sequence = await spool.append(bytes("after"));
      await spool.close();
      const reopened = await open(directory);
      expect(await drain(reopened)).toContainEqual([sequence, "after"]);
      expect(reopened.stats().lostRecords).toBe(0);
      await reopened.close();
    }));
});

describe("a rejected record", () => {
  test("is set aside with the reason, and draining continues", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory);
      for (const text of ["bad", "good"]) await spool.append(bytes(text));
      await expect(spool.reject(2, "not the oldest")).rejects.toThrow("only the oldest");
      await spool.reject(1, 'value "NaN"\nout of range');
      await spool.reject(1, "again");
      expect(await drain(spool)).toEqual([[2, "good"]]);
      const [name = ""] = files(directory, "rejected");
      const [line = "", payload] = readFileSync(join(directory, "rejected", name), "utf8").split(
        "\n",
      );
      expect(JSON.parse(line)).toEqual({ sequence: 1, reason: 'value "NaN"\nout of range' });
      expect(payload).toBe("bad");
      expect(spool.stats()).toMatchObject({ waitingRecords: 1, rejectedRecords: 1 });
      await spool.clear();
      expect(files(directory)).not.toContain("rejected");
      await spool.close();
    }));

  test.each([
    { maxBytes: 2 ** 20, length: 10, kept: 100 },
    { maxBytes: 20_000, length: 500, kept: 3 },
  ])("is one of $kept where $maxBytes B are allowed", ({ maxBytes, length, kept }) =>
    withDirectory(async (directory) => {
      const spool = await open(directory, { maxBytes });
      for (let i = 1; i <= 105; i++)
        await spool.reject(await spool.append(bytes(payloadOf(i, length))), "bad");
      const names = files(directory, "rejected");
      expect(names).toHaveLength(kept);
      expect(names.at(-1)).toContain("105");
      await spool.close();
    }),
  );

  test("does not stop the draining where it cannot be stored", () =>
    withDirectory(async (directory) => {
      const lines: LogLine[] = [];
      writeFileSync(join(directory, "rejected"), "a file where the folder should be");
      const spool = await open(directory, {}, lines);
      await spool.append(bytes("bad"));
      await spool.reject(1, "bad");
      expect(await drain(spool)).toEqual([]);
      expect(lines.map(({ level }) => level)).toEqual(["error"]);
      await spool.close();
    }));
});

describe("a spool of another database", () => {
  test("is moved aside unread, with one line, and no number is used twice", () =>
    withDirectory(async (directory) => {
      const seen = new Set<number>();
      for (const ownerId of [OWNER, OTHER, OWNER.toUpperCase(), OTHER]) {
        const lines: LogLine[] = [];
        const spool = await open(directory, { ownerId, segmentBytes: 100 }, lines);
        expect(await drain(spool)).toEqual([]);
        expect(lines.map(({ level }) => level)).toEqual(seen.size === 0 ? [] : ["warn"]);
        expect(spool.stats().foreignSegments).toBe(seen.size === 0 ? 0 : 2);
        for (let i = 0; i < 3; i++) seen.add(await spool.append(bytes(payloadOf(i, 60))));
        await spool.acknowledge(Math.max(...seen) - 2);
        expect(spool.stats()).toMatchObject({ waitingRecords: 2, lostRecords: 0 });
        await spool.close();
      }
      expect(seen.size).toBe(12);
      expect(files(directory, "foreign")).toEqual([OTHER, OWNER].sort());
      expect(files(directory, "foreign", OWNER)).toHaveLength(4);
    }));

  test("is stored beside an older one of the same name", () =>
    withDirectory(async (directory) => {
      for (let copy = 0; copy < 3; copy++) {
        const head = encodeSegmentHeader(OTHER, 1, 0);
        writeFileSync(join(directory, "0000000000000001.segment"), head);
        await (await open(directory)).close();
      }
      expect(files(directory, "foreign", OTHER)).toHaveLength(3);
    }));

  test("is not found by its records where the head of its segment is lost", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory);
      await spool.append(bytes("of another"));
      await spool.close();
      flipBit(segmentsIn(directory)[0] as string, 100);
      const other = await open(directory, { ownerId: OTHER });
      expect(await drain(other)).toEqual([]);
      await other.close();
      expect(files(directory, "foreign")).toEqual(["unknown"]);
    }));
});

describe("after damage", () => {
  /** Three records of a segment, the last one in the middle of the bytes of each. */
  async function threeRecords(directory: string): Promise<string> {
    const spool = await open(directory);
    for (let i = 1; i <= 3; i++) await spool.append(bytes(payloadOf(i, 50)));
    await spool.close();
    return segmentsIn(directory)[0] as string;
  }
  const expected = (...numbers: number[]) => numbers.map((i) => [i, payloadOf(i, 50)]);

  test("a torn end is cut off silently, at whichever byte", () =>
    withDirectory(async (parent) => {
      const whole = readFileSync(await threeRecords(join(parent, "whole")));
      for (let cut = 0; cut <= whole.length; cut++) {
        const directory = join(parent, String(cut));
        mkdirSync(directory);
        writeFileSync(join(directory, "0000000000000001.segment"), whole.subarray(0, cut));
        const lines: LogLine[] = [];
        const spool = await open(directory, {}, lines);
        const intact = Math.max(0, Math.floor((cut - 48) / (RECORD_HEADER_BYTES + 50)));
        expect(await drain(spool)).toEqual(expected(1, 2, 3).slice(0, intact));
        expect(spool.stats().lostRecords).toBe(0);
        const tidy = 48 + intact * (RECORD_HEADER_BYTES + 50) + (intact > 0 ? 48 : 0);
        expect(bytesIn(directory)).toBe(tidy);
        expect(await spool.append(bytes("next"))).toBe(intact + 1);
        await spool.close();
        const again = await open(directory, {}, lines);
        expect(await again.newest()).toMatchObject({ sequence: intact + 1 });
        expect(again.stats().lostRecords).toBe(0);
        await again.close();
        if (cut === 0 || cut >= 48) expect(lines).toEqual([]);
      }
    }));

  test("lost records of a segment that is cut in half are counted, or unknown for the newest", () =>
    withDirectory(async (directory) => {
      const spool = await open(directory, { maxBytes: 100_000, segmentBytes: 1_000 });
      const kept: [number, string][] = [];
      for (let n = 1; n <= 30; n++) {
        const text = payloadOf(n, 90);
        kept.push([await spool.append([Buffer.from(text)]), text]);
      }
      await spool.close();
      const cut = (path = "") => truncateSync(path, statSync(path).size >> 1);
      const inHalf = (path = "") => kept.filter(([, text]) => readFileSync(path).includes(text));
      const segments = segmentsIn(directory);
      const [middle, newest] = [segments[1], segments.at(-1)];
      const before = inHalf(middle).length;
      cut(middle);
      const lost = before - inHalf(middle).length;
      expect(lost).toBeGreaterThan(2);
      cut(newest);
      const again = await open(directory);
      expect(again.stats()).toMatchObject({ lostRecords: lost, cutSegments: 1 });
      const left = kept.filter(([, text]) =>
        segments.some((path) => readFileSync(path).includes(text)),
      );
      expect(await drain(again)).toEqual(left);
      await again.close();
      const last = await open(directory);
      expect(last.stats().cutSegments).toBe(0);
      await last.close();
    }));

  test("every bit of a segment is flipped, and every other record is found", () =>
    withDirectory(async (parent) => {
      const path = await threeRecords(join(parent, "whole"));
      const bits = statSync(path).size * 8;
      // A prime step: every kind of byte and bit, in a tenth of the time.
      for (let bit = 0; bit < bits; bit += 7) {
        const directory = join(parent, String(bit));
        mkdirSync(directory);
        const copy = join(directory, "0000000000000001.segment");
        writeFileSync(copy, readFileSync(path));
        flipBit(copy, bit);
        const lines: LogLine[] = [];
        const spool = await open(directory, {}, lines);
        const at = (bit >> 3) - 48;
        const hit = at < 0 ? 0 : Math.floor(at / (RECORD_HEADER_BYTES + 50)) + 1;
        expect(await drain(spool)).toEqual(expected(1, 2, 3).filter(([number]) => number !== hit));
        const looksTorn = hit === 3 && at % (RECORD_HEADER_BYTES + 50) < 20;
        const lost = hit === 0 || looksTorn ? 0 : 1;
        expect(spool.stats().lostRecords, `bit ${bit}`).toBe(lost);
        expect(lines.map(({ level }) => level)).toEqual(lost ? ["error"] : []);
        await spool.close();
      }
    }));

  test("records are found behind one that lost some bytes, and no copy is read", () =>
    withDirectory(async (directory) => {
      const path = await threeRecords(directory);
      const whole = readFileSync(path);
      const start = 48 + RECORD_HEADER_BYTES;
      writeFileSync(path, Buffer.concat([whole.subarray(0, start), whole.subarray(start + 10)]));
      writeFileSync(join(directory, "0000000000000002.segment"), readFileSync(path));
      const spool = await open(directory);
      expect(await drain(spool)).toEqual(expected(2, 3));
      expect(spool.stats().lostRecords).toBe(1);
      await spool.close();
    }));

  test("while it is open, a damaged or deleted record is lost, and the others are read", () =>
    withDirectory(async (directory) => {
      const lines: LogLine[] = [];
      const spool = await open(directory, { segmentBytes: 200 }, lines);
      for (let i = 1; i <= 6; i++) await spool.append(bytes(payloadOf(i, 50)));
      const [first = "", second = ""] = segmentsIn(directory);
      flipBit(first, (48 + RECORD_HEADER_BYTES + 5) * 8);
      truncateSync(second, 60);
      expect(await drain(spool)).toEqual(expected(2, 5, 6));
      expect(spool.stats()).toMatchObject({ waitingRecords: 3, lostRecords: 3 });
      expect(lines.map(({ level }) => level)).toEqual(["error"]);
      await spool.close();
    }));

  test("a damaged position has records read once more, never fewer", () =>
    withDirectory(async (directory) => {
      await threeRecords(directory);
      const spool = await open(directory);
      await spool.acknowledge(1);
      await spool.close();
      const whole = readFileSync(join(directory, "position"));
      for (let bit = 0; bit < whole.length * 8; bit++) {
        writeFileSync(join(directory, "position"), whole);
        flipBit(join(directory, "position"), bit);
        const reopened = await open(directory);
        expect(await drain(reopened)).toEqual(expected(1, 2, 3));
        await reopened.close();
      }
      writeFileSync(join(directory, "position"), whole);
      const reopened = await open(directory);
      expect(await drain(reopened)).toEqual(expected(2, 3));
      await reopened.close();
    }));

  test("files of random bytes and odd names stop nothing", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof(fc.integer({ min: 0, max: 9 }), fc.nat(), fc.maxSafeInteger()),
            fc.oneof(
              fc.uint8Array({ maxLength: 300 }),
              fc
                .uint8Array({ maxLength: 300 })
                .map((rest) =>
                  Buffer.concat([Buffer.from("mandospl"), Buffer.from([1, 0, 0, 0]), rest]),
                ),
              fc
                .array(fc.constantFrom(0xf5, 0x4d, 0x72, 0xfa, 0), { maxLength: 300 })
                .map(Buffer.from),
            ),
          ),
          { maxLength: 4 },
        ),
        (garbage) =>
          withDirectory(async (directory) => {
            const path = await threeRecords(directory);
            for (const [number, content] of garbage) {
              const digits = String(Math.abs(number)).padStart(16, "0");
              if (digits !== "0000000000000001")
                writeFileSync(join(directory, `${digits}.segment`), content);
            }
            mkdirSync(join(directory, "0000000000000077.segment"));
            expect(path).toContain("0001.segment");
            const spool = await open(directory);
            expect(await drain(spool)).toEqual(expected(1, 2, 3));
            const sequence = await spool.append(bytes("on"));
            await spool.close();
            const again = await open(directory);
            expect(await drain(again)).toEqual([...expected(1, 2, 3), [sequence, "on"]]);
            await again.close();
          }),
      ),
      { numRuns: 200 },
    ));
});

test("a spool holds the records of its model after any calls", { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(anySteps, (steps) =>
      withDirectory((directory) => followModel(directory, steps)),
    ),
    { numRuns: 300 },
  ),
);

test("acknowledged records are on disk after SIGKILL", { timeout: 60_000 }, () =>
  withDirectory(async (directory) => {
    expect(await killWhileAppending(directory, 2)).toBeGreaterThan(20);
  }),
);
