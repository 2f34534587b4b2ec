// A server that finds samples of the future, because the clock was ahead for a while: it waits a little, or sets them aside.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../../src/adapters/memory/clock.ts";
import { type Application, createApplication } from "../../../src/compose/application.ts";
import { readSettings } from "../../../src/config/settings.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { createRollUp } from "../../../src/store/telemetry/roll-up.ts";
import { useTimescale } from "../../../src/store/telemetry/timescale.ts";
import { createWatermarks, readWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import { DT_MS, START_MS } from "../../support/application-under-test.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import type { Json } from "../../support/json.ts";
import { readMetric } from "../../support/program-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const ASSETS = [1, 2, 3, 4].map((n) => `8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0${n}`);
const FLEET = 7;
const HOUR_MS = 3_600_000;
const text = (ms: number) => new Date(ms).toISOString();

describe.each(SERVERS)("samples of the future on $name", { timeout: 60_000 }, ({ name, start }) => {
  let server: TestServer;
  let databaseUrl: string;
  let directory: string;
  let clock: ManualClock;
  let application: Application | undefined;
  let url: string;

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-ahead-"));
  });
  afterEach(async () => {
    await application?.stop();
    application = undefined;
    rmSync(directory, { recursive: true });
  });

  /** Ends the server, and starts it with the clock at another instant. */
  async function restart(atMs: number): Promise<void> {
    await application?.stop();
    clock = createManualClock(atMs);
    const read = readSettings({}, { PORT: "0", DATABASE_URL: databaseUrl, DATA: directory });
    if ("problems" in read) throw new Error(read.problems.join("; "));
    const { settings } = read;
    application = await createApplication({ settings, log: silentLog, clock, version: "0.0.0" });
    ({ url } = await application.start());
  }
  const json = async (path: string): Promise<Json> => (await fetch(url + path)).json();
  const query = <T>(sql: string) => queryDatabase<T>(databaseUrl, sql);
  async function post(path: string, body: object): Promise<Json> {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { httpStatus: answer.status, ...(await answer.json()) };
  }
  const countFrom = async (table: string, fromMs: number) => {
    const [row] = await query<{ count: number }>(
      `select count(*)::int as count from ${table} where ts > '${text(fromMs)}'`,
    );
    return row?.count;
  };
  const stepsAt = async (fromMs: number) => {
    const range = `from=${text(fromMs)}&until=${text(fromMs + 8 * 60_000)}&step_s=60`;
    const steps: Json[] = await json(`/telemetry/${ASSETS[0]}/history?${range}`);
    return steps.map(({ sample_count }: Json) => sample_count);
  };
  /** As for a fleet so large that few minutes are summed up at once. */
  async function sumUpInSlices(): Promise<void> {
    await application?.stop();
    const client = createClient(1);
    client.connect(databaseUrl);
    const [watermarks, rate] = [createWatermarks(), { assetCount: () => 1e7, dtS: 4 }];
    const shape = await client.within(10_000, async (sql) => {
      await readWatermarks(sql, watermarks);
      return useTimescale(sql, rate, silentLog);
    });
    const rollUp = createRollUp(client, shape, watermarks, rate);
    while (await rollUp.next());
    await client.close();
  }
  const minutesUntilMs = async () => {
    const [row] = await query<{ ms: number }>(
      `select (extract(epoch from minutes_until) * 1000)::float8 as ms from history_marks`,
    );
    return row?.ms ?? 0;
  };

  test("up to a minute ahead are waited for: the end of the wait is reported, and dispatches begin then", async () => {
    await restart(START_MS + 24_000);
    clock.advance(2 * DT_MS);
    const leftMs = START_MS + 32_000;
    await restart(START_MS + 1_000);
    clock.advance(2 * DT_MS);
    expect(await json("/health/ready")).toMatchObject({
      status: "degraded",
      reasons: [
        { code: "CLOCK_AHEAD", message: expect.stringContaining("until 2026-11-20T12:00:32Z") },
      ],
    });
    expect(await readMetric(url, 'mando_health_degraded{code="CLOCK_AHEAD"}')).toBe(1);
    const given = { asset_id: ASSETS[0], mw: 5 };
    for (const body of [given, { ...given, start_at: text(START_MS + 9_000) }]) {
      expect(await post("/dispatch/preview", body)).toMatchObject({ start_at: text(leftMs) });
      expect(await post("/dispatch", body)).toMatchObject({
        httpStatus: 202,
        start_at: text(leftMs),
      });
    }
    clock.advance(leftMs + DT_MS - clock.nowMs());
    expect(await json("/health/ready")).toEqual({ status: "ready", reasons: [] });
    expect(await json(`/telemetry/${ASSETS[0]}`)).toMatchObject({
      timestamp: text(leftMs + DT_MS),
      current_mw: 2,
    });
    expect(await countFrom("telemetry_ahead", 0)).toBe(0);
  });

  test("cost no sample that is older, also once minutes are summed up and old samples are removed", async () => {
    await restart(START_MS);
    clock.advance(20 * DT_MS);
    await restart(START_MS + HOUR_MS);
    clock.advance(3 * DT_MS);
    await restart(START_MS + 20 * DT_MS);
    expect(await query("select raw_from from history_marks")).toEqual([{ raw_from: null }]);
    clock.advance(400_000);
    await restart(clock.nowMs());
    await expect.poll(minutesUntilMs).toBeGreaterThan(START_MS + 80_000);
    await application?.stop();
    application = undefined;
    const [found] = await query<{ count: number }>(
      `select count(*)::int as count from telemetry where ts <= '${text(START_MS + 20 * DT_MS)}'`,
    );
    expect(found?.count).toBe(20 * FLEET);
  });

  test("further ahead are set aside, and the fleet continues from the newest of them", async () => {
    await restart(START_MS);
    clock.advance(5 * DT_MS);
    await restart(START_MS + HOUR_MS);
    const dispatch = (n: number, more: object) =>
      post("/dispatch", { asset_id: ASSETS[n], mw: 5, ...more });
    const held = await dispatch(0, {});
    const lasting = await dispatch(1, { duration_s: 1_000 });
    const leased = await dispatch(2, { valid_for_s: 600 });
    const laterMs = START_MS + 3 * HOUR_MS;
    const later = await dispatch(3, { start_at: text(laterMs), valid_for_s: 600 });
    clock.advance(120 * DT_MS);
    const left = await json("/telemetry");
    // A start sums up minutes.
    await restart(clock.nowMs() + DT_MS);
    await expect.poll(minutesUntilMs).toBe(START_MS + HOUR_MS + 8 * 60_000);
    expect(await stepsAt(START_MS + HOUR_MS)).toEqual([14, 15, 15, 15, 15, 15, 15, 15]);
    if (name === "TimescaleDB")
      await query("select compress_chunk(chunk, true) from show_chunks('telemetry') chunk");

    // As old samples are removed, by an age that counts from the newest.
    await query(`update history_marks set raw_from = '${text(START_MS + HOUR_MS)}'`);

    const backMs = START_MS + 22_000;
    await restart(backMs);
    expect(await json("/health/ready")).toMatchObject({
      status: "degraded",
      reasons: [
        {
          code: "CLOCK_AHEAD",
          message: expect.stringContaining(`${120 * FLEET} samples lay in the future`),
        },
      ],
    });
    expect(await readMetric(url, "mando_store_ahead_samples_total")).toBe(120 * FLEET);
    expect(await countFrom("telemetry_ahead", START_MS + HOUR_MS)).toBe(120 * FLEET);
    expect(await countFrom("telemetry", START_MS + 20_000)).toBe(0);
    expect(await countFrom("totals", START_MS + 20_000)).toBe(0);
    expect(await stepsAt(START_MS + HOUR_MS)).toEqual(Array(8).fill(0));

    clock.advance(2_000);
    const now: Json[] = await json("/telemetry");
    expect(now).toHaveLength(FLEET);
    for (const [n, sample] of now.entries()) {
      expect(sample.timestamp).toBe(text(START_MS + 24_000));
      expect(sample.current_mw).toBe(left[n].current_mw);
      expect(Math.abs(sample.soc_mwhr - left[n].soc_mwhr)).toBeLessThan(0.01);
      expect(sample.energy_out_mwhr).toBeGreaterThanOrEqual(left[n].energy_out_mwhr);
    }
    expect(now[0].energy_out_mwhr).toBeGreaterThan(left[0].energy_out_mwhr);

    // 480 s had passed of the active dispatch; a waiting dispatch keeps its instants.
    const passedMs = START_MS + 20_000 - 480_000;
    const found = (it: Json) => json(`/dispatch/${it.id}`);
    expect(await found(held)).toMatchObject({ status: "active", start_at: text(passedMs) });
    expect(await found(lasting)).toMatchObject({
      status: "active",
      end_at: text(passedMs + 1_000_000),
    });
    expect(await found(leased)).toMatchObject({
      status: "active",
      lease_until: text(passedMs + 600_000),
    });
    expect(await found(later)).toMatchObject({ status: "accepted", start_at: text(laterMs) });
    clock.advance(passedMs + 600_000 + DT_MS - clock.nowMs());
    expect(await found(leased)).toMatchObject({ status: "expired" });
    clock.advance(passedMs + 1_000_000 + DT_MS - clock.nowMs());
    expect(await found(lasting)).toMatchObject({ status: "completed" });

    const leftAgain = await json("/telemetry");
    await restart(clock.nowMs() + DT_MS);
    await expect.poll(minutesUntilMs).toBe(Math.floor(clock.nowMs() / 60_000) * 60_000);
    for (const [n, { soc_mwhr }] of (await json("/telemetry")).entries())
      expect(soc_mwhr).toBe(leftAgain[n].soc_mwhr);

    // No server ran when those of the future would have been: no minute of them comes back.
    await restart(START_MS + 2 * HOUR_MS);
    clock.advance(120 * DT_MS);
    await sumUpInSlices();
    await restart(clock.nowMs() + DT_MS);
    await expect.poll(minutesUntilMs).toBe(START_MS + 2 * HOUR_MS + 5 * 60_000);
    expect(await stepsAt(START_MS + HOUR_MS)).toEqual(Array(8).fill(0));
    expect(await countFrom("telemetry", START_MS + 20_000)).toBeGreaterThan(200 * FLEET);
    expect(await stepsAt(START_MS + 2 * HOUR_MS)).toEqual([14, 15, 15, 15, 15, 15, 15, 15]);
  });
});
