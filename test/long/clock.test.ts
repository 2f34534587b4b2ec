// The clock of the machine is set, and the program is frozen: the grid stays, and no row is swallowed.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../src/adapters/system/clock.ts";
import { type Application, createApplication } from "../../src/compose/application.ts";
import { readSettings } from "../../src/config/settings.ts";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { SERVERS, type TestServer } from "../support/databases.ts";
import type { Json } from "../support/json.ts";
import {
  endPrograms,
  postDispatch,
  readMetric,
  runProgram,
} from "../support/program-under-test.ts";
import { silentLog } from "../support/silent-log.ts";
import { readRows } from "../support/stored-rows.ts";

const ASSETS = 20;
const DT_MS = 100;
const HOUR_MS = 3_600_000;

describe.each(SERVERS)("on $name", { timeout: 60_000 }, (kind) => {
  let server: TestServer;
  let databaseUrl: string;
  let directory: string;
  let variables: Record<string, string>;
  let application: Application | undefined;

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
    await application?.stop();
    application = undefined;
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
      systemMs: () => Date.now() + aheadMs,
      monotonicMs: () => performance.now(),
    });
    const read = readSettings({}, variables);
    if ("problems" in read) throw new Error(read.problems.join("; "));
    application = await createApplication({
      settings: read.settings,
      log: silentLog,
      clock,
      version: "0.0.0",
    });
    const { url } = await application.start();
    await postDispatch(url, bigAssetId(0), 20);
    const skipped = () => readMetric(url, "mando_ticks_skipped_total");
    /** Ticks while time passes, by the clock of the fleet and by that of the machine, in ms. */
    async function pass(ms: number) {
      const began = [
        await readMetric(url, "mando_ticks_total"),
        clock.nowMs(),
        Date.now(),
      ] as const;
      await sleep(ms);
      const ticks = (await readMetric(url, "mando_ticks_total")) - began[0];
      const [oursMs, machineMs] = [clock.nowMs() - began[1], Date.now() - began[2]];
      expect(Math.abs(ticks * DT_MS - oursMs)).toBeLessThan(5 * DT_MS);
      return { ratio: oursMs / machineMs };
    }
    const reasons = async (): Promise<string[]> => {
      const { reasons } = (await (await fetch(`${url}/health/ready`)).json()) as Json;
      return reasons.map(({ code, message }: Json) => `${code} ${message}`);
    };
    expect((await pass(1_000)).ratio).toBeCloseTo(1, 1);
    // What is undone at once changes nothing.
    for (const step of [HOUR_MS, -HOUR_MS]) {
      aheadMs += step;
      expect((await pass(1_000)).ratio).toBeCloseTo(1, 1);
    }
    expect(await skipped()).toBe(0);
    expect(await reasons()).toEqual([]);
    // What lasts is followed.
    aheadMs += HOUR_MS;
    expect((await pass(2_000)).ratio).toBeCloseTo(1, 1);
    await expect.poll(skipped, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(Math.abs((await skipped()) - HOUR_MS / DT_MS)).toBeLessThan(100);
    expect((await pass(1_000)).ratio).toBeCloseTo(1, 1);
    // Where that is undone later, ours runs at half speed, and reports until when.
    aheadMs -= HOUR_MS;
    const untilMs = Date.now() + 2 * HOUR_MS;
    expect((await pass(2_000)).ratio).toBeCloseTo(0.5, 1);
    const [, ahead = ""] = await reasons();
    expect(ahead).toMatch(
      /^CLOCK_AHEAD .*ahead of that of the machine, by \d+ s.*half speed until/,
    );
    const [, until = ""] = /until (\S+Z)/.exec(ahead) ?? [];
    expect(Math.abs(Date.parse(until) - untilMs)).toBeLessThan(10_000);
    // Set forward again the machine agrees at once, and no tick is skipped.
    const before = await skipped();
    aheadMs += HOUR_MS;
    await expect.poll(reasons, { timeout: 20_000 }).toHaveLength(1);
    expect((await pass(1_000)).ratio).toBeCloseTo(1, 1);
    expect((await skipped()) - before).toBeLessThan(30);
    const ticks = await readMetric(url, "mando_ticks_total");
    const gaps = (await skipped()) > before ? 2 : 1;
    await application.stop();
    application = undefined;
    await expectNoneSwallowed(ticks, gaps);
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
    // Longer than the program waits for its database: earlier queries have expired when it resumes.
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
