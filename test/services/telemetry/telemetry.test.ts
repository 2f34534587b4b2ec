import { describe, expect, test } from "vitest";
import { FRAME_BYTES_PER_ASSET } from "../../../src/domain/telemetry/frame.ts";
import { totalsOf } from "../../../src/domain/telemetry/totals.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { kernelUnderTest, runTick } from "../../support/kernel-under-test.ts";
import { ASSET, DT_S, SITE, tableOf } from "../../support/tick-tables.ts";

const OTHER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";

function running(recentFrames: number, ticks: number) {
  const table = tableOf({}, { id: OTHER, initialSocPct: 100 });
  const kernel = kernelUnderTest({ table, recentFrames });
  kernel.simulator.setSetpoint(0, 30, 0);
  for (let n = 0; n < ticks; n++) runTick(kernel);
  const { telemetry, history } = kernel;
  const past = (id: string, limit: number, range = {}) =>
    history.samples(id, { limit, fromMs: -Infinity, untilMs: Infinity, ...range });
  return { telemetry, past };
}
const ticksOf = (samples: readonly { timestampMs: number }[] | undefined) =>
  samples?.map(({ timestampMs }) => timestampMs / DT_S / 1000);

describe("telemetry", () => {
  test("has a latest sample of each asset before the first tick, and no history", async () => {
    const { telemetry, past } = running(10, 0);
    expect(telemetry.of(ASSET.id)).toMatchObject({ socMwhr: 18, currentMw: 0 });
    expect(await past(ASSET.id, 100)).toEqual([]);
  });

  test("retains the last ticks, newest first, up to its bound", async () => {
    const { past } = running(5, 12);
    expect(ticksOf(await past(ASSET.id, 100))).toEqual([1012, 1011, 1010, 1009, 1008]);
    expect(ticksOf(await past(ASSET.id, 2))).toEqual([1012, 1011]);
    const range = { fromMs: 1009 * DT_S * 1000, untilMs: 1011 * DT_S * 1000 };
    expect(ticksOf(await past(ASSET.id, 100, range))).toEqual([1010, 1009]);
    const powers = (await past(ASSET.id, 100))?.map(({ currentMw }) => currentMw);
    expect(powers).toEqual([24, 22, 20, 18, 16]);
  });

  test("finds assets by an id in either case, and returns undefined for an unknown one", async () => {
    const { telemetry, past } = running(5, 1);
    expect(telemetry.of(ASSET.id.toUpperCase())?.asset.id).toBe(ASSET.id);
    expect(telemetry.of(SITE.id)).toBeUndefined();
    expect(await past(SITE.id, 1)).toBeUndefined();
    expect(telemetry.all(ASSET.id)).toBeUndefined();
  });

  test("adds up the fleet and a site", () => {
    const frame = running(5, 3).telemetry.latest();
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

  test("calls followers until they leave", () => {
    const kernel = kernelUnderTest({ startTick: 0 });
    const seen: number[] = [];
    const leave = kernel.telemetry.follow((frame) => seen.push(frame.tick));
    runTick(kernel);
    leave();
    runTick(kernel);
    expect(seen).toEqual([1]);
  });

  test("stays within its bytes as assets come and go, but retains at least two frames", () => {
    const fleet = (count: number) =>
      tableOf(...Array.from({ length: count }, (_, n) => ({ id: bigAssetId(n) })));
    const recentBytes = 10 * FRAME_BYTES_PER_ASSET;
    const kernel = kernelUnderTest({ table: fleet(2), recentFrames: 8, recentBytes });
    const sizesAfter = (count: number, ticks: number) => {
      kernel.simulator.replaceTable(fleet(count));
      for (let n = 0; n < ticks; n++) runTick(kernel);
      return kernel.telemetry.recent().map(({ table }) => table.assets.length);
    };
    expect(sizesAfter(2, 6)).toEqual([2, 2, 2, 2, 2]);
    expect(sizesAfter(5, 1)).toEqual([2, 2, 5]);
    expect(sizesAfter(5, 2)).toEqual([5, 5]);
    expect(sizesAfter(100, 3)).toEqual([100, 100]);
    expect(sizesAfter(1, 20)).toEqual(Array(8).fill(1));
  });

  test("writes over no frame that is among the recent ones, and none of another table", () => {
    const { simulator, telemetry } = kernelUnderTest({ startTick: 0, recentFrames: 3 });
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
