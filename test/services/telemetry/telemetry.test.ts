import { describe, expect, test } from "vitest";
import { FRAME_BYTES_PER_ASSET } from "../../../src/domain/telemetry/frame.ts";
import { totalsOf } from "../../../src/domain/telemetry/totals.ts";
import { createHistory } from "../../../src/services/telemetry/history.ts";
import { createTelemetry } from "../../../src/services/telemetry/telemetry.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { ASSET, DT_S, SITE, tableOf } from "../../support/tick-tables.ts";

const OTHER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";

function running(keepCount: number, ticks: number) {
  const simulator = createSimulator(tableOf({}, { id: OTHER, initialSocPct: 100 }), DT_S, 1_000);
  const telemetry = createTelemetry(simulator.latest(), keepCount);
  simulator.setSetpoint(0, 30, 0);
  for (let tick = 1_001; tick <= 1_000 + ticks; tick++)
    telemetry.publish(simulator.tick(tick, telemetry.spare(simulator.table)));
  return telemetry;
}
const past = (telemetry: ReturnType<typeof running>, id: string, limit: number, range = {}) =>
  createHistory(telemetry).samples(id, { limit, fromMs: -Infinity, untilMs: Infinity, ...range });
const ticksOf = (samples: readonly { timestampMs: number }[] | undefined) =>
  samples?.map(({ timestampMs }) => timestampMs / DT_S / 1000);

describe("telemetry", () => {
  test("has a latest sample of each asset before the first tick, and no history", async () => {
    const telemetry = running(10, 0);
    expect(telemetry.of(ASSET.id)).toMatchObject({ socMwhr: 18, currentMw: 0 });
    expect(await past(telemetry, ASSET.id, 100)).toEqual([]);
  });

  test("keeps the last ticks, newest first, and no more than it was told", async () => {
    const telemetry = running(5, 12);
    expect(ticksOf(await past(telemetry, ASSET.id, 100))).toEqual([1012, 1011, 1010, 1009, 1008]);
    expect(ticksOf(await past(telemetry, ASSET.id, 2))).toEqual([1012, 1011]);
    const range = { fromMs: 1009 * DT_S * 1000, untilMs: 1011 * DT_S * 1000 };
    expect(ticksOf(await past(telemetry, ASSET.id, 100, range))).toEqual([1010, 1009]);
    const powers = (await past(telemetry, ASSET.id, 100))?.map(({ currentMw }) => currentMw);
    expect(powers).toEqual([24, 22, 20, 18, 16]);
  });

  test("finds assets whatever the case of the id, and says undefined for an unknown one", async () => {
    const telemetry = running(5, 1);
    expect(telemetry.of(ASSET.id.toUpperCase())?.asset.id).toBe(ASSET.id);
    expect(telemetry.of(SITE.id)).toBeUndefined();
    expect(await past(telemetry, SITE.id, 1)).toBeUndefined();
    expect(telemetry.all(ASSET.id)).toBeUndefined();
  });

  test("adds up the fleet and a site", () => {
    const frame = running(5, 3).latest();
    const totals = totalsOf(frame);
    expect(totals).toMatchObject({
      assetCount: 2,
      capacityMwhr: 72,
      currentMw: 6,
      setpointMw: 30,
      chargingCount: 0,
      dischargingCount: 1,
      idleCount: 1,
    });
    expect(totals.socPct).toBeCloseTo(75, 1);
    expect(totalsOf(frame, frame.table.indexesOfSite(SITE.id))).toEqual(totals);
    expect(totalsOf(frame, [1])).toMatchObject({ assetCount: 1, capacityMwhr: 36, currentMw: 0 });
  });

  test("tells followers until they leave", () => {
    const simulator = createSimulator(tableOf({}), DT_S, 0);
    const telemetry = createTelemetry(simulator.latest(), 5);
    const seen: number[] = [];
    const leave = telemetry.follow((frame) => seen.push(frame.tick));
    telemetry.publish(simulator.tick(1));
    leave();
    telemetry.publish(simulator.tick(2));
    expect(seen).toEqual([1]);
  });

  test("keeps within its bytes as assets come and go, but never less than two frames", () => {
    const fleet = (count: number) =>
      tableOf(...Array.from({ length: count }, (_, n) => ({ id: bigAssetId(n) })));
    const simulator = createSimulator(fleet(2), DT_S, 0);
    const telemetry = createTelemetry(simulator.latest(), 8, 10 * FRAME_BYTES_PER_ASSET);
    let tick = 0;
    const sizesAfter = (count: number, ticks: number) => {
      simulator.replaceTable(fleet(count));
      for (let n = 0; n < ticks; n++)
        telemetry.publish(simulator.tick(++tick, telemetry.spare(simulator.table)));
      return telemetry.recent().map(({ table }) => table.assets.length);
    };
    expect(sizesAfter(2, 6)).toEqual([2, 2, 2, 2, 2]);
    expect(sizesAfter(5, 1)).toEqual([2, 2, 5]);
    expect(sizesAfter(5, 2)).toEqual([5, 5]);
    expect(sizesAfter(100, 3)).toEqual([100, 100]);
    expect(sizesAfter(1, 20)).toEqual(Array(8).fill(1));
  });

  test("writes over no frame that is among the recent ones, and none of another table", () => {
    const simulator = createSimulator(tableOf({}), DT_S, 0);
    const telemetry = createTelemetry(simulator.latest(), 3);
    const reportedMw = new Map<number, readonly number[]>();
    for (let tick = 1; tick <= 12; tick++) {
      if (tick % 4 === 0) simulator.replaceTable(tableOf({}, ...(tick % 8 ? [{ id: OTHER }] : [])));
      simulator.setSetpoint(0, tick, 0);
      const frame = simulator.tick(tick, telemetry.spare(simulator.table));
      expect(frame.setpointMw).toHaveLength(frame.table.assets.length);
      reportedMw.set(tick, [...frame.setpointMw]);
      telemetry.publish(frame);
      for (const it of telemetry.recent())
        expect([...it.setpointMw]).toEqual(reportedMw.get(it.tick));
    }
    expect(telemetry.recent().map(({ tick }) => tick)).toEqual([10, 11, 12]);
  });
});
