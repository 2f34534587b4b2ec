// A folder that is unusable for data ends the program at once, with one line that names the folder, the reason and the remedy.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { endPrograms, runProgram } from "../../support/program-under-test.ts";

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "mando-folder-"));
  chmodSync(base, 0o755);
});
afterEach(endPrograms);
afterAll(() => rmSync(base, { recursive: true }));

/** How a program ends: its code, and its last line. */
async function endOf(variables: Record<string, string>): Promise<{ code: number; line: string }> {
  const program = runProgram(variables);
  const code = await new Promise<number>((resolve) => program.child.once("close", resolve));
  const [line = ""] = program.output().trim().split("\n").slice(-1);
  return { code, line };
}

const isRoot = process.getuid?.() === 0;
const mounts = isRoot && spawnSync("unshare", ["-m", "true"]).status === 0;

describe("a data folder", { timeout: 20_000 }, () => {
  const cases: readonly (readonly [string, () => string, RegExp])[] = [
    ["below /proc", () => "/proc/x", /no folder can be made there/],
    [
      "that is a file",
      () => {
        writeFileSync(join(base, "file"), "");
        return join(base, "file");
      },
      /a file stands in its place: move it elsewhere/,
    ],
    [
      "below a file",
      () => {
        writeFileSync(join(base, "above"), "");
        return join(base, "above", "data");
      },
      /a file stands in its place: move it elsewhere/,
    ],
    [
      "that is read-only",
      () => "/sys/kernel",
      /its file system is read-only|this user has no right to write there/,
    ],
  ];
  test.each(cases)("%s is refused", async (_, make, reason) => {
    const data = make();
    const beganMs = performance.now();
    const { code, line } = await endOf({ DATA: data });
    expect(code).toBe(1);
    expect(line).toMatch(
      new RegExp(
        `^mando: DATA ${data} cannot be used: (${reason.source}).*; or choose another folder with DATA$`,
      ),
    );
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });

  test("whose database is a file is refused", async () => {
    const data = join(base, "odd");
    mkdirSync(data);
    writeFileSync(join(data, "postgres"), "");
    const { code, line } = await endOf({ DATA: data });
    expect(code).toBe(1);
    expect(line).toMatch(/PostgreSQL cannot use \S+odd: a file stands in its place/);
  });

  test.runIf(mounts)("on a full disk is refused", async () => {
    const data = join(base, "full");
    mkdirSync(data);
    const script = `mount -t tmpfs -o size=1m none ${data} && chmod 755 ${data} && exec "$@"`;
    const { status, stderr } = spawnSync(
      "unshare",
      ["-m", "sh", "-c", script, "sh", process.execPath, "dist/main.js"],
      {
        env: { PATH: process.env.PATH, PORT: "0", DATA: data, LOG_LEVEL: "warn" },
        encoding: "utf8",
      },
    );
    expect(stderr.trim().split("\n").at(-1)).toMatch(/^mando: .*the disk is full: free 100 MB/);
    expect(status).toBe(1);
  });

  describe("with a database elsewhere", () => {
    let server: OwnServer;
    beforeAll(async () => {
      server = await startEmbedded();
    }, 60_000);
    afterAll(() => server?.stop());

    test("that holds a file for the spool is refused", async () => {
      const data = join(base, "spool-file");
      mkdirSync(data);
      writeFileSync(join(data, "spool"), "");
      const { code, line } = await endOf({
        DATA: data,
        DATABASE_URL: await server.createDatabase(),
      });
      expect(code).toBe(1);
      expect(line).toBe(
        `mando: the spool in ${data}/spool cannot be used: a file stands in its place: move it elsewhere (EEXIST)`,
      );
    });

    test("that cannot be made is refused before the database is opened", async () => {
      const { code, line } = await endOf({
        DATA: "/proc/x",
        DATABASE_URL: "postgres://127.0.0.1:1/nothing",
      });
      expect(code).toBe(1);
      expect(line).toMatch(/^mando: DATA \/proc\/x cannot be used/);
    });
  });
});

test("a program that waits for its database ends on SIGTERM, having named it once", async () => {
  const program = runProgram({
    DATA: join(base, "waiting"),
    DATABASE_URL: "postgres://someone:s3cret@127.0.0.1:1/fleet",
  });
  await expect
    .poll(() => program.output(), { timeout: 10_000 })
    .toContain(
      "waiting for the database fleet at 127.0.0.1:1: nothing listens there (connection refused)",
    );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const ended = new Promise((resolve) => program.child.once("close", resolve));
  program.child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(program.output().match(/waiting for/g)).toHaveLength(1);
  expect(program.output()).not.toContain("s3cret");
});

test("a program whose database refuses it ends with what to do", async () => {
  const server = await startEmbedded();
  const url = new URL(await server.createDatabase());
  url.password = "wrong";
  const { code, line } = await endOf({ DATA: join(base, "refused"), DATABASE_URL: url.href });
  await server.stop();
  expect(code).toBe(1);
  expect(line).toMatch(
    /^mando: the database test_\w+ at the socket in \S+ cannot be used: password authentication failed for user "mando": correct user and password in DATABASE_URL$/,
  );
});

test("an export from a database that cannot be reached ends with its cause, and leaves no folder", () => {
  const folder = join(base, "export");
  const { status, stderr } = spawnSync(process.execPath, ["dist/main.js", "export", folder], {
    env: { PATH: process.env.PATH, DATABASE_URL: "postgres://someone:s3cret@127.0.0.1:1/fleet" },
    encoding: "utf8",
  });
  expect(stderr).toBe(
    "mando: the database fleet at 127.0.0.1:1 cannot be used: nothing listens there (connection refused)\n",
  );
  expect(status).toBe(1);
  expect(existsSync(folder)).toBe(false);
});

test("an export from a folder without data is refused, and makes nothing", () => {
  const folder = join(base, "export");
  const data = join(base, "not-there");
  const args = ["dist/main.js", "export", folder, "--data", data];
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { PATH: process.env.PATH },
    encoding: "utf8",
  });
  expect(stderr).toBe(
    `mando: there is no data: DATA ${data} holds no database; name the data folder of the server\n`,
  );
  expect(status).toBe(2);
  expect([folder, data].filter((path) => existsSync(path))).toEqual([]);
});
