import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMIT } from "../../../../src/domain/battery/limit.ts";
import { runParts, runProfile, startOf } from "../../../../src/domain/battery/linear/forecast.ts";
import { batteryLimits, stepBattery } from "../../../../src/domain/battery/linear/law.ts";
import type { ProfilePart } from "../../../../src/domain/battery/model.ts";
import { anyState } from "../../../support/random-asset.ts";
import { ASSET, DT_S } from "../../../support/tick-tables.ts";

const REST: ProfilePart = { id: null, mw: 0, ticks: Infinity };
const partsOf = (parts: readonly { mw: number; ticks: number }[]): ProfilePart[] => [
  ...parts.map(({ mw, ticks }, n) => ({ id: `${n}`, mw, ticks })),
  REST,
];

/** Every tick by the law, without thinking: which parts energy cuts within their own ticks, and what they deliver. */
function plain(
  {
    asset,
    socMwhr,
    powerMw,
  }: { asset: Parameters<typeof batteryLimits>[0]; socMwhr: number; powerMw: number },
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
      if (step.limit === LIMIT.ENERGY) shortTick ??= tick;
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
          const runs = runProfile(batteryLimits(state.asset, dtS), state, parts, dtS);
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

  test("asks the law itself where energy ends exactly with a tick", () => {
    let shorts = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 3, max: 3000 }),
        fc.constantFrom(0.92, 0.9, 1),
        (steps, ticks, efficiency) => {
          const mw = steps / 100;
          const asset = { ...ASSET, efficiency, capacityMwhr: 1e4 };
          const state = { asset, socMwhr: ((mw * DT_S) / 3600 / efficiency) * ticks, powerMw: mw };
          const parts = partsOf([
            { mw, ticks: ticks - 1 },
            { mw, ticks: 1 },
            { mw: -mw, ticks: 1 },
          ]);
          const steep = { ...asset, rampRateMwPerMin: 1e6 };
          const runs = runProfile(batteryLimits(steep, DT_S), state, parts, DT_S);
          const all = plain({ ...state, asset: steep }, parts, DT_S);
          expect(runs.slice(0, 3).map(({ shortTick }) => shortTick)).toEqual(
            all.map(({ shortTick }) => shortTick),
          );
          if (all[1]?.shortTick !== null) shorts++;
        },
      ),
      { numRuns: 300 },
    );
    expect(shorts).toBeGreaterThan(50);
    expect(shorts).toBeLessThan(250);
  });

  test("counts the ramp out to what goes before it", () => {
    const limits = batteryLimits(ASSET, 4);
    const run = (ticks: number) =>
      runProfile(limits, { socMwhr: 18, powerMw: 0 }, partsOf([{ mw: 30, ticks }]), 4)[0]
        ?.shortTick;
    expect(run(496)).toBeNull();
    expect(run(497)).toBe(509);
    // On its way through 0 too.
    const parts = partsOf([
      { mw: 30, ticks: 497 },
      { mw: -30, ticks: 20 },
    ]);
    expect(runProfile(limits, { socMwhr: 18, powerMw: 0 }, parts, 4)[0]?.shortTick).not.toBeNull();
  });

  test("goes on from any of its parts as if it had been run at once, and stops once enough is known", () => {
    fc.assert(
      fc.property(
        anyState,
        fc.array(segment, { minLength: 2, maxLength: 6 }),
        fc.nat(6),
        fc.boolean(),
        (state, segments, place, together) => {
          const parts = partsOf(segments);
          const limits = batteryLimits(state.asset, DT_S);
          const whole = runParts(limits, startOf(state), parts, DT_S, together);
          const first = parts.slice(0, place % parts.length);
          const point = runParts(limits, startOf(state), first, DT_S, together);
          const kept = structuredClone(point);
          const rest = point && runParts(limits, point, parts, DT_S, together);
          expect(rest).toEqual(whole);
          expect(point).toEqual(kept);
          const isShort = (runs: readonly { shortTick: number | null }[]) =>
            runs.some(({ shortTick }) => shortTick !== null);
          const early = runParts(limits, startOf(state), parts, DT_S, together, isShort);
          if (whole && early) expect(isShort(early.runs)).toBe(isShort(whole.runs));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("leaves the point that it goes on from as it was, also where the ramp out before it is cut", () => {
    const limits = batteryLimits(ASSET, DT_S);
    const parts = partsOf([
      { mw: 30, ticks: 10 },
      { mw: 0, ticks: 20 },
    ]);
    const start = startOf({ socMwhr: 0.45, powerMw: 30 });
    const point = runParts(limits, start, parts.slice(0, 1), DT_S, true);
    const kept = structuredClone(point);
    expect(point && runParts(limits, point, parts, DT_S, true)?.runs[0]?.shortTick).toBe(12);
    expect(point).toEqual(kept);
    expect(point?.runs[0]?.shortTick).toBeNull();
  });
});
