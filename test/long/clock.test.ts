// The clock of the machine is set, and the program is frozen: the grid stays, and no row is swallowed.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../src/adapters/system/clock.ts";
import { createHouse, type House } from "../../src/compose.ts";
import { readSettings } from "../../src/config/settings.ts";
import { bigAssetId, writeBigFleet } from "../big-fleet.ts";
import { SERVERS, type TestServer } from "../databases.ts";
import { endPrograms, postDispatch, readMetric, runProgram } from "../program-under-test.ts";
import { silentLog } from "../silent-log.ts";
import { readRows } from "../stored-rows.ts";

const ASSETS = 20;
const DT_MS = 100;
const HOUR_MS = 3_600_000;

describe.each(SERVERS)("on $name", { timeout: 60_000 }, (kind) => {
  let server: TestServer;
  let databaseUrl: string;
  let directory: string;
  let variables: Record<string, string>;
  let house: House | undefined;

  beforeAll(async () => {
    server = await kind.start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-clock-"));
    variables = {
      PORT: "0",
      TICK_SECONDS: String(DT_MS / 1000),
      ASSETS_FILE: writeBigFleet(directory, ASSETS),
      DATA: directory,
      DATABASE_URL: databaseUrl,
    };
  });
  afterEach(async () => {
    endPrograms();
    await house?.stop();
    house = undefined;
    rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
  });

  /** What is stored is what was ticked, but for a tick after the count. */
  async function expectNoneSwallowed(ticks: number, gaps: number): Promise<void> {
    const found = await readRows(databaseUrl, DT_MS);
    expect(found).toMatchObject({
      rows: ASSETS * found.instants,
      offGrid: 0,
      early: 0,
      gaps: ASSETS * gaps,
    });
    expect(found.instants - ticks).toBeGreaterThanOrEqual(0);
    expect(found.instants - ticks).toBeLessThanOrEqual(1);
    expect(found.error).toBeLessThan(1e-9);
  }

  test("a machine clock that is set by hours, both ways, costs the skipped ticks and no row", async () => {
    let aheadMs = 0;
    const clock = createSystemClock({
      wallMs: () => Date.now() + aheadMs,
      monotonicMs: () => performance.now(),
    });
    const read = readSettings({}, variables);
    if ("problems" in read) throw new Error(read.problems.join("; "));
    house = await createHouse({ settings: read.settings, log: silentLog, clock, version: "0.0.0" });
    const { url } = await house.start();
    await postDispatch(url, bigAssetId(0), 20);
    let ticks = 0;
    for (const step of [0, HOUR_MS, -HOUR_MS, -HOUR_MS, -1000, HOUR_MS]) {
      aheadMs += step;
      await sleep(1_000);
      const now = await readMetric(url, "mando_ticks_total");
      expect(now - ticks).toBeGreaterThanOrEqual(5);
      expect(now - ticks).toBeLessThanOrEqual(12);
      ticks = now;
    }
    const skipped = await readMetric(url, "mando_ticks_skipped_total");
    expect(Math.abs(skipped - HOUR_MS / DT_MS)).toBeLessThan(5);
    ticks = await readMetric(url, "mando_ticks_total");
    await house.stop();
    house = undefined;
    await expectNoneSwallowed(ticks, 1);
  });

  test("a program that is frozen catches up a short while, skips a long one, and counts it", async () => {
    const { child, url: starting } = runProgram(variables);
    const url = await starting;
    await postDispatch(url, bigAssetId(0), 20);
    const freeze = async (ms: number) => {
      child.kill("SIGSTOP");
      await sleep(ms);
      child.kill("SIGCONT");
      await sleep(500);
      return readMetric(url, "mando_ticks_skipped_total");
    };
    await sleep(500);
    expect(await freeze(800)).toBe(0);
    // Longer than the program waits for its database: what it asked before has expired when it wakes.
    const frozenMs = 12_000;
    const skipped = await freeze(frozenMs);
    expect(Math.abs(skipped - frozenMs / DT_MS)).toBeLessThan(10);
    expect((await postDispatch(url, bigAssetId(0), 5)).status).toBe(202);
    await sleep(500);
    const ticks = await readMetric(url, "mando_ticks_total");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await expectNoneSwallowed(ticks, 1);
  });
});
