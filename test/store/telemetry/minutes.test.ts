// Minutes stand for samples: whatever is stored late, removed or pruned, both give the same history.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFleetTable, type FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { Frame } from "../../../src/domain/telemetry/frame.ts";
import {
  type HistoryStep,
  type Scope,
  stepStartMs,
} from "../../../src/domain/telemetry/history.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, givenOf, SITE } from "../../support/tick-tables.ts";

const DT_S = 20;
const DAY_S = 24 * 3600;
const START = Date.UTC(2026, 7, 6) / 1000 / DT_S;
/** Two hours on each of three days, as far apart as chunks are wide and more. */
const BLOCK_TICKS = (2 * 3600) / DT_S;
const BLOCK_DAYS = [0, 14, 28];
const idOf = (n: number) => `8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0${n}`;
const SITES = [SITE, { ...SITE, id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c09" }];
const tableOfCount = (count: number) =>
  createFleetTable(
    SITES,
    Array.from({ length: count }, (_, n) => ({
      ...ASSET,
      id: idOf(n + 1),
      dataPath: `Asset/${n + 1}`,
      siteId: (SITES[n % 2] as typeof SITE).id,
      initialSocPct: 20 * n,
    })),
  );
const TABLE = tableOfCount(4);
const BLOCKS = blocks(TABLE);
const SCOPES: readonly Scope[] = [
  { kind: "asset", id: idOf(2) },
  { kind: "site", id: SITE.id },
  { kind: "fleet" },
];
const dayMs = (day: number) => START * DT_S * 1000 + day * DAY_S * 1000;

function blocks(table: FleetTable): Frame[][] {
  const simulator = createSimulator(table, DT_S, START);
  let seed = 1;
  return BLOCK_DAYS.map((day) =>
    Array.from({ length: BLOCK_TICKS }, (_, n) => {
      seed = (seed * 16_807) % 2_147_483_647;
      simulator.setSetpoint(seed % 4, (seed % 61) - 30, 0);
      return simulator.tick(START + (day * DAY_S) / DT_S + n + 1);
    }),
  );
}

/** The same history from frames in memory, where there are no minutes. */
function expected(frames: readonly Frame[], scope: Scope, day: number, stepS: number) {
  const recentFrames = frames.length + 1;
  const kernel = kernelUnderTest({ table: TABLE, dtS: DT_S, startTick: START, recentFrames });
  for (const frame of frames) kernel.telemetry.publish(frame);
  return kernel.history.steps(scope, rangeOf(day, stepS));
}

const rangeOf = (day: number, stepS: number) => ({
  fromMs: stepStartMs(dayMs(day), stepS),
  untilMs: dayMs(day) + 2.2 * 3600 * 1000,
  stepS,
});

/** To the last digit: sums are taken in one order, wherever they are taken. */
function expectEqual(found: readonly HistoryStep[], wanted: readonly HistoryStep[]): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((step, n) => {
    expect(JSON.stringify(step)).toBe(JSON.stringify(wanted[n]));
  });
}

describe.each(SERVERS)("history in minutes on $name", { timeout: 120_000 }, ({ name, start }) => {
  const isTimescale = name === "TimescaleDB";
  let server: TestServer;
  let url: string;
  let directory: string;
  let store: Store;

  const open = async (table: FleetTable, retention = KEEP_ALL) => {
    store = createStore(
      { directory, spoolBytes: 2 ** 26, reset: false, mayPrune: true, retention },
      silentLog,
    );
    await store.open(url, { given: givenOf(table), origin: "file", dtS: DT_S, nowMs: Date.now });
  };
  const keep = async (frames: readonly Frame[]) => {
    for (const frame of frames) store.keep(frame);
    await store.flush();
  };
  const countRows = async (table: string) => {
    const text = `select count(*)::int as count from ${table}`;
    return (await queryDatabase<{ count: number }>(url, text))[0]?.count;
  };
  /** As compressed as samples may be when an outage is drained. */
  const compress = () =>
    queryDatabase(url, "select compress_chunk(c, true) from show_chunks('telemetry') c");
  /** Compares steps of whole minutes on one day, for every scope. */
  const expectDay = async (block: number, scopes = SCOPES) => {
    const day = BLOCK_DAYS[block] as number;
    for (const scope of scopes)
      for (const stepS of [60, 300, 3600, DAY_S])
        expectEqual(
          await store.telemetry.steps(scope, rangeOf(day, stepS)),
          await expected(BLOCKS[block] as Frame[], scope, day, stepS),
        );
  };

  beforeAll(async () => {
    server = await start();
    url = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-minutes-"));
    await open(TABLE);
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  test("agrees with the samples, across the seam between both too", async () => {
    await keep(BLOCKS[1] as Frame[]);
    await expectDay(1);
    await store.maintenance();
    expect(store.usage()?.minutesUntilMs).toBe(dayMs(14) + 2 * 3600 * 1000);
    await expectDay(1);
    expect(await countRows("telemetry_1m")).toBe(4 * 120);
    await keep(BLOCKS[2] as Frame[]);
    await expectDay(2);
  });

  test("accepts late rows at once", async () => {
    await store.maintenance();
    if (isTimescale) await compress();
    await keep((BLOCKS[0] as Frame[]).slice(100));
    await keep((BLOCKS[0] as Frame[]).slice(0, 150));
    for (let again = 0; again < 2; again++) {
      for (const block of [0, 1, 2]) await expectDay(block);
      await store.maintenance();
    }
    expect(await countRows("telemetry")).toBe(3 * 4 * BLOCK_TICKS);
    if (isTimescale) await compress();
    await keep((BLOCKS[1] as Frame[]).slice(0, 50));
    expect(await countRows("telemetry")).toBe(3 * 4 * BLOCK_TICKS);
  });

  test("outlives the samples that are removed for their age", async () => {
    await store.close();
    await open(TABLE, { ...KEEP_ALL, rawDays: 20 });
    await store.maintenance();
    expect(store.usage()?.rawFromMs).toBe(dayMs(8) + 2 * 3600 * 1000);
    const samples = (day: number) =>
      store.telemetry.samples(idOf(1), {
        limit: 10,
        fromMs: dayMs(day),
        untilMs: dayMs(day + 1),
      });
    expect(await samples(0)).toEqual([]);
    expect((await samples(14)).length).toBe(10);
    // Rows older than every stored sample do not replace their minutes.
    await keep((BLOCKS[0] as Frame[]).slice(0, 10));
    await store.maintenance();
    for (const block of [0, 1, 2]) await expectDay(block);
  });

  test("goes with its assets, and stays with the others and with their site", async () => {
    await store.close();
    await open(tableOfCount(3), { ...KEEP_ALL, rawDays: 20 });
    await store.maintenance();
    const gone = await store.telemetry.steps({ kind: "asset", id: idOf(4) }, rangeOf(14, 60));
    expect(gone.every(({ sampleCount }) => sampleCount === 0)).toBe(true);
    for (const block of [0, 1, 2]) await expectDay(block);
  });

  test("is bounded in bytes of samples and in days of minutes", async () => {
    await store.close();
    // Nearly as many rows fit as one block had; a chunk is dropped when it does not fit.
    const rawBytes = isTimescale ? 1 : 4 * (BLOCK_TICKS - 5) * 230;
    await open(tableOfCount(3), { ...KEEP_ALL, rawBytes, minuteDays: 20 });
    await store.maintenance();
    const [left] = await queryDatabase<{ oldest: Date }>(
      url,
      "select min(ts) as oldest from telemetry",
    );
    expect(left?.oldest.getTime()).toBeGreaterThanOrEqual(dayMs(28));
    expect(await countRows("telemetry")).toBeGreaterThan(2.9 * BLOCK_TICKS);
    await expectDay(1);
    await expectDay(2);
    // Chunks of minutes are dropped whole, and there is one.
    const [old] = await store.telemetry.steps({ kind: "fleet" }, rangeOf(0, DAY_S));
    expect(old?.sampleCount).toBe(isTimescale ? BLOCK_TICKS : 0);
    expect(store.usage()?.bytes.telemetry).toBeGreaterThan(0);
  });
});
