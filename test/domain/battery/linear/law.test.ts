import { describe, expect, test } from "vitest";
import { LIMIT } from "../../../../src/domain/battery/limit.ts";
import { type BatteryLimits, stepBattery } from "../../../../src/domain/battery/linear/law.ts";
import { statusOf } from "../../../../src/domain/telemetry/frame.ts";
import fc from "../../../support/fast-check.ts";
import { DT_S, TICK_TABLES } from "../../../support/tick-tables.ts";

const LIMITS: BatteryLimits = {
  rampStepMw: 2,
  minMw: -30,
  maxMw: 30,
  floorMwhr: 0,
  ceilingMwhr: 36,
  efficiency: 0.92,
};

describe("the law", () => {
  test.each(TICK_TABLES)("gives table $name", ({ socMwhr, powerMw, rows }) => {
    let state = { socMwhr, powerMw };
    for (const row of rows) {
      const step = stepBattery(LIMITS, state.socMwhr, state.powerMw, row.setpointMw, DT_S);
      const limit =
        row.limitedBy === null ? LIMIT.NONE : LIMIT[row.limitedBy.toUpperCase() as "RAMP"];
      expect(step.powerMw).toBeCloseTo(row.powerMw, 9);
      expect(step.socMwhr).toBeCloseTo(row.socMwhr, 10);
      expect(step.limit).toBe(limit);
      expect(statusOf(step.powerMw, LIMITS.minMw, LIMITS.maxMw)).toBe(row.status);
      state = step;
    }
  });

  test("lands exactly on its bounds", () => {
    expect(stepBattery(LIMITS, 0.0137681, 30, 30, DT_S).socMwhr).toBe(0);
    expect(stepBattery(LIMITS, 35.992, -30, -30, DT_S).socMwhr).toBe(36);
  });

  test("reaches the setpoint exactly and names no ramp in that tick", () => {
    expect(stepBattery(LIMITS, 18, 0, 2, DT_S)).toMatchObject({ powerMw: 2, limit: LIMIT.NONE });
    expect(stepBattery(LIMITS, 18, 4, 5.3, DT_S)).toMatchObject({
      powerMw: 5.3,
      limit: LIMIT.NONE,
    });
  });

  test("cuts what lies outside the rating and names power", () => {
    expect(stepBattery(LIMITS, 18, 29.5, 40, DT_S)).toMatchObject({
      powerMw: 30,
      limit: LIMIT.POWER,
    });
    expect(stepBattery(LIMITS, 18, -29.5, -40, DT_S)).toMatchObject({
      powerMw: -30,
      limit: LIMIT.POWER,
    });
  });

  test("writes no negative zero", () => {
    expect(Object.is(stepBattery(LIMITS, 36, 0, -30, DT_S).powerMw, 0)).toBe(true);
    expect(Object.is(stepBattery(LIMITS, 18, 0, -0, DT_S).powerMw, 0)).toBe(true);
  });
});

const battery = fc
  .record({
    capacityMwhr: fc.double({ min: 0.01, max: 5000, noNaN: true }),
    rampStepMw: fc.double({ min: 1e-3, max: 500, noNaN: true }),
    minMw: fc.double({ min: -500, max: 0, noNaN: true }),
    maxMw: fc.double({ min: 0, max: 500, noNaN: true }),
    floorRatio: fc.double({ min: 0, max: 0.4, noNaN: true }),
    ceilingRatio: fc.double({ min: 0.6, max: 1, noNaN: true }),
    efficiency: fc.double({ min: 0.5, max: 1, noNaN: true }),
  })
  .map(({ capacityMwhr, floorRatio, ceilingRatio, ...limits }) => ({
    ...limits,
    floorMwhr: floorRatio * capacityMwhr,
    ceilingMwhr: ceilingRatio * capacityMwhr,
  }));
const setpoints = fc.array(fc.double({ min: -600, max: 600, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});
const dtS = fc.constantFrom(0.1, 1, 4, 60, 900);

describe("whatever the battery and its setpoints", () => {
  test("no bound is passed, and energy balances to 1e-9 of the throughput", () => {
    fc.assert(
      fc.property(battery, setpoints, dtS, (limits, targets, dt) => {
        const startMwhr = (limits.floorMwhr + limits.ceilingMwhr) / 2;
        let state = { socMwhr: startMwhr, powerMw: 0 };
        let [storedMwhr, throughputMwhr] = [0, startMwhr];
        for (const targetMw of targets) {
          const step = stepBattery(limits, state.socMwhr, state.powerMw, targetMw, dt);
          expect(step.socMwhr).toBeGreaterThanOrEqual(limits.floorMwhr);
          expect(step.socMwhr).toBeLessThanOrEqual(limits.ceilingMwhr);
          expect(step.powerMw).toBeGreaterThanOrEqual(limits.minMw);
          expect(step.powerMw).toBeLessThanOrEqual(limits.maxMw);
          const energyMwhr = (step.powerMw * dt) / 3600;
          storedMwhr +=
            energyMwhr > 0 ? -energyMwhr / limits.efficiency : -energyMwhr * limits.efficiency;
          throughputMwhr += Math.abs(energyMwhr);
          state = step;
        }
        expect(Math.abs(state.socMwhr - startMwhr - storedMwhr)).toBeLessThanOrEqual(
          1e-9 * throughputMwhr,
        );
      }),
    );
  });

  test("a change of power that no limit forces keeps within the ramp", () => {
    fc.assert(
      fc.property(battery, setpoints, dtS, (limits, targets, dt) => {
        let state = { socMwhr: (limits.floorMwhr + limits.ceilingMwhr) / 2, powerMw: 0 };
        for (const targetMw of targets) {
          const step = stepBattery(limits, state.socMwhr, state.powerMw, targetMw, dt);
          if (step.limit === LIMIT.NONE) expect(step.powerMw).toBe(targetMw + 0);
          if (step.limit === LIMIT.NONE || step.limit === LIMIT.RAMP)
            expect(Math.abs(step.powerMw - state.powerMw)).toBeLessThanOrEqual(
              limits.rampStepMw * (1 + 1e-12) + 1e-12,
            );
          state = step;
        }
      }),
    );
  });

  test("a round trip gives back no more than the square of the efficiency", () => {
    fc.assert(
      fc.property(battery, fc.integer({ min: 1, max: 50 }), dtS, (limits, ticks, dt) => {
        const startMwhr = (limits.floorMwhr + limits.ceilingMwhr) / 2;
        let state = { socMwhr: startMwhr, powerMw: 0 };
        let [inMwhr, outMwhr] = [0, 0];
        const run = (targetMw: number) => {
          state = stepBattery(limits, state.socMwhr, state.powerMw, targetMw, dt);
          inMwhr += Math.max(0, (-state.powerMw * dt) / 3600);
          outMwhr += Math.max(0, (state.powerMw * dt) / 3600);
        };
        for (let tick = 0; tick < ticks; tick++) run(limits.minMw);
        for (let tick = 0; tick < 5 * ticks && state.socMwhr > startMwhr; tick++) run(limits.maxMw);
        const drawnBelowStartMwhr = Math.max(0, startMwhr - state.socMwhr);
        expect(outMwhr).toBeLessThanOrEqual(
          inMwhr * limits.efficiency ** 2 +
            drawnBelowStartMwhr * limits.efficiency +
            1e-9 * (inMwhr + startMwhr),
        );
      }),
    );
  });
});
