import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DataPointStore } from "../../../src/domain/ports/data-point-store.ts";
import type { SettingStore } from "../../../src/domain/ports/setting-store.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { openSpool } from "../../../src/store/spool/spool.ts";
import { createStore } from "../../../src/store/store.ts";
import { FLEET_ID } from "../../../src/store/telemetry/minutes.ts";
import { createRowEncoder } from "../../../src/store/telemetry/row-encoder.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { alarmOf, RAISED_MS } from "../../support/alarms.ts";
import { auditOf } from "../../support/audit.ts";
import { POINTS_START_MS, pointOf, withdrawalOf, writeOf } from "../../support/data-points.ts";
import { SERVERS, type TestServer, type TestServerKind } from "../../support/databases.ts";
import { changeOf, dispatchOf, fullDispatchOf, startOf } from "../../support/dispatches.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, DT_S, givenOf, SITE, tableOf } from "../../support/tick-tables.ts";

const [newer, older] = SERVERS as [TestServerKind, TestServerKind];
const ALL = `select (select json_agg(s order by id) from sites s) as sites, (select json_agg(a order by id) from assets a) as assets,
  (select json_agg(d order by sequence) from dispatches d) as dispatches,
  (select json_agg(a order by raised_number) from alarms a) as alarms,
  (select json_agg(a order by sequence) from audit_log a) as audit, (select json_agg(l order by number) from audit_links l) as links,
  (select json_agg(e order by number) from dispatch_events e) as events, (select json_agg(r) from dispatch_requests r) as requests,
  (select json_agg(p order by path) from data_points p) as points, (select json_agg(w order by recorded_at) from data_point_writes w) as writes,
  (select json_agg(b order by path, sequence, is_derived) from data_point_blocks b) as blocks, (select json_agg(c order by sequence) from data_point_contents c) as contents,
  (select json_agg(s order by asset_id) from asset_states s) as states, (select json_agg(t order by ts) from telemetry t) as telemetry`;
const OTHER_ID = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
/** A retired site and asset of the API. */
const OF_API = {
  sites: [{ ...SITE, id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02", retired: true }],
  assets: [
    {
      ...ASSET,
      id: OTHER_ID,
      dataPath: "Asset/Jyvaskyla-1",
      siteId: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02",
      socMinRatio: 0.1 + 0.2,
      socMaxRatio: 6 / 7,
      initialSocPct: 100 / 3,
      retired: true,
    },
  ],
};

/** Numbers with a derived row and a withdrawal, and documents. */
async function writePoints(store: DataPointStore): Promise<void> {
  const day = 86_400_000;
  await store.describe(
    [
      pointOf("Numbers", { description: 'quote " and, comma' }),
      pointOf("Documents", { type: "static_data" }),
    ],
    [],
  );
  const document = { document: { text: 'quote " and\nline' } };
  const writes = [
    ...Array.from({ length: 33 }, (_, n) =>
      writeOf("Numbers", [[POINTS_START_MS + n, n / 3]], {
        expiresAtMs: POINTS_START_MS + n * day,
      }),
    ),
    withdrawalOf("Numbers", POINTS_START_MS, POINTS_START_MS + 2),
    writeOf("Documents", [
      [POINTS_START_MS, document],
      [POINTS_START_MS + 1, { document: null }],
    ]),
  ];
  for (const [n, write] of writes.entries())
    await store.insert([write], POINTS_START_MS, { id: `request ${n}`, text: "a\nb" }, []);
}

/** Versions of a setting that is known, and one of another version of the program. */
async function writeSettings(store: SettingStore): Promise<void> {
  const version = { scope: "platform", changedAtMs: POINTS_START_MS, changedBy: "local" };
  for (const it of [
    { ...version, id: "max_sockets", version: 1, value: 5, isReset: false, reason: 'a "b", c' },
    { ...version, id: "max_sockets", version: 2, value: 10_000, isReset: true, reason: null },
    { ...version, id: "other", version: 1, value: { a: [1.5] }, isReset: false, reason: null },
  ])
    await store.change(it.id, () => ({ version: it, audit: [] }));
}

describe("the whole store", { timeout: 60_000 }, () => {
  let from: TestServer;
  let to: TestServer;
  let fromUrl: string;
  let toUrl: string;
  let directory: string;

  const query = async (url: string, text: string) => (await queryDatabase(url, text))[0];

  beforeAll(async () => {
    from = await newer.start();
    to = await older.start();
    fromUrl = await from.createDatabase();
    toUrl = await to.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-transfer-"));
    const store = createStore(
      { directory, spoolBytes: 2 ** 26, reset: false, mayPrune: false, retention: KEEP_ALL },
      silentLog,
    );
    const table = tableOf({ name: 'quoted "name", with comma' });
    await store.open(fromUrl, {
      given: givenOf(table),
      origin: "file",
      dtS: DT_S,
      nowMs: Date.now,
    });
    await store.fleet.put({ ...OF_API, originOf: () => "api" });
    const simulator = createSimulator(table, DT_S, 1_000);
    simulator.setSetpoint(0, 1 / 3, 0);
    for (let tick = 1_001; tick <= 1_100; tick++) store.keep(simulator.tick(tick));
    await store.flush();
    const [full, plain] = [fullDispatchOf({ requestId: "named" }), dispatchOf()] as const;
    await store.dispatches.add([full, plain], [{ id: "named", text: "line\nbreak" }]);
    await store.dispatches.record([
      startOf(plain, 3),
      changeOf(full, {}, { number: 4, to: "accepted" }),
    ]);
    const raised = alarmOf({ message: 'quote " and, comma', assetId: ASSET.id, siteId: SITE.id });
    const cleared = { clearedNumber: 2, clearedAtMs: RAISED_MS + 1, raisedNumber: 3 };
    await store.alarms.record([raised, { ...raised, ...cleared, id: randomUUID() }]).stored;
    await store.dispatches.add([], [], [auditOf(), auditOf({ reason: "=1+1" })]);
    await writePoints(store.dataPoints);
    await writeSettings(store.settings);
    await store.close();
  }, 60_000);
  afterAll(async () => {
    await from?.stop();
    await to?.stop();
    rmSync(directory, { recursive: true });
  });

  test("is exported and imported unchanged, into an older PostgreSQL", async () => {
    const folder = join(directory, "export");
    const rows = {
      sites: 2,
      assets: 2,
      dispatches: 2,
      dispatch_events: 2,
      dispatch_requests: 1,
      alarms: 2,
      tokens: 0,
      role_rules: 0,
      setting_values: 3,
      audit_log: 2,
      audit_links: 2,
      audit_checkpoints: 0,
      data_points: 2,
      data_point_writes: 35,
      data_point_blocks: 37,
      data_point_contents: 2,
      asset_states: 1,
      telemetry: 100,
      telemetry_ahead: 0,
      totals: 200,
      telemetry_1m: 0,
      totals_1m: 0,
      telemetry_rejected: 0,
      adoption_rejected: 0,
    };
    expect(await exportTables(fromUrl, folder, silentLog)).toEqual(rows);
    expect(await importTables(toUrl, folder, silentLog)).toEqual(rows);
    expect(await query(toUrl, ALL)).toEqual(await query(fromUrl, ALL));
    expect(await importTables(toUrl, folder, silentLog)).toMatchObject({
      telemetry: 0,
      dispatches: 0,
    });
    const store = createStore(
      {
        directory: join(directory, "taken-in"),
        spoolBytes: 2 ** 26,
        reset: false,
        mayPrune: false,
        retention: KEEP_ALL,
      },
      silentLog,
    );
    const { table, origins } = await store.open(toUrl, {
      given: givenOf(tableOf({})),
      origin: "file",
      dtS: DT_S,
      nowMs: Date.now,
    });
    const { versions } = await store.settings.changes(0);
    expect(versions.map(({ id, version }) => [id, version])).toEqual([
      ["max_sockets", 2],
      ["other", 1],
    ]);
    await store.close();
    expect(table.retired).toEqual(OF_API.assets);
    expect(table.retiredSites).toEqual(OF_API.sites);
    expect(origins.get(OTHER_ID)).toBe("api");
  });

  test("holds what a server that was killed left in its spool, and minutes without their samples", async () => {
    const ownerId = await migrateDatabase(fromUrl, silentLog);
    const spoolDirectory = join(directory, "left");
    const spool = await openSpool({
      directory: spoolDirectory,
      ownerId,
      maxBytes: 2 ** 26,
      log: silentLog,
    });
    await spool.append([createRowEncoder()(createSimulator(tableOf({}), DT_S, 2_000).tick(2_001))]);
    await spool.close();
    await query(
      fromUrl,
      `insert into totals_1m values ('${FLEET_ID}', '1970-01-01T00:00Z', 15, 60, 3000, 50, 50, 50, 60, 1, 1, 1, 0, 1)`,
    );
    const folder = join(directory, "left-export");
    expect(await exportTables(fromUrl, folder, silentLog, spoolDirectory)).toMatchObject({
      telemetry: 101,
      totals_1m: 1,
    });
    const fresh = await to.createDatabase();
    await importTables(fresh, folder, silentLog);
    expect(await query(fresh, "select minutes_until from history_marks")).toEqual({
      minutes_until: new Date(1_001 * DT_S * 1000 - 44_000),
    });
  });

  test("is refused where the folder does not fit", async () => {
    const other = join(directory, "other");
    mkdirSync(other);
    await expect(importTables(toUrl, other, silentLog)).rejects.toThrow(/holds no export/);
    writeFileSync(join(other, "file"), "");
    await expect(exportTables(fromUrl, other, silentLog)).rejects.toThrow(/is not empty/);
  });

  test("is not imported while a server runs the database", async () => {
    const store = createStore(
      {
        directory: join(directory, "running"),
        spoolBytes: 2 ** 26,
        reset: false,
        mayPrune: true,
        retention: KEEP_ALL,
      },
      silentLog,
    );
    await store.open(toUrl, {
      given: givenOf(tableOf({})),
      origin: "file",
      dtS: DT_S,
      nowMs: Date.now,
    });
    await expect(importTables(toUrl, join(directory, "export"), silentLog)).rejects.toThrow(
      /a server runs this database/,
    );
    await store.close();
  });
});
