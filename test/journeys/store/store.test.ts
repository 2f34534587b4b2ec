// The composed application with a database: restarts, outages, pruning, a standby.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../../src/adapters/memory/clock.ts";
import { type Application, createApplication } from "../../../src/compose/application.ts";
import { readSettings } from "../../../src/config/settings.ts";
import { DT_MS, START_MS } from "../../support/application-under-test.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import type { Json } from "../../support/json.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { freePort } from "../../support/two-programs.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

interface Running {
  readonly url: string;
  readonly application: Application;
}

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
  directory = mkdtempSync(join(tmpdir(), "mando-store-"));
  clock = createManualClock(START_MS);
});
afterEach(async () => {
  for (const application of running) await application.stop();
  running = [];
  rmSync(directory, { recursive: true });
});

async function start(environment: Record<string, string> = {}): Promise<Running> {
  const variables = { PORT: "0", DATABASE_URL: databaseUrl, DATA: directory, ...environment };
  const read = readSettings({}, variables);
  if ("problems" in read) throw new Error(read.problems.join("; "));
  const application = await createApplication({
    settings: read.settings,
    log: silentLog,
    clock,
    version: "0.0.0",
  });
  running.push(application);
  const { url } = await application.start();
  return { url, application };
}

async function stop({ application }: Running): Promise<void> {
  running = running.filter((other) => other !== application);
  await application.stop();
}

const json = async ({ url }: Running, path: string): Promise<Json> =>
  (await fetch(url + path)).json();
const dispatch = ({ url }: Running, mw: number) =>
  fetch(`${url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: ASSET, mw }),
  });

const query = <T>(text: string) => queryDatabase<T>(databaseUrl, text);

/** Every tick of every asset once, without a gap. */
async function expectEveryTickOnce(ticks: number): Promise<void> {
  const [found] = await query<{ rows: number; gaps: number; first: Date; last: Date }>(`
    select count(*)::int as rows, min(ts) as first, max(ts) as last,
      (count(*) filter (where step <> interval '${DT_MS} milliseconds'))::int as gaps
    from (select ts, ts - lag(ts) over (partition by asset_id order by ts) as step from telemetry) t`);
  expect(found).toEqual({
    rows: 7 * ticks,
    gaps: 0,
    first: new Date(START_MS + DT_MS),
    last: new Date(START_MS + ticks * DT_MS),
  });
}

describe("an application with a database", { timeout: 60_000 }, () => {
  test("continues after a restart: SoC, power, setpoint, meters, history and dispatches", async () => {
    const first = await start();
    const accepted = (await (await dispatch(first, 5)).json()) as { id: string };
    clock.advance(10 * DT_MS);
    const before = await json(first, `/telemetry/${ASSET}`);
    await stop(first);

    const second = await start();
    expect(await json(second, `/telemetry/${ASSET}`)).toMatchObject({
      timestamp: before.timestamp,
      soc_mwhr: before.soc_mwhr,
      current_mw: 5,
      setpoint_mw: 5,
      energy_out_mwhr: before.energy_out_mwhr,
    });
    clock.advance(DT_MS);
    const after = await json(second, `/telemetry/${ASSET}`);
    expect(after).toMatchObject({ current_mw: 5, limited_by: null });
    expect(before.soc_mwhr - after.soc_mwhr).toBeCloseTo((5 * 4) / 3600 / 0.92, 12);
    const history = await json(second, `/telemetry/${ASSET}/history`);
    expect(history).toHaveLength(11);
    expect(history[1]).toEqual(before);
    expect((await json(second, "/dispatches")).dispatches[0].id).toBe(accepted.id);
    await stop(second);
    await expectEveryTickOnce(11);
  });

  test("applies the last dispatch again though no tick had seen it", async () => {
    const first = await start();
    clock.advance(DT_MS);
    await dispatch(first, -7);
    await stop(first);
    const second = await start();
    clock.advance(DT_MS);
    expect(await json(second, `/telemetry/${ASSET}`)).toMatchObject({
      setpoint_mw: -7,
      current_mw: -2,
    });
  });

  test("applies a dispatch from before the very first tick", async () => {
    const first = await start();
    await dispatch(first, 5);
    await stop(first);
    const second = await start();
    clock.advance(DT_MS);
    expect(await json(second, `/telemetry/${ASSET}`)).toMatchObject({
      setpoint_mw: 5,
      current_mw: 2,
      limited_by: "ramp",
    });
    expect((await json(second, `/telemetry/${ASSET}`)).soc_mwhr).toBeCloseTo(17.9975845411, 9);
  });

  test("does not simulate the time between stop and start", async () => {
    const first = await start();
    await dispatch(first, 5);
    clock.advance(10 * DT_MS);
    const before = await json(first, `/telemetry/${ASSET}`);
    await stop(first);
    clock.advance(1000 * DT_MS);
    const second = await start();
    expect((await json(second, `/telemetry/${ASSET}`)).soc_mwhr).toBe(before.soc_mwhr);
    clock.advance(DT_MS);
    expect(await json(second, `/telemetry/${ASSET}/history`)).toHaveLength(11);
  });

  test("stays ahead of what is stored, though the clock stands behind", async () => {
    const first = await start();
    clock.advance(10 * DT_MS);
    await stop(first);
    clock = createManualClock(START_MS);
    const second = await start();
    clock.advance(12 * DT_MS);
    expect((await json(second, `/telemetry/${ASSET}`)).timestamp).toBe(
      new Date(START_MS + 12 * DT_MS).toISOString(),
    );
    await stop(second);
    await expectEveryTickOnce(12);
  });
});

describe("assets that the file no longer names", { timeout: 60_000 }, () => {
  const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
  const idOf = (n: number) => `8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0${n}`;
  function fileOf(...numbers: number[]): string {
    const file = join(directory, "assets.yaml");
    const assets = numbers.map((n) => ({
      id: idOf(n),
      site_id: SITE,
      name: `BESS-${n}`,
      capacity_mwhr: 36,
      max_mw: 30,
      min_mw: -30,
      ramp_rate_mw_per_min: 30,
      efficiency: 0.92,
    }));
    writeFileSync(
      file,
      JSON.stringify({ sites: [{ id: SITE, name: "S", location: "L" }], assets }),
    );
    return file;
  }
  const stored = async () =>
    (await query<{ id: string }>("select id from assets order by id")).map(({ id }) => id);

  test("are pruned with their telemetry and dispatches", async () => {
    const first = await start({ ASSETS_FILE: fileOf(1, 2, 3) });
    clock.advance(2 * DT_MS);
    await dispatch(first, 1);
    await stop(first);
    await stop(await start({ ASSETS_FILE: fileOf(2, 3) }));
    expect(await stored()).toEqual([idOf(2), idOf(3)]);
    expect(await query("select distinct asset_id from telemetry order by 1")).toEqual([
      { asset_id: idOf(2) },
      { asset_id: idOf(3) },
    ]);
    expect(await query("select * from dispatches")).toEqual([]);
  });

  test("stop the start where they are more than half, unless PRUNE=1 is set", async () => {
    await stop(await start({ ASSETS_FILE: fileOf(1, 2, 3) }));
    await expect(start({ ASSETS_FILE: fileOf(3) })).rejects.toThrow(
      /2 of 3 stored assets.*PRUNE=1/,
    );
    await running.pop()?.stop();
    expect(await stored()).toHaveLength(3);
    await stop(await start({ ASSETS_FILE: fileOf(3), PRUNE: "1" }));
    expect(await stored()).toEqual([idOf(3)]);
  });

  test("are retained where the default fleet runs because the file is missing", async () => {
    const first = await start({ ASSETS_FILE: fileOf(1, 2) });
    await dispatch(first, 1);
    await stop(first);
    const other = await start({ ASSETS_FILE: join(directory, "nothing.yaml") });
    const query = encodeURIComponent("{ dispatches { nodes { asset { name } } } }");
    expect(await json(other, `/graphql?query=${query}`)).toEqual({
      data: { dispatches: { nodes: [] } },
    });
    await stop(other);
    expect(await stored()).toHaveLength(5);
  });

  test("RESET_DB=1 empties everything", async () => {
    const first = await start();
    clock.advance(5 * DT_MS);
    await dispatch(first, 5);
    await stop(first);
    const second = await start({ RESET_DB: "1" });
    expect(await json(second, `/telemetry/${ASSET}`)).toMatchObject({
      soc_mwhr: 18,
      setpoint_mw: 0,
    });
    expect(await json(second, `/telemetry/${ASSET}/history`)).toEqual([]);
    expect((await json(second, "/dispatches")).dispatches).toEqual([]);
  });
});

describe("a second server on the same database", { timeout: 60_000 }, () => {
  test("reports how much is stored, with any part of a GB as the bound", async () => {
    const first = await start();
    clock.advance(DT_MS);
    await stop(first);
    const { url } = await start({ RAW_RETENTION_GB: "0.0153" });
    const bytes = async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^mando_store_bytes\{table="telemetry"\} (\d+)$/m.exec(text)?.[1] ?? 0);
    };
    await expect.poll(bytes, { timeout: 5_000 }).toBeGreaterThan(0);
  });

  test("waits as a standby, is not ready, and takes over", async () => {
    const first = await start();
    clock.advance(3 * DT_MS);
    const port = String(await freePort());
    const read = readSettings(
      {},
      { PORT: port, DATABASE_URL: databaseUrl, DATA: join(directory, "second") },
    );
    if ("problems" in read) throw new Error();
    const standby = await createApplication({
      settings: read.settings,
      log: silentLog,
      clock,
      version: "0.0.0",
    });
    running.push(standby);
    const starting = standby.start();
    const url = `http://127.0.0.1:${port}`;
    const status = async (path: string) => (await fetch(url + path).catch(() => undefined))?.status;
    await expect.poll(() => status("/health/ready"), { timeout: 5000 }).toBe(503);
    expect(await status("/health/live")).toBe(200);
    expect(await status("/assets")).toBe(503);
    expect(await status("/graphql?query=%7B__typename%7D")).toBe(503);
    await stop(first);
    await starting;
    expect(await status("/health/ready")).toBe(200);
    clock.advance(DT_MS);
    expect(await json({ url, application: standby }, `/telemetry/${ASSET}/history`)).toHaveLength(
      4,
    );
  });
});
