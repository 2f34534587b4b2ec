import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import fc from "../support/fast-check.ts";
import {
  anySteps,
  drain,
  followModel,
  killWhileAppending,
  open,
  payloadOf,
  segmentsIn,
  withDirectory,
} from "../support/spool-under-test.ts";

const DISK_BYTES = 2 ** 20;
const HISTORIES = Number(process.env.SPOOL_HISTORIES ?? 4000);

const shell = (command: string) => execFileSync("sh", ["-c", command], { stdio: "ignore" });

/** A disk of 1 MiB, where this machine lets us make one. */
async function withSmallDisk(test: (directory: string) => Promise<void>): Promise<boolean> {
  return withDirectory(async (directory) => {
    try {
      shell(`mount -t tmpfs -o size=${DISK_BYTES} mando ${directory}`);
    } catch {
      return false;
    }
    try {
      await test(directory);
    } finally {
      shell(`umount -l ${directory}`);
    }
    return true;
  });
}
const canMount = await withSmallDisk(async () => {});
if (!canMount)
  process.stderr.write("no disk can be mounted: a spool on a full disk is not tested\n");

test(`a spool holds what its model holds in ${HISTORIES} histories`, {
  timeout: 400_000,
}, async () => {
  // Four at a time: one waits for its files while another thinks.
  const quarter = () =>
    fc.assert(
      fc.asyncProperty(anySteps, (steps) =>
        withDirectory((directory) => followModel(directory, steps)),
      ),
      { numRuns: HISTORIES / 4 },
    );
  await Promise.all([quarter(), quarter(), quarter(), quarter()]);
});

test("acknowledged records are on disk after 20 times SIGKILL", { timeout: 120_000 }, () =>
  withDirectory(async (directory) => {
    expect(await killWhileAppending(directory, 20)).toBeGreaterThan(2000);
  }),
);

test.skipIf(!canMount)("a full disk loses nothing that was said to be on it", () =>
  withSmallDisk(async (directory) => {
    const spool = await open(directory, { maxBytes: 2 ** 30, segmentBytes: 200_000 });
    const kept: [number, string][] = [];
    let refused = 0;
    /** One that fits, or one that does not: of two sizes, so that the disk is filled to its last page. */
    async function append(number: number): Promise<void> {
      const text = payloadOf(number, number % 3 === 0 ? 30_001 : 4_001);
      try {
        kept.push([await spool.append([Buffer.from(text)]), text]);
      } catch (error) {
        expect(error).toMatchObject({ code: "ENOSPC", retryable: true });
        refused++;
      }
    }
    for (let number = 0; refused < 30; number++) await append(number);
    expect(await drain(spool)).toEqual(kept);

    // Draining works on a full disk and makes room.
    const other = join(directory, "other");
    writeFileSync(other, "");
    for (let space = 1; space > 0; ) {
      const size = statSync(other).size;
      try {
        writeFileSync(other, Buffer.alloc(1000), { flag: "a" });
      } catch {}
      space = statSync(other).size - size;
    }
    const [oldest] = segmentsIn(directory);
    await spool.reject((kept.shift() as [number, string])[0], "refused on a full disk");
    while (segmentsIn(directory)[0] === oldest)
      await spool.acknowledge((kept.shift() as [number, string])[0]);
    const before = refused;
    await append(1);
    expect(refused).toBe(before);
    expect(readFileSync(join(directory, "position"), "utf8")).toMatch(/^\d+ /);
    expect(await drain(spool)).toEqual(kept);
    await spool.close();

    rmSync(other);
    const reopened = await open(directory);
    expect(await drain(reopened)).toEqual(kept);
    expect(reopened.stats().lostRecords).toBe(0);
    await reopened.close();
  }),
);

test.skipIf(!canMount)("a disk that is full of what is acknowledged takes records again", () =>
  withSmallDisk(async (directory) => {
    const spool = await open(directory);
    const append = (number: number) => spool.append([Buffer.from(payloadOf(number, 30_000))]);
    let last = 0;
    for (let isFull = false; !isFull; )
      await append(last + 1).then(
        (sequence) => {
          last = sequence;
        },
        () => {
          isFull = true;
        },
      );
    await expect(append(0)).rejects.toMatchObject({ code: "ENOSPC" });
    await spool.acknowledge(last);
    const kept: [number, string][] = [];
    for (let n = 0; n < 3; n++) kept.push([await append(n), payloadOf(n, 30_000)]);
    expect(kept.map(([sequence]) => sequence)).toEqual([last + 1, last + 2, last + 3]);
    expect(await drain(spool)).toEqual(kept);
    await spool.close();
    const reopened = await open(directory);
    expect(await drain(reopened)).toEqual(kept);
    expect(reopened.stats().lostRecords).toBe(0);
    await reopened.close();
  }),
);
