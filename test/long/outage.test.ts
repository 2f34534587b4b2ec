// The database goes away, hangs, or is killed; the fleet goes on, and nothing is lost.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import { createHouse, type House } from "../../src/compose.ts";
import { readSettings } from "../../src/config/settings.ts";
import { createClient } from "../../src/store/client.ts";
import { bigAssetId, writeBigFleet } from "../big-fleet.ts";
import { type OwnServer, startEmbedded } from "../databases.ts";
import { DT_MS, START_MS } from "../house-under-test.ts";
import { silentLog } from "../silent-log.ts";

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let clock: ManualClock;
let house: House;
let url: string;

beforeEach(async () => {
  server = await startEmbedded();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-outage-"));
  clock = createManualClock(START_MS);
}, 60_000);
afterEach(async () => {
  await house.stop();
  await server.stop();
  rmSync(directory, { recursive: true });
}, 60_000);

async function start(assetCount: number): Promise<void> {
  const variables = {
    PORT: "0",
    DATABASE_URL: databaseUrl,
    DATA: directory,
    ASSETS_FILE: writeBigFleet(directory, assetCount),
  };
  const read = readSettings({}, variables);
  if ("problems" in read) throw new Error(read.problems.join("; "));
  house = await createHouse({ settings: read.settings, log: silentLog, clock, version: "0.0.0" });
  ({ url } = await house.start());
}

/** Ticks one by one, with time between them for what is done behind. */
async function tick(count: number, pauseMs: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    clock.advance(DT_MS);
    await sleep(pauseMs);
  }
}

const status = async (path: string) =>
  ((await (await fetch(url + path)).json()) as { status: string }).status;
const dispatch = (mw: number) =>
  fetch(`${url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: bigAssetId(0), mw }),
  });

async function waiting(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
  expect(
    read("mando_spool_dropped_records_total") + read("mando_spool_unspooled_frames_total"),
  ).toBe(0);
  return read("mando_spool_records");
}

/** Every tick of every asset once, and the energy of each row the difference of its SoC. */
async function expectWhole(assetCount: number, ticks: number): Promise<void> {
  const client = createClient(1);
  client.connect(databaseUrl);
  const [found] = await client.within(
    60_000,
    (sql) => sql`
    select count(*)::int as rows, count(distinct ts)::int as instants, max(ts) as last,
      (count(*) filter (where step <> ${`${DT_MS} milliseconds`}::text::interval))::int as gaps,
      coalesce(max(abs(change + greatest(current_mw, 0) * dt_s / 3600 / 0.92 + least(current_mw, 0) * dt_s / 3600 * 0.92)), 0) as error
    from (select *, ts - lag(ts) over asset as step, soc_mwhr - lag(soc_mwhr) over asset as change
          from telemetry window asset as (partition by asset_id order by ts)) t`,
  );
  await client.close();
  expect(found).toMatchObject({
    rows: assetCount * ticks,
    instants: ticks,
    gaps: 0,
    last: new Date(START_MS + ticks * DT_MS),
  });
  expect(found?.error).toBeLessThan(1e-9);
}

describe("while the database is away", { timeout: 180_000 }, () => {
  test("10,000 assets tick on for 150 ticks, live answers go on, dispatches are refused, and nothing is lost", async () => {
    await start(10_000);
    expect((await dispatch(5)).status).toBe(202);
    await tick(5, 100);
    await server.halt();
    await tick(20, 50);
    const beforeBytes = process.memoryUsage().rss;
    await tick(130, 50);
    expect(process.memoryUsage().rss - beforeBytes).toBeLessThan(64 * 2 ** 20);

    expect(await status("/health/ready")).toBe("degraded");
    expect((await fetch(`${url}/telemetry/${bigAssetId(1)}`)).status).toBe(200);
    expect((await fetch(`${url}/telemetry/${bigAssetId(1)}/history`)).status).toBe(200);
    const refused = await dispatch(9);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ code: "STORE_AWAY" });
    expect(await waiting()).toBeGreaterThanOrEqual(150);

    await server.restart();
    const backMs = performance.now();
    await expect.poll(waiting, { timeout: 60_000, interval: 100 }).toBe(0);
    process.stderr.write(
      `drained 1.5 million rows in ${Math.round(performance.now() - backMs)} ms\n`,
    );
    await expect.poll(() => status("/health/ready")).toBe("ready");
    expect((await dispatch(7)).status).toBe(202);
    await expectWhole(10_000, 155);
  });

  test("a server that hangs is noticed by a deadline, and all goes on when it wakes", async () => {
    await start(100);
    await tick(5, 50);
    const pids = postgresPids(server.directory);
    signal("STOP", pids);
    const beganMs = performance.now();
    const answer = await dispatch(5);
    expect(answer.status).toBe(503);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    await tick(20, 20);
    await expect.poll(() => status("/health/ready"), { timeout: 20_000 }).toBe("degraded");
    signal("CONT", pids);
    await expect.poll(waiting, { timeout: 30_000, interval: 100 }).toBe(0);
    await expectWhole(100, 25);
  });

  test("killed 20 times while it is written to, it has every tick once", async () => {
    await start(2_000);
    let ticks = 0;
    for (let round = 0; round < 20; round++) {
      const busy = tick(6, 15);
      await sleep(Math.random() * 60);
      signal("KILL", postgresPids(server.directory).slice(0, 1));
      await busy;
      ticks += 6;
      await sleep(100);
      await server.halt().catch(() => {});
      await server.restart();
    }
    await expect.poll(waiting, { timeout: 60_000, interval: 100 }).toBe(0);
    await expectWhole(2_000, ticks);
  });
});

/** The postmaster of a data directory, then its children. */
function postgresPids(at: string): number[] {
  const postmaster = Number(
    readFileSync(join(at, "postgres/postmaster.pid"), "utf8").split("\n")[0],
  );
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(postmaster)], {
    encoding: "utf8",
  });
  return [postmaster, ...children.trim().split(/\s+/).map(Number)];
}

function signal(name: "STOP" | "CONT" | "KILL", pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, `SIG${name}`);
}
