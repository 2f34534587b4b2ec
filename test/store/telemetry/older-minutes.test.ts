// Minutes of a version that had no limits in them: migrated, summed up again as far as samples are left, and transferred.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HistoryStep } from "../../../src/domain/telemetry/history.ts";
import { ASSET_STAT_FIELDS, DURATION_FIELDS } from "../../../src/domain/telemetry/step-figures.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { TOTALS_PARTS } from "../../../src/store/database/minute-parts.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { ASSET_MINUTES, aggregateSql } from "../../../src/store/telemetry/minutes.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, DT_S, givenOf, tableOf } from "../../support/tick-tables.ts";

const START = Date.UTC(2026, 10, 20) / 1000 / DT_S;
/** Twenty minutes: along the ramp, at the setpoint, and empty from the third minute on. */
const TICKS = 300;
const atMs = (minute: number) => START * DT_S * 1000 + minute * 60_000;
const CUT = `'${new Date(atMs(10)).toISOString()}'::timestamptz`;
const COLUMNS = ["ramp", "power", "energy", "site"].map((limit) => `limited_by_${limit}_s`);
const LATER = 9;
const SETPOINTS = ["s", "min", "max", "last"].map((part) => `setpoint_mw_${part}`);
/** The columns that came after it, by table. */
const LATER_COLUMNS = { assets: "data_path", telemetry: "known", telemetry_ahead: "known" };
const TABLE = tableOf({ initialSocPct: 4 });

const stepsOf = ({ telemetry }: Store, fromMinute: number, untilMinute: number, stepS = 60) =>
  telemetry.steps(
    { kind: "asset", id: ASSET.id },
    { fromMs: atMs(fromMinute), untilMs: atMs(untilMinute), stepS },
  );
const withoutDurations = (steps: readonly HistoryStep[]) =>
  steps.map((step) => ({
    ...step,
    ...Object.fromEntries([...DURATION_FIELDS, ...ASSET_STAT_FIELDS].map((field) => [field, null])),
  }));

/** The migrations of the version before limits were summed up, and the tables of those after it. */
const OLDER = 12;
const LATER_TABLES = [
  ...["tokens", "role_rules", "audit_log", "audit_links", "audit_checkpoints"],
  ...["data_points", "data_point_writes", "data_point_blocks", "data_point_contents"],
  "setting_values",
];

describe.each(SERVERS)(
  "minutes without limits on $name",
  { timeout: 120_000 },
  ({ name, start }) => {
    const isTimescale = name === "TimescaleDB";
    let server: TestServer;
    let directory: string;
    /** What a store answers that always had limits. */
    let wanted: readonly HistoryStep[];

    async function open(url: string): Promise<Store> {
      const store = createStore(
        {
          directory: mkdtempSync(join(directory, "spool-")),
          ...{ spoolBytes: 2 ** 26, reset: false, mayPrune: false, retention: KEEP_ALL },
        },
        silentLog,
      );
      const nowMs = () => atMs(30);
      await store.open(url, { given: givenOf(TABLE), origin: "file", dtS: DT_S, nowMs });
      return store;
    }

    /** A database of the version before, with twenty summed up minutes. */
    async function createOlder(): Promise<string> {
      const url = await server.createDatabase();
      const store = await open(url);
      const simulator = createSimulator(TABLE, DT_S, START);
      simulator.setSetpoint(0, 30, 0);
      for (let n = 1; n <= TICKS; n++) store.keep(simulator.tick(START + n));
      await store.flush();
      await store.maintenance();
      wanted = await stepsOf(store, 0, 21);
      await store.close();
      if (isTimescale) {
        const older = aggregateSql({ ...ASSET_MINUTES, parts: TOTALS_PARTS, hasKnown: false });
        await queryDatabase(url, "drop materialized view telemetry_1m");
        await queryDatabase(url, older);
        const range = `'${new Date(atMs(0)).toISOString()}', '${new Date(atMs(20)).toISOString()}'`;
        await queryDatabase(url, `call refresh_continuous_aggregate('telemetry_1m', ${range})`);
      } else {
        const columns = [...COLUMNS, ...SETPOINTS, "known"]
          .map((column) => `drop column ${column}`)
          .join(", ");
        await queryDatabase(url, `alter table telemetry_1m ${columns}`);
      }
      for (const [table, column] of Object.entries(LATER_COLUMNS))
        await queryDatabase(url, `alter table ${table} drop column ${column}`);
      await queryDatabase(url, `drop table ${LATER_TABLES.join(", ")} cascade`);
      await queryDatabase(url, `delete from drizzle.__drizzle_migrations where id > ${OLDER}`);
      return url;
    }

    /** The same, with samples of the last ten minutes alone. */
    async function createCut(): Promise<string> {
      const url = await createOlder();
      for (const samples of ["telemetry", "totals"])
        await queryDatabase(url, `delete from ${samples} where ts < ${CUT}`);
      await queryDatabase(url, `update history_marks set raw_from = ${CUT}`);
      return url;
    }

    const countKnown = async (url: string) =>
      (
        await queryDatabase(
          url,
          `select count(*)::int as minutes, count(limited_by_ramp_s + setpoint_mw_s)::int as known from telemetry_1m`,
        )
      )[0];
    const aggregatesOf = async (url: string) =>
      (
        await queryDatabase<{ count: number }>(
          url,
          "select count(*)::int as count from timescaledb_information.continuous_aggregates",
        )
      )[0]?.count;

    beforeAll(async () => {
      server = await start();
      directory = mkdtempSync(join(tmpdir(), "mando-older-minutes-"));
    }, 60_000);
    afterAll(async () => {
      await server?.stop();
      rmSync(directory, { recursive: true });
    });

    test("are summed up again where their samples are left", async () => {
      const url = await createOlder();
      expect(wanted[0]?.limitedByRampS).toBeGreaterThan(0);
      expect(wanted[15]?.limitedByEnergyS).toBe(60);
      const store = await open(url);
      expect(await stepsOf(store, 0, 21)).toEqual(wanted);
      await store.maintenance();
      expect(await stepsOf(store, 0, 21)).toEqual(wanted);
      await store.close();
      expect(await countKnown(url)).toEqual({ minutes: 20, known: 20 });
      if (isTimescale) expect(await aggregatesOf(url)).toBe(2);
    });

    test("stay as they are where their samples were removed, and do not say how long a limit held", async () => {
      const url = await createCut();
      const store = await open(url);
      for (let again = 0; again < 2; again++) {
        expect(await stepsOf(store, 0, 10)).toEqual(withoutDurations(wanted.slice(0, 10)));
        expect(await stepsOf(store, 10, 21)).toEqual(wanted.slice(10));
        const [whole] = await stepsOf(store, 0, 21, 3600);
        expect(whole).toMatchObject({
          ...{ sampleCount: TICKS, limitedByRampS: null, setpointMw: null },
        });
        await store.maintenance();
      }
      await store.close();
      expect(await countKnown(url)).toEqual({ minutes: 20, known: 10 });
      if (isTimescale) expect(await aggregatesOf(url)).toBe(0);
    });

    test("are exported and imported with what is known, and from an export without limits", async () => {
      const from = await createCut();
      const first = await open(from);
      await first.maintenance();
      await first.close();
      const folder = join(directory, `export-${name.replaceAll(" ", "-")}`);
      await exportTables(from, folder, silentLog);
      const file = join(folder, "telemetry_1m.csv.gz");
      const lines = gunzipSync(readFileSync(file)).toString().trim().split("\n");
      expect(lines[0]?.split(",").slice(-LATER)).toEqual([...COLUMNS, ...SETPOINTS, "known"]);
      expect(lines[1]).toMatch(/\d,{9}$/);
      expect(lines.at(-1)).toMatch(/,0,0,60,0,1800,30,30,30,$/);

      const to = await server.createDatabase();
      await importTables(to, folder, silentLog);
      expect(await countKnown(to)).toEqual({ minutes: 20, known: 10 });
      const second = await open(to);
      await second.maintenance();
      expect(await stepsOf(second, 0, 10)).toEqual(withoutDurations(wanted.slice(0, 10)));
      expect(await stepsOf(second, 10, 21)).toEqual(wanted.slice(10));
      await second.close();

      const older = lines.map((line) => line.split(",").slice(0, -LATER).join(","));
      writeFileSync(file, gzipSync(`${older.join("\n")}\n`));
      const third = await server.createDatabase();
      await importTables(third, folder, silentLog);
      expect(await countKnown(third)).toEqual({ minutes: 20, known: 0 });
    });
  },
);
