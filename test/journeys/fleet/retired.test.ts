// An asset that is retired in the assets file: it runs no more, and its past stays.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../../src/adapters/memory/clock.ts";
import { type Application, createApplication } from "../../../src/compose/application.ts";
import { readSettings } from "../../../src/config/settings.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { DT_MS, START_MS } from "../../support/application-under-test.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import type { Json } from "../../support/json.ts";
import { silentLog } from "../../support/silent-log.ts";

const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const idOf = (n: number) => `8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0${n}`;
const [OLD, OTHER] = [idOf(1), idOf(2)];
const at = (tick: number) => new Date(START_MS + tick * DT_MS).toISOString();
const RANGE = `from=${at(0)}&until=${at(45)}&step_s=60`;

let directory: string;
let clock: ManualClock;
let running: Application | undefined;
let url: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-retired-"));
  clock = createManualClock(START_MS);
});
afterEach(async () => {
  await stop();
  rmSync(directory, { recursive: true });
});

/** Starts an application with two assets, the first of them retired or not. */
async function start(retired: boolean, environment: Record<string, string> = {}): Promise<void> {
  const file = join(directory, "assets.yaml");
  const assets = [OLD, OTHER].map((id, n) => ({
    id,
    site_id: SITE,
    name: `BESS-${n + 1}`,
    capacity_mwhr: 36,
    max_mw: 30,
    min_mw: -30,
    ramp_rate_mw_per_min: 30,
    efficiency: 0.92,
    ...(id === OLD && retired && { retired }),
  }));
  writeFileSync(file, JSON.stringify({ sites: [{ id: SITE, name: "S", location: "L" }], assets }));
  const read = readSettings({}, { PORT: "0", ASSETS_FILE: file, DATA: "", ...environment });
  if ("problems" in read) throw new Error(read.problems.join("; "));
  const { settings } = read;
  running = await createApplication({ settings, log: silentLog, clock, version: "0.0.0" });
  ({ url } = await running.start());
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

const json = async (path: string, init?: RequestInit): Promise<Json> =>
  (await fetch(url + path, init)).json();
const post = (path: string, body: object, accept = "application/json") =>
  json(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify(body),
  });
const dispatch = (id: string, mw: number) => post("/dispatch", { asset_id: id, mw });
const call = (query: string) => post("/graphql", { query });
const refusal = {
  code: "ASSET_RETIRED",
  message: expect.stringMatching(/^BESS-1 is retired .*history/),
};

describe("a retired asset, without a store", () => {
  beforeEach(async () => {
    await start(true);
    clock.advance(3 * DT_MS);
  });

  test("is not among those that run, but found by its id", async () => {
    const ids = (rows: { id?: string; asset_id?: string }[]) => rows.map((r) => r.id ?? r.asset_id);
    expect(ids(await json("/assets"))).toEqual([OTHER]);
    expect(ids(await json("/telemetry"))).toEqual([OTHER]);
    expect(ids(await json(`/telemetry?site_id=${SITE}`))).toEqual([OTHER]);
    expect((await json(`/sites/${SITE}`)).totals).toMatchObject({ asset_count: 1, soc_mwhr: 18 });
    expect(await json("/fleet")).toMatchObject({ asset_count: 1, capacity_mwhr: 36 });
    expect(await json(`/assets/${OLD}`)).toMatchObject({ name: "BESS-1", retired: true });
    expect(await json(`/assets/${OTHER}`)).not.toHaveProperty("retired");
    const { data } = await call(`{
      assets { totalCount nodes { id retired } }
      site(id: "${SITE}") { assets { nodes { id } } }
      asset(id: "${OLD.toUpperCase()}") { id name retired location }
      node(id: "${OLD}") { __typename id }
    }`);
    expect(data).toEqual({
      assets: { totalCount: 1, nodes: [{ id: OTHER, retired: false }] },
      site: { assets: { nodes: [{ id: OTHER }] } },
      asset: { id: OLD, name: "BESS-1", retired: true, location: "L" },
      node: { __typename: "Asset", id: OLD },
    });
  });

  test("has an empty history, in samples and in steps", async () => {
    expect(await json(`/telemetry/${OLD}/history`)).toEqual([]);
    const steps = await json(`/telemetry/${OLD}/history?${RANGE}`);
    expect(steps.map((step: { sample_count: number }) => step.sample_count)).toEqual([0, 0, 0]);
    const { data } = await call(
      `{ asset(id: "${OLD}") { samples { nodes { timestamp } } dispatches { nodes { id } } } }`,
    );
    expect(data.asset).toEqual({ samples: { nodes: [] }, dispatches: { nodes: [] } });
  });

  test("refuses by REST what only a running asset can do, with the remedy", async () => {
    const { code, message: detail } = refusal;
    expect(await json(`/telemetry/${OLD}`)).toMatchObject({ code, detail, status: 404 });
    expect(await dispatch(OLD, 5)).toMatchObject({ code, detail, status: 422, field: "asset_id" });
    expect(await json("/dispatches")).toMatchObject({ dispatches: [] });
  });

  test("refuses by GraphQL: a dispatch, the telemetry that there is not, a subscription", async () => {
    const { data } = await call(`mutation { dispatch(input: { assetId: "${OLD}", mw: 5 }) {
      ... on DispatchRefused { code message field } } }`);
    expect(data.dispatch).toEqual({ ...refusal, field: "assetId" });
    const { errors } = await call(`{ asset(id: "${OLD}") { telemetry { socPct } } }`);
    expect(errors).toMatchObject([{ extensions: { code: "ASSET_RETIRED" } }]);
    const watch = (id: string) =>
      post(
        "/graphql",
        { query: `subscription { telemetry(assetIds: ["${OTHER}", "${id}"]) { kind } }` },
        "application/json, text/event-stream;q=0.1",
      );
    for (const id of [OLD, OLD.toUpperCase()])
      expect((await watch(id)).errors).toMatchObject([
        {
          message: expect.stringContaining("BESS-1 is retired"),
          extensions: { code: "ASSET_RETIRED", argument: "assetIds" },
        },
      ]);
    expect((await watch(idOf(9))).errors).toMatchObject([
      { extensions: { code: "ASSET_UNKNOWN" } },
    ]);
  });
});

describe("an asset that is retired with a database", { timeout: 60_000 }, () => {
  let server: TestServer;
  let databaseUrl: string;
  beforeAll(async () => {
    server = await (SERVERS[0] as (typeof SERVERS)[0]).start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
  });
  const startKept = (retired: boolean, more: Record<string, string> = {}) =>
    start(retired, { DATABASE_URL: databaseUrl, DATA: directory, ...more });

  async function query(text: string): Promise<unknown[]> {
    const client = createClient(1);
    client.connect(databaseUrl);
    const rows = await client.within(10_000, (sql) => sql.unsafe(text));
    await client.close();
    return [...rows];
  }

  /** Runs both for ten ticks at 5 MW, then retires the first. */
  async function retire(more: Record<string, string> = {}) {
    await startKept(false);
    const { id } = await dispatch(OLD, 5);
    await dispatch(OTHER, 5);
    clock.advance(10 * DT_MS);
    const last = await json(`/telemetry/${OLD}`);
    const history = await json(`/telemetry/${OLD}/history`);
    await stop();
    await startKept(true, more);
    return { dispatchId: id as string, last, history };
  }

  test("is not simulated, and its past can be read, even after PRUNE=1", async () => {
    const { dispatchId, last, history } = await retire({ PRUNE: "1" });
    clock.advance(5 * DT_MS);
    expect(await json(`/telemetry/${OLD}/history`)).toEqual(history);
    expect(history).toHaveLength(10);
    expect(await json(`/telemetry/${OTHER}/history`)).toHaveLength(15);
    const steps = await json(`/telemetry/${OLD}/history?${RANGE}`);
    expect(steps.map((step: { sample_count: number }) => step.sample_count)).toEqual([10, 0, 0]);
    expect(await query("select retired from assets order by id")).toEqual([
      { retired: true },
      { retired: false },
    ]);

    const listed = await json(`/dispatches?asset_id=${OLD}`);
    expect(listed.dispatches).toMatchObject([{ id: dispatchId }]);
    expect((await json("/dispatches")).dispatches).toHaveLength(2);
    const item = `nodes { id asset { name retired } }`;
    const shown = { nodes: [{ id: dispatchId, asset: { name: "BESS-1", retired: true } }] };
    const { data, errors } = await call(`{
      asset(id: "${OLD}") {
        telemetry { timestamp socMwhr asset { id } siteId }
        samples(first: 4) { nodes { timestamp } }
        history(from: "${at(0)}", until: "${at(45)}", stepS: 60) { nodes { sampleCount } }
        dispatches { ${item} }
      }
      named: dispatches(assetIds: "${OLD.toUpperCase()}") { ${item} }
      ofSite: dispatches(siteIds: "${SITE}") { nodes { id } }
      all: dispatches { nodes { id } }
      dispatch(id: "${dispatchId}") { asset { name } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      asset: {
        telemetry: { timestamp: last.timestamp, socMwhr: last.soc_mwhr, siteId: SITE },
        samples: { nodes: [10, 9, 8, 7].map((tick) => ({ timestamp: at(tick) })) },
        history: { nodes: [{ sampleCount: 10 }, { sampleCount: 0 }, { sampleCount: 0 }] },
        dispatches: shown,
      },
      named: shown,
      dispatch: { asset: { name: "BESS-1" } },
    });
    expect([data.ofSite.nodes.length, data.all.nodes.length]).toEqual([2, 2]);
  });

  test("continues from its last state once it runs again", async () => {
    const { last } = await retire();
    clock.advance(20 * DT_MS);
    await stop();
    await startKept(false);
    expect(await json(`/telemetry/${OLD}`)).toMatchObject({
      soc_mwhr: last.soc_mwhr,
      current_mw: 5,
      // Its dispatch ended as it was retired.
      setpoint_mw: 0,
      energy_out_mwhr: last.energy_out_mwhr,
    });
    expect(await json(`/dispatches?asset_id=${OLD}`)).toMatchObject({
      dispatches: [{ status: "failed", reason: "retired" }],
    });
    clock.advance(2 * DT_MS);
    const history = await json(`/telemetry/${OLD}/history`);
    expect(history.map((row: { timestamp: string }) => row.timestamp).slice(0, 4)).toEqual(
      [32, 31, 10, 9].map(at),
    );
    expect(history[0].energy_out_mwhr).toBeGreaterThan(last.energy_out_mwhr);
    expect(await json(`/assets/${OLD}`)).not.toHaveProperty("retired");
    expect(await query("select distinct retired from assets")).toEqual([{ retired: false }]);
  });

  test("holds simulated time after what it left, though the clock stands behind", async () => {
    const { history } = await retire();
    await stop();
    clock = createManualClock(START_MS);
    for (const table of ["telemetry", "asset_states"])
      await query(`delete from ${table} where asset_id = '${OTHER}'`);
    await startKept(true);
    clock.advance(12 * DT_MS);
    expect(await json(`/telemetry/${OLD}/history`)).toEqual(history);
    const others = await json(`/telemetry/${OTHER}/history`);
    expect(others.map((row: { timestamp: string }) => row.timestamp)).toEqual([12, 11].map(at));
  });
});
