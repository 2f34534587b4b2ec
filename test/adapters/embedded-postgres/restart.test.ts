// The restart of an embedded server that ended unexpectedly, at the same address.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import {
  call,
  cleanUp,
  isAlive,
  newDirectory,
  pidOf,
  serverOf,
} from "../../support/embedded-postgres-under-test.ts";
import { postgresPids } from "../../support/postgres-processes.ts";
import { silentLog } from "../../support/silent-log.ts";

afterEach(cleanUp);

interface Logged {
  readonly lines: string[];
  readonly log: typeof silentLog;
}

function listening(): Logged {
  const lines: string[] = [];
  const hear = (level: string) => (_: object, message: string) => lines.push(`${level} ${message}`);
  return { lines, log: { ...silentLog, info: hear("info"), error: hear("error") } };
}

const answers = (url: string) => () => call(url, "select 1 as one").catch(() => undefined);

describe("an embedded server that ends unexpectedly", { timeout: 30_000 }, () => {
  test.each([
    ["SIGKILL", newDirectory],
    ["SIGINT", newDirectory],
    ["SIGQUIT", () => newDirectory("long".repeat(25))],
  ] as const)("comes back by itself after %s, and is logged once", async (signal, directoryOf) => {
    const directory = directoryOf();
    const { lines, log } = listening();
    const server = serverOf(directory, undefined, log);
    const url = await server.start();
    await call(url, "create table kept as select 1 as one");
    const count = (line: string) => lines.filter((one) => one === line).length;
    for (let round = 1; round <= 3; round++) {
      process.kill(pidOf(directory) as number, signal);
      await expect.poll(() => count("info PostgreSQL runs again"), { timeout: 10_000 }).toBe(round);
    }
    expect(await call(url, "select one from kept")).toEqual([{ one: 1 }]);
    expect(count("error PostgreSQL ended unasked: it is started again")).toBe(3);
    expect(lines.filter((line) => line.endsWith("it is tried again"))).toEqual([]);
    const pid = pidOf(directory) as number;
    await server.stop();
    // The server removes its lock file a moment before its process ends.
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(pidOf(directory)).toBeUndefined();
  });

  test("is entered again where it recovered by itself from a process that crashed", async () => {
    const directory = newDirectory();
    const { lines, log } = listening();
    const server = serverOf(directory, undefined, log);
    const url = await server.start();
    const [postmaster, child] = postgresPids(directory);
    process.kill(child as number, "SIGKILL");
    await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe("info PostgreSQL runs again");
    expect(pidOf(directory)).toBe(postmaster);
    const other = serverOf(directory);
    await other.start();
    await server.stop();
    expect(await answers(url)()).toEqual([{ one: 1 }]);
    await other.stop();
    expect(pidOf(directory)).toBeUndefined();
  });

  test("is tried again until it starts, with one line in the log", async () => {
    const directory = newDirectory();
    const { lines, log } = listening();
    const server = serverOf(directory, undefined, log);
    const url = await server.start();
    const file = join(directory, "postgres/pg_hba.conf");
    renameSync(file, `${file}.aside`);
    process.kill(pidOf(directory) as number, "SIGINT");
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(3);
    expect(lines[2]).toMatch(/^error PostgreSQL does not start in .*; it is tried again$/);
    await sleep(500);
    expect(lines).toHaveLength(3);
    renameSync(`${file}.aside`, file);
    await expect.poll(answers(url), { timeout: 10_000 }).toEqual([{ one: 1 }]);
    await server.stop();
    expect(pidOf(directory)).toBeUndefined();
  });

  test("is left as it is by a stop during the restart", async () => {
    const directory = newDirectory();
    const { lines, log } = listening();
    const server = serverOf(directory, undefined, log);
    await server.start();
    writeFileSync(join(directory, "postgres/pg_hba.conf"), "nonsense\n");
    process.kill(pidOf(directory) as number, "SIGINT");
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(3);
    const beganMs = performance.now();
    await server.stop();
    expect(performance.now() - beganMs).toBeLessThan(3_000);
    expect(pidOf(directory)).toBeUndefined();
    expect(lines.at(-1)).toBe("info PostgreSQL had ended");
  });
});
