// The database stops, hangs, or is killed; the fleet continues, and nothing is lost.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import { type Application, createApplication } from "../../src/compose/application.ts";
import { readSettings } from "../../src/config/settings.ts";
import { DT_MS, START_MS } from "../support/application-under-test.ts";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { OWN_SERVERS, type OwnServer } from "../support/databases.ts";
import { postgresPids, signalAll } from "../support/postgres-processes.ts";
import { postDispatch, readHealth, readMetric } from "../support/program-under-test.ts";
import { silentLog } from "../support/silent-log.ts";
import { readRows } from "../support/stored-rows.ts";

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let clock: ManualClock;
let application: Application;
let url: string;

async function begin(startServer: () => Promise<OwnServer>): Promise<void> {
  server = await startServer();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-outage-"));
  clock = createManualClock(START_MS);
}
afterEach(async () => {
  await application.stop();
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
  application = await createApplication({
    settings: read.settings,
    log: silentLog,
    clock,
    version: "0.0.0",
  });
  ({ url } = await application.start());
}

/** Ticks one by one, with time between them for what is done behind. */
async function tick(count: number, pauseMs: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    clock.advance(DT_MS);
    await sleep(pauseMs);
  }
}

const dispatch = (mw: number) => postDispatch(url, bigAssetId(0), mw);
const waiting = () => readMetric(url, "mando_spool_records");

/** Every tick of every asset once, none left out, and the energy of each row the difference of its SoC. */
async function expectWhole(assetCount: number, ticks: number): Promise<void> {
  for (const loss of ["spool_dropped_records", "spool_unspooled_frames", "ticks_skipped"])
    expect(await readMetric(url, `mando_${loss}_total`)).toBe(0);
  const found = await readRows(databaseUrl, DT_MS);
  expect(found).toMatchObject({
    rows: assetCount * ticks,
    instants: ticks,
    offGrid: 0,
    early: 0,
    gaps: 0,
    last: new Date(START_MS + ticks * DT_MS),
  });
  expect(found.error).toBeLessThan(1e-9);
}

/** Kills: many on the database that comes with the program, enough on the older one. */
const CASES = OWN_SERVERS.map((kind, n) => ({ ...kind, kills: n === 0 ? 50 : 10 }));

describe.each(CASES)("during an outage of $name", { timeout: 240_000 }, (kind) => {
  beforeEach(() => begin(kind.start), 60_000);

  test("a server that hangs is detected by a deadline, and everything continues when it resumes", async () => {
    await start(100);
    await tick(5, 50);
    const pids = postgresPids(server.directory);
    signalAll("STOP", pids);
    const beganMs = performance.now();
    const answer = await dispatch(5);
    expect(answer.status).toBe(503);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    await tick(20, 20);
    await expect.poll(() => readHealth(url), { timeout: 20_000 }).toBe("degraded");
    signalAll("CONT", pids);
    await expect.poll(waiting, { timeout: 30_000, interval: 100 }).toBe(0);
    await expectWhole(100, 25);
  });

  test(`killed ${kind.kills} times while it is written to, it has every tick once`, async () => {
    await start(2_000);
    let ticks = 0;
    let inTheMiddle = 0;
    for (let round = 0; round < kind.kills; round++) {
      const busy = tick(6, 15);
      await sleep(Math.random() * 60);
      const pids = postgresPids(server.directory);
      // The server alone, whose children may still end what they do; or all at once, in the middle of it.
      signalAll("KILL", round % 2 ? pids : pids.slice(0, 1));
      if ((await waiting()) > 0) inTheMiddle++;
      await busy;
      ticks += 6;
      await server.halt().catch(() => {});
      await server.restart();
    }
    await expect.poll(waiting, { timeout: 60_000, interval: 100 }).toBe(0);
    process.stderr.write(`${inTheMiddle} of ${kind.kills} kills came while a tick was written\n`);
    expect(inTheMiddle).toBeGreaterThan(kind.kills / 4);
    await expectWhole(2_000, ticks);
  });
});
