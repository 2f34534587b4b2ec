// Settings with a database: followed by a standby, continued after a restart, read before anything is removed by them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../../src/adapters/memory/clock.ts";
import { type Application, createApplication } from "../../../src/compose/application.ts";
import { createLiveSettings } from "../../../src/compose/live-settings.ts";
import { createStorage } from "../../../src/compose/storage.ts";
import { DECLARATIONS } from "../../../src/config/declarations.ts";
import { createAssetsFile, loadFleet } from "../../../src/config/fleet.ts";
import { readSettings } from "../../../src/config/settings.ts";
import type { Json } from "../../../src/domain/audit/record.ts";
import { createSettingFollower } from "../../../src/services/settings/follower.ts";
import { createSettingValues } from "../../../src/services/settings/values.ts";
import { START_MS } from "../../support/application-under-test.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { freePort } from "../../support/two-programs.ts";

let server: TestServer;
let databaseUrl: string;
let directory: string;
let clock: ManualClock;
let running: Application[] = [];

beforeAll(async () => {
  server = await (SERVERS[0] as (typeof SERVERS)[0]).start();
}, 60_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-settings-"));
  clock = createManualClock(START_MS);
});
afterEach(async () => {
  for (const application of running) await application.stop();
  running = [];
  rmSync(directory, { recursive: true });
});

function settingsOf(environment: Record<string, string>) {
  const data = join(directory, `data-${running.length}`);
  const variables = { DATABASE_URL: databaseUrl, DATA: data, DEMO: "0", ...environment };
  const read = readSettings({}, variables);
  if ("problems" in read) throw new Error(read.problems.join("; "));
  return read.settings;
}

/** A server at a free port, which may wait as a standby; and the levels of its log. */
async function start(environment: Record<string, string> = {}) {
  const port = String(await freePort());
  const levels: string[] = [];
  const application = await createApplication({
    ...{ settings: settingsOf({ PORT: port, ...environment }), log: silentLog, clock },
    ...{ version: "0.0.0", setLogLevel: (level: string) => levels.push(level) },
  });
  running.push(application);
  const url = `http://127.0.0.1:${port}`;
  return { application, url, levels, started: application.start() };
}

const put = (url: string, id: string, value: Json, version: number) =>
  fetch(`${url}/settings/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": `"${version}"` },
    body: JSON.stringify({ value }),
  });
const read = async (url: string, id: string) => (await fetch(`${url}/settings/${id}`)).json();

test("a standby follows within a second, changes nothing, and takes over with the values", {
  timeout: 60_000,
}, async () => {
  const leader = await start();
  await leader.started;
  const standby = await start();
  const health = async () => (await fetch(`${standby.url}/health/ready`).catch(() => null))?.status;
  await expect.poll(health, { timeout: 10_000 }).toBe(503);

  const both = [leader.url, standby.url].map((url) => put(url, "log_level", "debug", 0));
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 503]);
  expect(leader.levels).toEqual(["debug"]);
  const passes = () => clock.advance(1_000);
  await expect
    .poll(() => {
      passes();
      return standby.levels;
    })
    .toEqual(["debug"]);

  running = running.filter((it) => it !== leader.application);
  await leader.application.stop();
  await standby.started;
  expect(await read(standby.url, "log_level")).toMatchObject({ value: "debug", version: 1 });
  expect((await put(standby.url, "log_level", "warn", 0)).status).toBe(409);
  expect((await put(standby.url, "log_level", "warn", 1)).status).toBe(200);
  expect(standby.levels.at(-1)).toBe("warn");
});

test("values stay over a restart and over RESET_DB, and a row that another wrote is followed", {
  timeout: 60_000,
}, async () => {
  const first = await start();
  await first.started;
  await put(first.url, "max_list_ids", 7, 0);
  await queryDatabase(
    databaseUrl,
    `insert into setting_values (id, scope, version, value, is_reset, changed_at, changed_by)
     values ('stale_s', 'platform', 1, '60', false, now(), 'other'), ('none', 'platform', 1, '1', false, now(), 'other')`,
  );
  await expect
    .poll(async () => {
      clock.advance(1_000);
      return ((await read(first.url, "stale_s")) as { value: number }).value;
    })
    .toBe(60);
  running = [];
  await first.application.stop();
  const second = await start({ RESET_DB: "1" });
  await second.started;
  expect(await read(second.url, "max_list_ids")).toMatchObject({ value: 7, version: 1 });
  const rows = await queryDatabase<{ id: string }>(databaseUrl, "select id from setting_values");
  expect(rows.map(({ id }) => id).sort()).toEqual(["max_list_ids", "none", "stale_s"]);
});

/** What GraphQL answers. */
const queryGraph = async (url: string, query: string) => {
  const headers = { "content-type": "application/json" };
  const given = { method: "POST", headers, body: JSON.stringify({ query }) };
  return (await (await fetch(`${url}/graphql`, given)).json()) as {
    readonly data: { readonly settings: readonly { readonly id: string }[] };
  };
};

/** The rows of settings that another version, or another hand, wrote: id, scope and value. */
const addRows = (...rows: readonly (readonly [string, string, string])[]) =>
  queryDatabase(
    databaseUrl,
    `insert into setting_values (id, scope, version, value, is_reset, changed_at, changed_by) values
     ${rows.map(([id, scope, value]) => `('${id}', '${scope}', 1, '${value}', false, now(), 'other')`).join(", ")}`,
  );

/** A server that started, once the database has its tables and these rows. */
async function startWith(...rows: readonly (readonly [string, string, string])[]) {
  const first = await start();
  await first.started;
  await addRows(...rows);
  running = [];
  await first.application.stop();
  const second = await start();
  await second.started;
  return second;
}

test("a stored null is shown as not accepted, also by GraphQL, which has no null for a version", {
  timeout: 60_000,
}, async () => {
  const { url } = await startWith(["max_query_aliases", "platform", "null"]);
  const { data } = await queryGraph(
    url,
    "{ settings { id value invalid { value message } history { nodes { value } } } }",
  );
  expect(data.settings.find(({ id }) => id === "max_query_aliases")).toEqual({
    ...{ id: "max_query_aliases", value: 200 },
    invalid: [
      { value: "null", message: expect.stringMatching(/must be a whole number, not null/) },
    ],
    history: { nodes: [{ value: "null" }] },
  });
  expect(await read(url, "max_query_aliases")).toMatchObject({ invalid: [{ value: null }] });
});

test("a stored number that is too large is shown as a text", { timeout: 60_000 }, async () => {
  const { url } = await startWith(["late_ticks", "platform", "1e400"]);
  expect(await read(url, "late_ticks")).toMatchObject({
    value: 2,
    invalid: [{ value: "1e400", message: 'late_ticks must be a whole number, not "1e400"' }],
  });
  expect(await read(url, "late_ticks/history")).toMatchObject({ versions: [{ value: "1e400" }] });
});

test("values of scopes that are gone, or not of the setting, are read and taken back, and not given", {
  timeout: 60_000,
}, async () => {
  const gone = "asset:00000000-0000-4000-8000-000000000001";
  const rows = [
    ["late_ticks", "flow:zz", "3", "SETTING_SCOPE_INVALID"],
    ["late_ticks", "tenant:y", "3", "SETTING_SCOPE_INVALID"],
    ["asset_limited_s", gone, "-44", "ASSET_UNKNOWN"],
    ["asset_limited_s", gone.replace("asset", "site"), "-44", "SITE_UNKNOWN"],
  ] as const;
  const { url } = await startWith(...rows.map(([id, scope, value]) => [id, scope, value] as const));
  const alarms = async () => {
    const open = (await (await fetch(`${url}/alarms?open=true`)).json()) as {
      readonly alarms: readonly { readonly code: string; readonly message: string }[];
    };
    return open.alarms.filter(({ code }) => code === "SETTING_INVALID").map((it) => it.message);
  };
  clock.advance(1_000);
  expect(await alarms()).toEqual([expect.stringMatching(/^late_ticks of flow:zz .*tenant:y/)]);
  expect((await alarms())[0]).not.toContain("asset_limited_s");
  for (const [id, scope, value, code] of rows) {
    const path = `${id}?scope=${scope}`;
    expect(await read(url, path)).toMatchObject({
      ...{ scope, version: 1, in_force_scope: null },
      invalid: [{ scope, value: Number(value) }],
    });
    expect(await read(url, `${id}/history?scope=${scope}`)).toMatchObject({ versions: [{}] });
    const refused = await put(url, path, 5, 1);
    expect(await refused.json()).toMatchObject({ code });
    const headers = { "if-match": '"1"' };
    const reset = await fetch(`${url}/settings/${path}`, { method: "DELETE", headers });
    expect(await reset.json()).toMatchObject({
      ...{ setting: { version: 2, invalid: [] }, change: { is_reset: true } },
    });
  }
  clock.advance(1_000);
  expect(await alarms()).toEqual([]);
});

/** Stores an alarm that was cleared so many days ago, as of the newest sample. */
const addAlarm = (days: number) =>
  queryDatabase(
    databaseUrl,
    `insert into totals (scope_id, ts, asset_count, soc_mwhr, soc_pct, capacity_mwhr, current_mw, dt_s, tick_in_mwhr, tick_out_mwhr)
     values ('00000000-0000-0000-0000-000000000000', now(), 1, 1, 1, 1, 1, 4, 0, 0);
     insert into alarms (id, code, severity, message, raised_at, cleared_at, raised_number, cleared_number)
     values (gen_random_uuid(), 'DATA_STALE', 'critical', '', now() - interval '999 days', now() - interval '${days} days', 1, 2)`,
  );

/** A store whose retention is by stored settings. */
async function openStore() {
  const settings = settingsOf({});
  const values = createSettingValues(DECLARATIONS);
  const deps = { settings, live: createLiveSettings(values), log: silentLog, tracing: undefined };
  const readStored = () => follower.read();
  const storage = createStorage({ ...deps, readSettings: readStored });
  if (storage === undefined) throw new Error("there is no database");
  const { store } = storage;
  const follower = createSettingFollower({ store: store.settings, values, clock, log: silentLog });
  const loaded = await loadFleet(createAssetsFile(settings.assetsFile), silentLog);
  await storage.open(loaded, settings.tickSeconds, Date.now);
  const alarms = async () => {
    await store.maintenance();
    const [row] = await queryDatabase<{ count: number }>(
      databaseUrl,
      "select count(*)::int as count from alarms",
    );
    return row?.count;
  };
  const set = (id: string, version: number, value: Json) =>
    store.settings.change(id, () => ({
      version: {
        ...{ id, version, value, scope: "platform", isReset: false, reason: null },
        ...{ changedAtMs: START_MS, changedBy: "local" },
      },
      audit: [],
    }));
  return { storage, follower, alarms, set };
}

test("retention holds at the next round of maintenance", { timeout: 60_000 }, async () => {
  const { storage, follower, alarms, set } = await openStore();
  await addAlarm(100);
  expect(await alarms()).toBe(1);
  await set("alarm_retention_days", 1, 50);
  await follower.read();
  expect(await alarms()).toBe(0);
  await storage.close();
});

test("nothing is removed by a default before the stored settings are read", {
  timeout: 60_000,
}, async () => {
  const first = await openStore();
  await first.set("alarm_retention_days", 1, 1_000);
  await first.storage.close();
  await addAlarm(500);
  const second = await openStore();
  expect(await second.alarms()).toBe(1);
  await second.storage.close();
});
