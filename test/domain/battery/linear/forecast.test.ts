import { describe, expect, test } from "vitest";
import { LIMIT } from "../../../../src/domain/battery/limit.ts";
import {
  forecastBattery,
  forecastProfile,
  startOf,
} from "../../../../src/domain/battery/linear/forecast.ts";
import { aimedMw, batteryLimits, stepBattery } from "../../../../src/domain/battery/linear/law.ts";
import type { BatteryState, IsKnown, ProfilePart } from "../../../../src/domain/battery/model.ts";
import type { Asset } from "../../../../src/domain/fleet/asset.ts";
import fc from "../../../support/fast-check.ts";
import { anyState } from "../../../support/random-asset.ts";
import { ASSET, DT_S } from "../../../support/tick-tables.ts";

const REST: ProfilePart = { id: null, mw: 0, ticks: Infinity };
const partsOf = (parts: readonly { mw: number; ticks: number }[]): ProfilePart[] => [
  ...parts.map(({ mw, ticks }, n) => ({ id: `${n}`, mw, ticks })),
  REST,
];

type Start = Pick<BatteryState, "socMwhr" | "powerMw">;

const forecast = (
  asset: Asset,
  start: Start,
  parts: readonly ProfilePart[],
  dtS = DT_S,
  isKnown?: IsKnown,
) => forecastProfile(forecastBattery(asset, dtS), startOf(start), parts, isKnown);

/** Every tick by the law, without thinking: which parts energy cuts within their own ticks, and what they deliver. */
function plain(
  { asset, socMwhr, powerMw }: { asset: Asset; socMwhr: number; powerMw: number },
  parts: readonly ProfilePart[],
  dtS: number,
) {
  let state = { socMwhr, powerMw };
  let tick = 0;
  return parts.slice(0, -1).map(({ mw, ticks }) => {
    let shortTick: number | null = null;
    let deliveredMwhr = 0;
    for (let n = 0; n < ticks; n++, tick++) {
      const step = stepBattery(batteryLimits(asset, dtS), state.socMwhr, state.powerMw, mw, dtS);
      const ratedMw = Math.min(Math.max(mw, asset.minMw), asset.maxMw);
      const aimMw = aimedMw(batteryLimits(asset, dtS), state.powerMw, mw);
      const isLess = aimMw * ratedMw > 0 && Math.abs(step.powerMw) < Math.abs(ratedMw);
      if (step.limit === LIMIT.ENERGY && isLess) shortTick ??= tick;
      deliveredMwhr += (step.powerMw * dtS) / 3600;
      state = step;
    }
    return { shortTick, deliveredMwhr };
  });
}

describe("a path that is run in long steps", () => {
  const segment = fc.record({
    mw: fc.oneof(
      fc.integer({ min: -4000, max: 4000 }).map((n) => n / 100),
      fc.constant(0),
    ),
    ticks: fc.integer({ min: 1, max: 4000 }),
  });

  test("says of each part what the law says tick by tick", () => {
    let shorts = 0;
    fc.assert(
      fc.property(
        anyState,
        fc.array(segment, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(0.1, 1, 4, 60),
        (state, segments, dtS) => {
          const parts = partsOf(segments);
          const runs = forecast(state.asset, state, parts, dtS).parts;
          plain(state, parts, dtS).forEach((own, n) => {
            const run = runs[n];
            // The ramp out of a part may be cut after its own ticks.
            const end = segments.slice(0, n + 1).reduce((sum, { ticks }) => sum + ticks, 0);
            const within = run?.shortTick != null && run.shortTick < end ? run.shortTick : null;
            if (own.shortTick === null) expect(within).toBeNull();
            else {
              shorts++;
              expect(within).not.toBeNull();
              expect(Math.abs((within as number) - own.shortTick)).toBeLessThanOrEqual(1);
            }
            expect(run?.deliveredMwhr).toBeCloseTo(own.deliveredMwhr, 7);
          });
        },
      ),
      { numRuns: 300 },
    );
    expect(shorts).toBeGreaterThan(100);
  });

  test("counts a part as short where energy ends exactly with its last tick, however rounding goes", () => {
    let cut = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 3, max: 3000 }),
        fc.constantFrom(0.92, 0.9, 1),
        (steps, ticks, efficiency) => {
          const mw = steps / 100;
          const asset = { ...ASSET, efficiency, capacityMwhr: 1e4, rampRateMwPerMin: 1e6 };
          const tickMwhr = (mw * DT_S) / 3600 / efficiency;
          const parts = partsOf([
            { mw, ticks },
            { mw: -mw, ticks: 1 },
          ]);
          const shortAt = (socMwhr: number) =>
            forecast(asset, { socMwhr, powerMw: mw }, parts).parts[0]?.shortTick;
          const exact = tickMwhr * ticks;
          expect(shortAt(exact)).toBe(ticks - 1);
          expect(shortAt(exact + 0.9e-9 * asset.capacityMwhr)).toBe(ticks - 1);
          const spareMwhr = 2e-9 * asset.capacityMwhr + ticks * 1e-16 * asset.capacityMwhr;
          if (spareMwhr < tickMwhr / 2) expect(shortAt(exact + spareMwhr)).toBeNull();
          if (plain({ asset, socMwhr: exact, powerMw: mw }, parts, DT_S)[0]?.shortTick !== null)
            cut++;
        },
      ),
      { numRuns: 300 },
    );
    // The law itself goes one way or the other.
    expect(cut).toBeGreaterThan(30);
    expect(cut).toBeLessThan(270);
  });

  test("takes as many steps for a part of a year as for one of an hour, also along a slow ramp", () => {
    const slow = { ...ASSET, rampRateMwPerMin: 0.01, capacityMwhr: 1e6 };
    const beganMs = performance.now();
    for (const asset of [slow, { ...slow, capacityMwhr: 40 }, { ...slow, capacityMwhr: 0.01 }])
      for (const socMwhr of [0, 1e-7 * asset.capacityMwhr, asset.capacityMwhr / 2])
        forecast(asset, { socMwhr, powerMw: 0 }, partsOf([{ mw: 30, ticks: 1.2e9 }]), 0.025);
    // Tick by tick it takes minutes.
    expect(performance.now() - beganMs).toBeLessThan(1000);
  });

  test("books the ramp out of what was held before on that, and not on what follows", () => {
    const parts = partsOf([
      { mw: 30, ticks: 1 },
      { mw: -10, ticks: 450 },
      { mw: 0, ticks: 1 },
    ]);
    const { parts: runs } = forecast(ASSET, { socMwhr: 0.1, powerMw: 30 }, parts);
    expect(runs.map(({ shortTick }) => shortTick)).toEqual([2, null, null, null]);
  });

  test("books it on both where less is left than what follows is to hold", () => {
    const parts = partsOf([
      { mw: 30, ticks: 1 },
      { mw: 28, ticks: 10 },
    ]);
    const { parts: runs } = forecast(ASSET, { socMwhr: 0.05, powerMw: 30 }, parts);
    expect(runs[0]?.shortTick).toBe(1);
    expect(runs[1]?.shortTick).toBe(1);
  });

  test("counts the ramp out to what goes before it", () => {
    const run = (ticks: number) =>
      forecast(ASSET, { socMwhr: 18, powerMw: 0 }, partsOf([{ mw: 30, ticks }])).parts[0]
        ?.shortTick;
    expect(run(496)).toBeNull();
    // Energy ends exactly with tick 508, in which rounding decides.
    expect(run(497)).toBe(508);
    // On its way through 0 too.
    const parts = partsOf([
      { mw: 30, ticks: 497 },
      { mw: -30, ticks: 20 },
    ]);
    const { parts: runs } = forecast(ASSET, { socMwhr: 18, powerMw: 0 }, parts);
    expect(runs[0]?.shortTick).not.toBeNull();
  });

  test("leaves the point that it goes on from as it was, also where the ramp out before it is cut", () => {
    const parts = partsOf([
      { mw: 30, ticks: 10 },
      { mw: 0, ticks: 20 },
    ]);
    const begun = forecast(ASSET, { socMwhr: 0.45, powerMw: 30 }, parts.slice(0, 1));
    const before = structuredClone(begun.parts);
    expect(begun.extend(parts).parts[0]?.shortTick).toBe(12);
    expect(begun.parts).toEqual(before);
    expect(begun.parts[0]?.shortTick).toBeNull();
  });
});
