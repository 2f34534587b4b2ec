// A tick that takes longer than a tick may, in real time, with a database behind it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemChance } from "../../src/adapters/system/chance.ts";
import { createSystemClock } from "../../src/adapters/system/clock.ts";
import { healthRoutes } from "../../src/api/rest/health/health.ts";
import { createKernel } from "../../src/compose/kernel.ts";
import { kernelStoresOf } from "../../src/compose/storage.ts";
import { createAssetsFile } from "../../src/config/fleet.ts";
import type { Health } from "../../src/services/health/health.ts";
import type { Ticker } from "../../src/services/telemetry/ticker.ts";
import { createStore, type Store } from "../../src/store/store.ts";
import { SERVERS, type TestServer } from "../support/databases.ts";
import { KEEP_ALL } from "../support/keep-all.ts";
import { silentLog } from "../support/silent-log.ts";
import { readRows } from "../support/stored-rows.ts";
import { givenOf, tableOf } from "../support/tick-tables.ts";

/** On a busy machine. */
const SOON = { timeout: 20_000, interval: 20 };
const DT_S = 0.2;
const DT_MS = DT_S * 1000;

describe.each(SERVERS)("slow ticks on $name", { timeout: 60_000 }, (kind) => {
  let server: TestServer;
  let databaseUrl: string;
  let directory: string;
  let store: Store;
  let ticker: Ticker;
  let health: Health;
  /** How long the next ticks take, in ms; the rest take no time. */
  const slowMs: number[] = [];
  let latenessS = 0;
  /** How many ticks were under way at once, at most. */
  let atOnce = 0;
  /** At the begin of each tick: how many were late in a row up to it, and whether health reports it. */
  const begun: { readonly late: number; readonly isDegraded: boolean }[] = [];

  beforeAll(async () => {
    server = await kind.start();
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-overrun-"));
    store = createStore(
      { directory, spoolBytes: 2 ** 26, reset: false, mayPrune: false, retention: KEEP_ALL },
      silentLog,
    );
    const clock = createSystemClock();
    const table = tableOf({});
    await store.open(databaseUrl, {
      given: givenOf(table),
      origin: "file",
      dtS: DT_S,
      nowMs: Date.now,
    });
    const kernel = createKernel({
      ...{ clock, chance: systemChance, log: silentLog, dtS: DT_S },
      loaded: { table, origin: "file" },
      file: createAssetsFile("missing.yaml"),
      stores: kernelStoresOf(store),
      limits: { recentFrames: 100, mayPrune: false },
    });
    const { simulator, telemetry } = kernel;
    ({ ticker, health } = kernel);
    let underWay = 0;
    telemetry.follow((frame) => {
      atOnce = Math.max(atOnce, ++underWay);
      const untilMs = performance.now() + (slowMs.shift() ?? 0);
      while (performance.now() < untilMs);
      store.keep(frame);
      underWay--;
    });
    simulator.setSetpoint(0, 25, clock.nowMs());
    ticker.onTick((lateS) => {
      latenessS = lateS;
      const isDegraded = health.reasons().some(({ code }) => code === "TICKS_LATE");
      begun.push({ late: ticker.stats().overrunsInARow, isDegraded });
    });
    ticker.start();
  }, 60_000);
  afterAll(async () => {
    ticker?.stop();
    await store?.close();
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  async function readHealth(): Promise<string[]> {
    const answer = await healthRoutes({ isReady: () => true, health }).hono.request(
      "/health/ready",
    );
    expect(answer.status).toBe(200);
    const { reasons } = (await answer.json()) as { reasons: { code: string }[] };
    return reasons.map(({ code }) => code);
  }

  /** Makes the next ticks slow, and resolves once they and one more have begun. How many of all were late meanwhile. */
  async function slow(...ms: number[]): Promise<number> {
    const before = ticker.stats().overruns;
    slowMs.push(...ms);
    await expect.poll(() => slowMs.length, SOON).toBe(0);
    const ticks = begun.length;
    await expect.poll(() => begun.length, SOON).toBeGreaterThan(ticks);
    return ticker.stats().overruns - before;
  }

  test("are counted, degrade the health after three in a row, and move no instant", async () => {
    await expect.poll(() => begun.length, SOON).toBeGreaterThan(3);
    // A busy machine makes others late too: at least those that were made late are counted.
    expect(await slow(1.5 * DT_MS)).toBeGreaterThanOrEqual(1);
    // So slow that the tick after it should have ended: it is caught up, and late too.
    expect(await slow(2.5 * DT_MS)).toBeGreaterThanOrEqual(2);
    expect(await slow(...Array(3).fill(1.1 * DT_MS))).toBeGreaterThanOrEqual(3);
    expect(Math.max(...begun.map(({ late }) => late))).toBeGreaterThanOrEqual(3);

    // Until one is in time again; late then by what a timer is late, not by what was slow before.
    await expect.poll(() => ticker.stats().overrunsInARow, SOON).toBe(0);
    await expect.poll(readHealth, SOON).not.toContain("TICKS_LATE");
    await expect.poll(() => latenessS, SOON).toBeLessThan(DT_S / 2);
    for (const { late, isDegraded } of begun) expect(isDegraded).toBe(late >= 3);
    expect(begun.some(({ isDegraded }) => isDegraded)).toBe(true);
    expect(atOnce).toBe(1);
    ticker.stop();
    const { ticks, skipped } = ticker.stats();
    await store.flush();
    const found = await readRows(databaseUrl, DT_MS);
    expect(found).toMatchObject({ rows: ticks, instants: ticks, offGrid: 0, early: 0 });
    const instants = (found.last.getTime() - found.first.getTime()) / DT_MS + 1;
    expect(instants).toBe(ticks + skipped);
    expect(found.error).toBeLessThan(1e-9);
  });
});
