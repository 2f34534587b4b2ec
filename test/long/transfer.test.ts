// Export and import as commands: what ends them, or takes the disk or the database from them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../src/store/database/client.ts";
import { type OwnServer, startEmbedded } from "../support/databases.ts";
import { silentLog } from "../support/silent-log.ts";
import { queryDatabase } from "../support/stored-rows.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const ROWS = `insert into telemetry select md5(n::text)::uuid, md5('site')::uuid, '2026-02-03T04:05:00Z'::timestamptz + n * interval '4 s',
  18 + random(), random(), 36, random(), 0, 30, -30, 'idle', 4, null, random(), random() from generate_series(1, 5000) n`;

describe("a transfer", { timeout: 60_000 }, () => {
  let server: OwnServer;
  let directory: string;
  let url: string;
  let locker: Client;
  const children = new Set<ChildProcess>();

  /** Runs a command to its end, without a word of a shell. */
  const run = (args: readonly string[], databaseUrl: string, before = "") => {
    const command = `${before} exec "${process.execPath}" "${MAIN}" ${args.map((arg) => `'${arg}'`).join(" ")}`;
    const child = spawn("sh", ["-c", command], {
      env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    });
    children.add(child);
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    child.stdout.resume();
    const ended = once(child, "close").then(([code]) => ({ code, said: said.trim() }));
    return { child, ended };
  };
  /** Holds a table, so that a transfer stands still there. */
  const hold = (table: string) =>
    locker.within(30_000, (sql) =>
      sql.unsafe(`begin; lock table ${table} in access exclusive mode`),
    );
  const isWaiting = () =>
    expect
      .poll(() => queryDatabase(url, "select from pg_locks where not granted"), { timeout: 20_000 })
      .toHaveLength(1);

  beforeAll(async () => {
    server = await startEmbedded();
    directory = mkdtempSync(join(tmpdir(), "mando-interrupted-"));
    url = await server.createDatabase();
    await migrateDatabase(url, silentLog);
    await queryDatabase(url, ROWS);
    locker = createClient(1);
    locker.connect(url);
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await locker?.close();
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  test("to a full disk ends with the reason, and leaves nothing", async () => {
    const folder = join(directory, "full");
    const { code, said } = await run(["export", folder], url, "ulimit -f 64;").ended;
    expect(said).toMatch(/^mando: the export cannot be written, and is removed: EFBIG/);
    expect(code).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  test("into a file, or from a folder that holds none, is refused", async () => {
    const file = join(directory, "file");
    await run(["export", join(directory, "whole")], url).ended;
    rmSync(file, { force: true });
    expect(await run(["export", MAIN], url).ended).toEqual({
      code: 2,
      said: expect.stringMatching(/cannot be a folder to write into: EEXIST/),
    });
    expect(await run(["import", join(directory, "missing")], url).ended).toEqual({
      code: 2,
      said: expect.stringMatching(/holds no export of this kind/),
    });
    truncateSync(join(directory, "whole", "telemetry.csv.gz"), 1000);
    expect(await run(["import", join(directory, "whole")], url).ended).toEqual({
      code: 2,
      said: expect.stringMatching(/^mando: .*telemetry.csv.gz is cut short: copy it again$/),
    });
  });

  test("whose reader goes ends as it would have", async () => {
    const { child, ended } = run(["export", join(directory, "unread")], url);
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, said: "" });
  });

  test.each([
    ["export", "SIGINT", 130, "telemetry"],
    ["export", "SIGTERM", 143, "telemetry_1m"],
    ["import", "SIGINT", 130, "telemetry"],
    ["import", "SIGTERM", 143, "telemetry_1m"],
  ] as const)("%s ends by %s, and leaves nothing", async (direction, signal, expected, table) => {
    const good = join(directory, `before ${direction} ${signal}`);
    await run(["export", good], url).ended;
    const folder = direction === "export" ? join(directory, `ended by ${signal}`) : good;
    await hold(table);
    const { child, ended } = run([direction, folder], url);
    await isWaiting();
    child.kill(signal);
    expect(await ended).toEqual({
      code: expected,
      said: `mando: the ${direction} was ended: nothing is left of it`,
    });
    await locker.within(30_000, (sql) => sql.unsafe("rollback"));
    expect(existsSync(folder)).toBe(direction === "import");
  });

  test.each(["export", "import"] as const)(
    "%s ends with the reason where the database becomes unavailable meanwhile",
    async (direction) => {
      const good = join(directory, `before the end, ${direction}`);
      await run(["export", good], url).ended;
      const folder = direction === "export" ? join(directory, "gone") : good;
      await hold("telemetry_1m");
      const { ended } = run([direction, folder], url);
      await isWaiting();
      await server.halt();
      expect(await ended).toEqual({
        code: 1,
        said: expect.stringMatching(/^mando: the database is unavailable/),
      });
      await server.restart();
      expect(existsSync(folder)).toBe(direction === "import");
    },
  );
});
