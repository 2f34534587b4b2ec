import { describe, expect, test } from "vitest";
import { LIMIT } from "../../../../src/domain/battery/limit.ts";
import { availabilityOf } from "../../../../src/domain/battery/linear/availability.ts";
import { batteryLimits, stepBattery } from "../../../../src/domain/battery/linear/law.ts";
import {
  availabilityAt,
  availabilityOfSample,
  availableOf,
} from "../../../../src/domain/telemetry/availability.ts";
import { telemetryAt } from "../../../../src/domain/telemetry/frame.ts";
import { createSimulator } from "../../../../src/simulator/simulator.ts";
import fc from "../../../support/fast-check.ts";
import { anyState } from "../../../support/random-asset.ts";
import { ASSET, DT_S, tableOf } from "../../../support/tick-tables.ts";

const limits = batteryLimits(ASSET, DT_S);

describe("what an asset could deliver", () => {
  test("is its rating while energy lasts, and says for how long", () => {
    expect(availabilityOf(limits, 18, DT_S)).toEqual({
      minMw: -30,
      maxMw: 30,
      chargeDurationS: (18 / 0.92 / 30) * 3600,
      dischargeDurationS: ((18 * 0.92) / 30) * 3600,
    });
  });

  test("is what is left in the last tick, and lasts for that", () => {
    const { maxMw, dischargeDurationS } = availabilityOf(limits, 0.013768115942, DT_S);
    expect(maxMw).toBeCloseTo(11.4, 9);
    expect(dischargeDurationS).toBeCloseTo(4, 9);
  });

  test("is 0 MW for ever where it is empty or full", () => {
    expect(availabilityOf(limits, 0, DT_S)).toMatchObject({ maxMw: 0, dischargeDurationS: null });
    expect(availabilityOf(limits, 36, DT_S)).toMatchObject({ minMw: 0, chargeDurationS: null });
    expect(Object.is(availabilityOf(limits, 36, DT_S).minMw, 0)).toBe(true);
  });

  test("whatever the asset: the law gives exactly that without a ramp, no more, and for so long", () => {
    fc.assert(
      fc.property(anyState, fc.constantFrom(1, 4, 60, 900), ({ asset, socMwhr }, dtS) => {
        const free = { ...batteryLimits(asset, dtS), rampStepMw: Infinity };
        const { minMw, maxMw, chargeDurationS, dischargeDurationS } = availabilityOf(
          free,
          socMwhr,
          dtS,
        );
        expect(minMw).toBeLessThanOrEqual(0);
        expect(maxMw).toBeGreaterThanOrEqual(0);
        expect(stepBattery(free, socMwhr, 0, 1e6, dtS).powerMw).toBe(maxMw);
        expect(stepBattery(free, socMwhr, 0, -1e6, dtS).powerMw).toBe(minMw);
        for (const [mw, lastsS] of [
          [minMw, chargeDurationS],
          [maxMw, dischargeDurationS],
        ] as const) {
          if (lastsS === null) {
            expect(mw).toBe(0);
            continue;
          }
          const ticks = lastsS / dtS;
          if (ticks > 2000) continue;
          let state = { socMwhr, powerMw: 0, limit: LIMIT.NONE as number };
          for (let n = 0; n < Math.floor(ticks - 1e-6); n++) {
            state = stepBattery(free, state.socMwhr, state.powerMw, mw, dtS);
            expect(state.limit).toBe(LIMIT.NONE);
          }
          for (let n = 0; n < 2; n++)
            state = stepBattery(free, state.socMwhr, state.powerMw, mw, dtS);
          expect(state.limit).toBe(LIMIT.ENERGY);
        }
      }),
    );
  });

  test("is known of a sample, by the rating of that time", () => {
    const frame = createSimulator(tableOf({ socMinRatio: 0.1 }), DT_S, 0).latest();
    const sample = telemetryAt(frame, 0);
    expect(availabilityOfSample(sample)).toEqual(availabilityAt(frame, 0));
    const smaller = availabilityOfSample({ ...sample, maxMw: 15 });
    expect(smaller).toMatchObject({ minMw: -30, maxMw: 15 });
    expect(smaller.dischargeDurationS).toBeCloseTo((0.4 * 36 * 0.92 * 3600) / 15, 9);
  });

  test("adds up over a frame", () => {
    const table = tableOf(
      {},
      { id: "b", initialSocPct: 0 },
      { id: "c", socMaxRatio: 0.5 },
      { id: "d", socMinRatio: 0.5 },
    );
    const frame = createSimulator(table, DT_S, 0).latest();
    const rows = table.assets.map((_, index) => availabilityAt(frame, index));
    expect(rows.map(({ minMw, maxMw }) => [minMw, maxMw])).toEqual([
      [-30, 30],
      [-30, 0],
      [0, 30],
      [-30, 0],
    ]);
    expect(availableOf(frame)).toEqual({ minMw: -90, maxMw: 60 });
    expect(availableOf(frame, [1, 2])).toEqual({ minMw: -30, maxMw: 30 });
  });
});
