// TimescaleDB under roles with few rights, and with minutes that came by an import.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { startEmbedded, type TestServer, TIMESCALE } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { isSuperuser, queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, DT_S, givenOf, tableOf } from "../../support/tick-tables.ts";

const FIRST = 1_000;
const TICKS = 90;
const table = tableOf({ initialSocPct: 50 });
const ROLE = `mando_plain_${process.pid}`;

describe.runIf(TIMESCALE)("TimescaleDB", { timeout: 60_000 }, () => {
  let server: TestServer;
  let url: string;
  let directory: string;
  let mayMakeRoles: boolean;
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const hear = (level: string) => (fields: object, message: string) =>
    lines.push({ level, fields: { ...fields }, message });
  const log = { ...silentLog, info: hear("info"), warn: hear("warn"), error: hear("error") };

  beforeAll(async () => {
    server = await (TIMESCALE as NonNullable<typeof TIMESCALE>).start();
    directory = mkdtempSync(join(tmpdir(), "mando-timescale-"));
    const any = await server.createDatabase();
    mayMakeRoles = await isSuperuser(any);
    if (mayMakeRoles) await queryDatabase(any, `create role ${ROLE} login`);
    else process.stderr.write("TIMESCALE_URL has no superuser: tests with two roles are skipped\n");
  }, 60_000);
  beforeEach(async () => {
    url = await server.createDatabase();
    lines.length = 0;
  });
  afterAll(async () => {
    if (mayMakeRoles) {
      // A role goes once it owns nothing and may do nothing anywhere.
      for (const { name } of await queryDatabase<{ name: string }>(
        url,
        `select datname as name from pg_database where datname like 'test_${process.pid}_%' and datname <> current_database()`,
      ))
        await queryDatabase(url, `drop database ${name} with (force)`);
      await queryDatabase(url, `drop owned by ${ROLE} cascade; drop role ${ROLE}`);
    }
    await server?.stop();
    rmSync(directory, { recursive: true });
  }, 60_000);

  const nameOf = (address: string) => new URL(address).pathname.slice(1);
  const asPlain = (address: string) => {
    const changed = new URL(address);
    changed.username = ROLE;
    changed.password = "";
    return changed.href;
  };

  async function open(at: string, days = KEEP_ALL): Promise<Store> {
    const store = createStore(
      {
        directory: mkdtempSync(join(directory, "spool-")),
        spoolBytes: 2 ** 26,
        reset: false,
        mayPrune: false,
        retention: days,
      },
      log,
    );
    await store.open(at, { given: givenOf(table), origin: "file", dtS: DT_S, nowMs: Date.now });
    return store;
  }

  /** Opens, stores ticks, sums them up, closes. */
  async function keepTicks(at: string, from = FIRST, count = TICKS): Promise<void> {
    const store = await open(at);
    const simulator = createSimulator(table, DT_S, from);
    for (let n = 1; n <= count; n++) store.keep(simulator.tick(from + n));
    await store.flush();
    await store.maintenance();
    await store.close();
  }

  const shapeOf = async (at: string) =>
    (
      await queryDatabase<{ chunked: number; aggregates: number }>(
        at,
        `select (select count(*)::int from timescaledb_information.hypertables where hypertable_schema = 'public') as chunked,
           (select count(*)::int from timescaledb_information.continuous_aggregates) as aggregates`,
      )
    )[0];

  test("is used in full by a role that owns the database and is no superuser", async (context) => {
    if (!mayMakeRoles) return context.skip("the role may not make roles");
    await queryDatabase(url, `alter database ${nameOf(url)} owner to ${ROLE}`);
    await keepTicks(asPlain(url));
    expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 2 });
    expect(lines.filter(({ level }) => level !== "info")).toEqual([]);
    const again = await open(asPlain(url), { ...KEEP_ALL, rawDays: 0.01, minuteDays: 1 });
    await again.maintenance();
    expect(again.stats()?.maintenanceFailure).toBeUndefined();
    await again.close();
  });

  test("is found under a statement_timeout that is too short to look", async () => {
    await queryDatabase(url, `alter database ${nameOf(url)} set statement_timeout = '200ms'`);
    await keepTicks(url);
    expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 2 });
    expect(lines[0]?.fields).toMatchObject({ kind: expect.any(String), pooler: "none" });
  });

  test("that a role may not add is logged, and used as plain PostgreSQL", async (context) => {
    if (!mayMakeRoles) return context.skip("the role may not make roles");
    await queryDatabase(
      url,
      `drop extension if exists timescaledb; grant all on schema public to ${ROLE}`,
    );
    await keepTicks(asPlain(url));
    const said = lines.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(said).toEqual([
      expect.stringMatching(
        /^TimescaleDB is on this server but not in this database, and role \w+ may not add it: .* CREATE EXTENSION timescaledb/,
      ),
    ]);
    expect(await queryDatabase(url, "select count(*)::int as count from telemetry")).toEqual([
      { count: TICKS },
    ]);
  });

  test("that another role opened first is refused with what to grant, and works then", async (context) => {
    if (!mayMakeRoles) return context.skip("the role may not make roles");
    await keepTicks(url);
    await queryDatabase(
      url,
      `grant all on schema public to ${ROLE}; grant all on all tables in schema public to ${ROLE}`,
    );
    await expect(open(asPlain(url))).rejects.toThrow(
      /of our tables in schema public belong to role \w+ .* may not maintain them: GRANT \w+ TO \w+/,
    );
    await queryDatabase(url, `grant ${new URL(url).username} to ${ROLE}`);
    await keepTicks(asPlain(url), FIRST + TICKS);
    expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 2 });
    await queryDatabase(url, `revoke ${new URL(url).username} from ${ROLE}`);
  });

  describe("that imports an export", () => {
    let plain: TestServer;
    const steps = async (at: string) => {
      const store = await open(at);
      await store.maintenance();
      const found = await store.telemetry.steps(
        { kind: "asset", id: ASSET.id },
        { fromMs: FIRST * DT_S * 1000, untilMs: (FIRST + 300) * DT_S * 1000, stepS: 60 },
      );
      await store.close();
      return found.map(({ sampleCount, energyInMwhr }) => [sampleCount, energyInMwhr]);
    };
    let exported: string;
    let exportedOlder: string;
    let expected: unknown;

    beforeAll(async () => {
      plain = await startEmbedded();
      const at = await plain.createDatabase();
      await keepTicks(at, FIRST, 300);
      exported = join(directory, "export");
      await exportTables(at, exported, silentLog);
      expected = await steps(at);
      // Minutes outlive their samples.
      const cut = new Date((FIRST + 150) * DT_S * 1000).toISOString();
      for (const samples of ["telemetry", "totals"])
        await queryDatabase(
          at,
          `delete from ${samples} where ts < date_trunc('minute', '${cut}'::timestamptz)`,
        );
      await queryDatabase(
        at,
        `update history_marks set raw_from = date_trunc('minute', '${cut}'::timestamptz)`,
      );
      expect(await steps(at)).toEqual(expected);
      exportedOlder = join(directory, "export-older");
      await exportTables(at, exportedOlder, silentLog);
    }, 60_000);
    afterAll(() => plain?.stop());

    test("before its first start has continuous aggregates with all minutes", async () => {
      await importTables(url, exported, silentLog);
      expect(await steps(url)).toEqual(expected);
      expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 2 });
    });

    test("with minutes without samples stores them in tables, and returns all", async () => {
      await importTables(url, exportedOlder, silentLog);
      expect(await steps(url)).toEqual(expected);
      expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 0 });
    });

    test("after it was opened shows all minutes, older ones too", async () => {
      await keepTicks(url, FIRST + 400, 30);
      expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 2 });
      await importTables(url, exportedOlder, silentLog);
      expect(await steps(url)).toEqual(expected);
      expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 0 });
      await importTables(url, exportedOlder, silentLog);
      expect(await steps(url)).toEqual(expected);
    });

    test("without older minutes stays with its aggregates", async () => {
      await keepTicks(url, FIRST + 400, 30);
      await importTables(url, exported, silentLog);
      expect(await steps(url)).toEqual(expected);
      expect(await shapeOf(url)).toEqual({ chunked: 2, aggregates: 2 });
    });
  });
});
