import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  call,
  cleanUp,
  isAlive,
  newDirectory,
  pidOf,
  serverOf,
} from "../support/embedded-postgres-under-test.ts";
import { findTool } from "../support/test-tools.ts";

const PACKAGE_OF_15 = findTool("postgres-15");
const isRoot = process.getuid?.() === 0;
const TO_MEMORY = /^[^\n]*; or run without a database: npm run start:memory$/;

afterEach(cleanUp);

/** The message with which a start is refused. */
async function refusalOf(directory: string, packageRoot?: string): Promise<string> {
  const outcome = await serverOf(directory, packageRoot)
    .start()
    .catch((error) => error);
  expect(outcome).toMatchObject({ name: "EmbeddedPostgresError" });
  return outcome.message;
}

describe("an embedded server", () => {
  test("starts in a directory that does not exist, and has its data after a restart", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    const url = await server.start();
    await call(url, "create table kept as select 'ä' as word");
    const [settings] = await call(
      url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
       current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
       current_setting('max_connections') as connections, current_database() as database`,
    );
    expect(settings).toEqual({
      fsync: "on",
      commit: "on",
      checksums: "on",
      encoding: "UTF8",
      connections: "40",
      database: "mando",
    });
    const pid = pidOf(directory) as number;
    await server.stop();
    expect(isAlive(pid)).toBe(false);

    const again = await server.start();
    expect(again).toBe(url);
    expect(await call(again, "select word from kept")).toEqual([{ word: "ä" }]);
    await server.stop();
    expect(pidOf(directory)).toBeUndefined();
    expect(readdirSync(directory).sort()).toEqual(["postgres", "postgres.log"]);
  });

  test("refuses clients without its password, and other users of its directory", async () => {
    const directory = newDirectory();
    const url = await serverOf(directory).start();
    await expect(call(url, "select 1", "wrong")).rejects.toMatchObject({ code: "28P01" });
    expect(statSync(join(directory, "postgres")).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "postgres/mando.password")).mode & 0o777).toBe(0o600);
  });

  test("listens on loopback where the path of a socket would be too long", async () => {
    const directory = newDirectory("long".repeat(25));
    const server = serverOf(directory);
    const url = await server.start();
    expect(new URL(url).hostname).toBe("127.0.0.1");
    await expect(call(url, "select 1", "wrong")).rejects.toMatchObject({ code: "28P01" });
    const second = serverOf(directory);
    expect(await second.start()).toBe(url);
    await server.stop();
    expect(await call(url, "select 1 as one")).toEqual([{ one: 1 }]);
    await second.stop();
    expect(pidOf(directory)).toBeUndefined();
  });

  test("starts in a directory of any name", async () => {
    const directory = newDirectory(`it's 100% "$HOME", \`ä\`: #?@`);
    const server = serverOf(directory);
    expect(await call(await server.start(), "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
    expect(pidOf(directory)).toBeUndefined();
  });

  test("is shared by all that start it, and shut down by the last to stop", async () => {
    const directory = newDirectory();
    const [first, second] = [serverOf(directory), serverOf(directory)];
    const url = await first.start();
    const pid = pidOf(directory) as number;
    expect(await second.start()).toBe(url);
    expect(pidOf(directory)).toBe(pid);

    await first.stop();
    expect(await call(url, "select 1 as one")).toEqual([{ one: 1 }]);
    await second.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("stops though it was never started, twice, or while it starts", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    await server.stop();
    const starting = server.start();
    await Promise.all([server.stop(), server.stop()]);
    await starting;
    expect(pidOf(directory)).toBeUndefined();
  });

  test.skipIf(!PACKAGE_OF_15)("runs PostgreSQL 15 as well", async () => {
    const url = await serverOf(newDirectory(), PACKAGE_OF_15).start();
    const [row] = await call(url, "select current_setting('server_version_num')::int / 10000 as v");
    expect(row).toEqual({ v: 15 });
  });

  test.runIf(isRoot)("runs as another user where this process is root", async () => {
    const directory = newDirectory();
    await serverOf(directory).start();
    const { uid } = statSync(join(directory, "postgres"));
    expect(uid).not.toBe(0);
    expect(statSync(`/proc/${pidOf(directory)}`).uid).toBe(uid);
  });
});

describe("an embedded server refuses with one line", () => {
  test("a directory of another version, which it leaves as it is", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    await server.start();
    await server.stop();
    writeFileSync(join(directory, "postgres/PG_VERSION"), "15\n");
    const before = readdirSync(join(directory, "postgres"));
    expect(await refusalOf(directory)).toMatch(
      /^\S+ was written by PostgreSQL 15 and this Mando runs 18: run "mando export" [^\n]*$/,
    );
    expect(readdirSync(join(directory, "postgres"))).toEqual(before);
  });

  test("a directory that it did not make", async () => {
    const directory = newDirectory();
    mkdirSync(join(directory, "postgres"), { recursive: true });
    writeFileSync(join(directory, "postgres/notes.txt"), "mine");
    expect(await refusalOf(directory)).toMatch(/notes|no data of Mando: move it/);
    expect(readFileSync(join(directory, "postgres/notes.txt"), "utf8")).toBe("mine");
  });

  test("a directory that lacks the files of its database", async () => {
    const directory = newDirectory();
    const server = serverOf(directory);
    const url = await server.start();
    const [database] = await call(url, "select oid from pg_database where datname = 'mando'");
    await server.stop();
    rmSync(join(directory, "postgres/base", String(database?.oid)), { recursive: true });
    expect(await refusalOf(directory)).toMatch(
      /^\S+\/postgres is damaged \(The database subdirectory "base\/\d+" is missing\.\): bring back the whole directory from a copy, or import an export into a new one$/,
    );
    expect(pidOf(directory)).toBeUndefined();
  });

  test("programs that this system cannot run", async () => {
    const directory = newDirectory();
    const foreign = join(dirname(directory), "package");
    mkdirSync(join(foreign, "native/bin"), { recursive: true });
    writeFileSync(join(foreign, "package.json"), '{"version":"18.4.0"}');
    writeFileSync(join(foreign, "native/pg-symlinks.json"), "[]");
    // Like a program for another C library, whose loader is missing.
    for (const name of ["initdb", "pg_ctl", "postgres"])
      writeFileSync(join(foreign, "native/bin", name), "#!/lib/no-loader\n", { mode: 0o755 });
    const message = await refusalOf(directory, foreign);
    expect(message).toMatch(TO_MEMORY);
    expect(message).toContain("glibc");
  });

  test("a path where no directory can be", async () => {
    const directory = newDirectory();
    writeFileSync(directory, "a file");
    expect(await refusalOf(directory)).toMatch(TO_MEMORY);
  });

  test.runIf(isRoot)("a directory that the user in root's place cannot enter", async () => {
    const directory = newDirectory();
    chmodSync(dirname(directory), 0o700);
    const message = await refusalOf(directory);
    expect(message).toMatch(TO_MEMORY);
    expect(message).toContain("choose a data directory that others can reach");
    expect(existsSync(join(directory, "postgres"))).toBe(false);
  });
});

describe("what a crash left behind", () => {
  test.each(["", `${process.ppid}\n`])(
    "a lock file that holds %j alone is no obstacle",
    async (text) => {
      const directory = newDirectory();
      await stop(directory);
      writeFileSync(join(directory, "postgres/postmaster.pid"), text);
      expect(await call(await serverOf(directory).start(), "select 1 as one")).toEqual([
        { one: 1 },
      ]);
    },
  );

  test("a lock file of no process is no obstacle", async () => {
    const directory = newDirectory();
    await stop(directory);
    await plantLockFile(directory, await deadPid());
    expect(await call(await serverOf(directory).start(), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("a lock file whose number another process has is no obstacle", async () => {
    const directory = newDirectory();
    await stop(directory);
    const { uid, gid } = statSync(join(directory, "postgres"));
    const stranger = spawn("sleep", ["60"], isRoot ? { uid, gid } : {});
    try {
      await plantLockFile(directory, stranger.pid as number);
      expect(await call(await serverOf(directory).start(), "select 1 as one")).toEqual([
        { one: 1 },
      ]);
      expect(isAlive(stranger.pid as number)).toBe(true);
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  test("an incomplete data directory is made anew", async () => {
    const directory = newDirectory();
    const half = join(directory, ".initdb-gone01/data");
    mkdirSync(half, { recursive: true });
    chmodSync(directory, 0o755);
    writeFileSync(join(half, "PG_VERSION"), "18\n");
    expect(await call(await serverOf(directory).start(), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  async function stop(directory: string): Promise<void> {
    const server = serverOf(directory);
    await server.start();
    await server.stop();
  }

  /** The lock file of a server that was killed. */
  async function plantLockFile(directory: string, pid: number): Promise<void> {
    const data = join(directory, "postgres");
    const { uid, gid } = statSync(data);
    const lines = [pid, data, 1_700_000_000, 5432, ".", "", "  1234567 1", "ready   ", ""];
    const path = join(data, "postmaster.pid");
    writeFileSync(path, lines.join("\n"), { mode: 0o600 });
    if (isRoot) chownSync(path, uid, gid);
  }

  async function deadPid(): Promise<number> {
    const child = spawn("true");
    await new Promise((resolve) => child.once("exit", resolve));
    return child.pid as number;
  }
});
