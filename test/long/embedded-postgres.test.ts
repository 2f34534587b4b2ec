import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import {
  call,
  cleanUp,
  installedPackage,
  isAlive,
  newDirectory,
  type Program,
  pidOf,
  runProgram,
  serverOf,
} from "../support/embedded-postgres-under-test.ts";

const isRoot = process.getuid?.() === 0;
/** The user `daemon`, which every Unix has. */
const DAEMON_ID = 1;
const UNPRIVILEGED_UID = 65_534;

afterEach(cleanUp);

/** Presses Ctrl-C: the signal goes to the whole process group. */
const pressControlC = ({ child }: Program) => process.kill(-(child.pid as number), "SIGINT");
const killAll = ({ child }: Program) => process.kill(-(child.pid as number), "SIGKILL");

async function initdbRuns(directory: string): Promise<void> {
  const isRunning = () =>
    existsSync(directory) &&
    readdirSync(directory).some(
      (name) =>
        name.startsWith(".initdb-") && existsSync(join(directory, name, "data/global/pg_control")),
    );
  while (!isRunning()) await sleep(5);
}

describe("an embedded server", () => {
  test("outlives a process that is killed, and serves the next one", async () => {
    const directory = newDirectory();
    const program = runProgram(directory);
    const url = await program.url;
    await call(url, "create table kept as select 7 as number");
    const pid = pidOf(directory) as number;
    killAll(program);
    await program.exit;
    expect(isAlive(pid)).toBe(true);

    const server = serverOf(directory);
    expect(await server.start()).toBe(url);
    expect(pidOf(directory)).toBe(pid);
    expect(await call(url, "select number from kept")).toEqual([{ number: 7 }]);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("is stopped by its program, not by Ctrl-C itself", async () => {
    const directory = newDirectory();
    const program = runProgram(directory);
    await program.url;
    const pid = pidOf(directory) as number;
    pressControlC(program);
    expect(await program.exit).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(pidOf(directory)).toBeUndefined();
  });

  test("outlives Ctrl-C on a program that another one shares", async () => {
    const directory = newDirectory();
    const [first, second] = [runProgram(directory), runProgram(directory)];
    const url = await first.url;
    expect(await second.url).toBe(url);
    pressControlC(first);
    expect(await first.exit).toBe(0);
    expect(await call(url, "select 1 as one")).toEqual([{ one: 1 }]);
    pressControlC(second);
    expect(await second.exit).toBe(0);
    expect(pidOf(directory)).toBeUndefined();
  });

  test("ends cleanly on Ctrl-C while its directory is made", async () => {
    const directory = newDirectory();
    const program = runProgram(directory);
    await initdbRuns(directory);
    pressControlC(program);
    expect(await program.exit).toBe(0);
    expect(readdirSync(directory).sort()).toEqual(["postgres", "postgres.log"]);
    expect(pidOf(directory)).toBeUndefined();
  });

  test("starts after a process was killed while it made the directory", async () => {
    const directory = newDirectory();
    const program = runProgram(directory);
    await initdbRuns(directory);
    killAll(program);
    await program.exit;
    expect(existsSync(join(directory, "postgres"))).toBe(false);
    expect(await call(await serverOf(directory).start(), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("starts after the server itself was killed, which leaves its lock file", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    await call(await server.start(), "create table kept as select 7 as number");
    const pid = pidOf(directory) as number;
    process.kill(pid, "SIGKILL");
    while (isAlive(pid)) await sleep(10);
    await server.stop();
    expect(await call(await server.start(), "select number from kept")).toEqual([{ number: 7 }]);
    expect(pidOf(directory)).not.toBe(pid);
  });

  test("is shut down again where it was started and cannot be used", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    await server.start();
    await server.stop();
    writeFileSync(join(directory, "postgres/mando.password"), "another");
    await expect(server.start()).rejects.toThrow(
      /^PostgreSQL in \S+ is there but cannot be used \(password .*\): see postgres.log [^\n]*$/,
    );
    expect(pidOf(directory)).toBeUndefined();
  });

  test("bounds its log over restarts", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    await server.start();
    await server.stop();
    for (let round = 0; round < 2; round++) {
      writeFileSync(join(directory, "postgres.log"), "a line\n".repeat(200_000));
      await server.start();
      await server.stop();
      expect(statSync(join(directory, "postgres.log")).size).toBeLessThan(10_000);
    }
    expect(readdirSync(directory).sort()).toEqual(["postgres", "postgres.log", "postgres.log.1"]);
  });

  test("runs from a package whose install script did not run", async () => {
    const directory = newDirectory();
    const bare = join(dirname(directory), "package");
    cpSync(installedPackage(), bare, {
      recursive: true,
      filter: (path) => !path.endsWith(".a") && !lstatSync(path).isSymbolicLink(),
    });
    const server = serverOf(directory, bare);
    expect(await call(await server.start(), "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
    await server.start();
    expect(readdirSync(directory).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe.runIf(isRoot)("an embedded server where we are root", () => {
  test("runs from a package that only root can enter", async () => {
    const directory = newDirectory();
    const closed = join(dirname(directory), "closed");
    mkdirSync(closed, { mode: 0o700 });
    cpSync(installedPackage(), join(closed, "package"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const server = serverOf(directory, join(closed, "package"));
    expect(await call(await server.start(), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("runs as the owner of the directory", async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    chownSync(directory, DAEMON_ID, DAEMON_ID);
    await serverOf(directory).start();
    expect(statSync(join(directory, "postgres")).uid).toBe(DAEMON_ID);
  });

  test("runs as the unprivileged user where the owner has no name, and as the owner of existing data", async () => {
    const directory = newDirectory();
    mkdirSync(directory, { mode: 0o755 });
    chownSync(directory, 12_345, 12_345);
    const server = serverOf(directory);
    await server.start();
    await server.stop();
    const data = join(directory, "postgres");
    expect(statSync(data).uid).not.toBe(12_345);

    for (const path of ["", ...readdirSync(data, { recursive: true, encoding: "utf8" })])
      chownSync(join(data, path), 12_345, 12_345);
    await server.start();
    expect(statSync(join(data, "postmaster.pid")).uid).toBe(12_345);
  });

  test("reports how to change the owner of data of root", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    await server.start();
    await server.stop();
    chownSync(join(directory, "postgres"), 0, 0);
    await expect(server.start()).rejects.toThrow(/belongs to root.*chown -R \d+:\d+ \S+\/postgres/);
  });

  const asUnprivileged = [
    "setpriv",
    `--reuid=${UNPRIVILEGED_UID}`,
    `--regid=${UNPRIVILEGED_UID}`,
    "--clear-groups",
  ];
  const [setpriv = "", ...rest] = asUnprivileged;
  const canDropPrivileges =
    spawnSync(setpriv, [...rest, process.execPath, "-e", `require("node:fs").accessSync(".")`])
      .status === 0;

  test.runIf(canDropPrivileges)("runs for a user who is not root just as well", async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    chownSync(directory, UNPRIVILEGED_UID, UNPRIVILEGED_UID);
    const program = runProgram(directory, asUnprivileged);
    expect(await call(await program.url, "select 1 as one")).toEqual([{ one: 1 }]);
    const pid = pidOf(directory) as number;
    pressControlC(program);
    expect(await program.exit).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  test.runIf(canDropPrivileges)("reports to a user without a name that it needs one", async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    chownSync(directory, 12_345, 12_345);
    const program = runProgram(directory, ["setpriv", "--reuid=12345", "--clear-groups"]);
    await expect(program.url).rejects.toThrow(/has no name.*etc\/passwd; or run without/);
  });

  test.runIf(canDropPrivileges)(
    "reports to another user that the directory is not accessible",
    async () => {
      const directory = newDirectory();
      mkdirSync(directory);
      chmodSync(directory, 0o755);
      const program = runProgram(directory, asUnprivileged);
      await expect(program.url).rejects.toThrow(/EACCES.*; or run without .* start:memory\n$/);
    },
  );

  test("reports a full disk, and leaves nothing behind", async ({ skip }) => {
    const directory = newDirectory();
    mkdirSync(directory);
    const options = ["-t", "tmpfs", "-o", "size=20m,mode=755", "tmpfs", directory];
    if (spawnSync("mount", options).status !== 0) skip("this machine does not let us mount");
    const server = serverOf(directory);
    const refusal = /^[^\n]*the disk is full: free 100 MB[^\n]*; or run without .* start:memory$/;
    try {
      await expect(server.start()).rejects.toThrow(refusal);
      expect(readdirSync(directory)).toEqual([]);

      spawnSync("mount", ["-o", "remount,size=200m", directory]);
      await server.start();
      await server.stop();
      spawnSync("dd", ["if=/dev/zero", `of=${join(directory, "ballast")}`]);
      await expect(server.start()).rejects.toThrow(refusal);
      expect(pidOf(directory)).toBeUndefined();
      rmSync(join(directory, "ballast"));
      await server.start();
      await server.stop();
    } finally {
      spawnSync("umount", ["--lazy", directory]);
    }
  });
});
