// What extreme ratings and powers that are allowed leave: finite numbers, and shares that are powers.

import { expect, test } from "vitest";
import { pctOf } from "../../../src/domain/base/per-cent.ts";
import { makePlan } from "../../../src/domain/dispatch/asset-plan.ts";
import { type Headroom, splitInPowers } from "../../../src/domain/dispatch/site-dispatch.ts";
import { type Asset, defaultInitialSocPct } from "../../../src/domain/fleet/asset.ts";
import { assetFindings } from "../../../src/domain/fleet/asset-rules.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { availabilityAt } from "../../../src/domain/telemetry/availability.ts";
import { telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { totalsOf } from "../../../src/domain/telemetry/totals.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { wholeDispatchDecision } from "../../support/decide.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, LINEAR, SITE } from "../../support/tick-tables.ts";

/** A size between the least and the largest, each order of magnitude as likely. */
const size = (least: number, largest: number) =>
  fc.oneof(
    fc.constantFrom(least, largest),
    fc
      .double({ min: Math.log10(least), max: Math.log10(largest), noNaN: true })
      .map((digits) => Math.min(Math.max(10 ** digits, least), largest)),
  );
const orZero = (sizes: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: sizes }, fc.constant(0));

const anyAllowed: fc.Arbitrary<Asset> = fc
  .record({
    capacityMwhr: size(1e-6, 1e6),
    maxMw: orZero(size(1e-6, 1e6)),
    minMw: orZero(size(1e-6, 1e6)).map((mw) => 0 - mw),
    rampRateMwPerMin: size(1e-6, 1e6),
    efficiency: size(0.01, 1),
    socMinRatio: orZero(size(1e-6, 0.999)),
    socMaxRatio: size(1e-6, 1),
    end: fc.constantFrom("low", "high", "middle"),
  })
  .map(({ end, ...fields }) => {
    const { socMinRatio: low, socMaxRatio: high } = fields;
    const middle = defaultInitialSocPct(low, high);
    const initialSocPct = { low: pctOf(low), high: pctOf(high), middle }[end];
    return { ...ASSET, ...fields, initialSocPct };
  })
  .filter((asset) => assetFindings(asset).length === 0);

function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(numbersOf) : [];
}

const allFinite = (...values: unknown[]) => {
  for (const value of values)
    for (const number of numbersOf(value)) expect(Number.isFinite(number)).toBe(true);
};

test("whatever is allowed: all that telemetry, totals and decisions return is finite or null", () => {
  fc.assert(
    fc.property(
      anyAllowed,
      fc.constantFrom(4, 900),
      fc.constantFrom(1, 1e-3, 1e-6, 0, -1e-6, -1e-3, -1),
      fc.constantFrom(null, 60, 3600),
      fc.constantFrom("curtail" as const, "refuse" as const),
      (asset, dtS, ratio, durationS, onShortfall) => {
        const table = createFleetTable([SITE], [asset]);
        const simulator = createSimulator(table, dtS, 1000);
        const requestMw = ratio > 0 ? ratio * asset.maxMw : -ratio * asset.minMw;
        const mw = Math.abs(requestMw) < 1e-6 ? 0 : requestMw;
        simulator.setSetpoint(0, mw, simulator.latest().timestampMs);
        for (let tick = 1001; tick < 1004; tick++) {
          const { asset: _, site: __, ...sample } = telemetryAt(simulator.tick(tick), 0);
          allFinite(sample, availabilityAt(simulator.latest(), 0), totalsOf(simulator.latest()));
        }
        const frame = simulator.latest();
        const state = {
          ...{ asset, ...LINEAR, plan: makePlan([]), tick: frame.tick, dtS },
          ...{ socMwhr: frame.socMwhr[0] as number, currentMw: frame.currentMw[0] as number },
        };
        const request = { assetId: asset.id, mw, durationS, onShortfall };
        const decision = wholeDispatchDecision(state, request, frame.timestampMs);
        allFinite(decision);
        if (decision.accepted) return;
        expect(decision.refusal.message).not.toMatch(/NaN|Infinity/);
        const { highestMw = 0 } = decision.refusal;
        expect(highestMw === 0 || Math.abs(highestMw) >= 1e-6).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test("whatever the rooms: no share of a power that is one is smaller than 1 W, and they add up", () => {
  const mw = fc.oneof(
    fc.constantFrom(0, 1e-7, 1e-6, 1.5e-6),
    fc.double({ min: 0, max: 1e-5, noNaN: true }),
  );
  const headrooms = fc.array(
    fc.tuple(mw, mw).map(([a, b]) => ({ headroomMw: a, mostMw: a + b })),
    { maxLength: 9 },
  );
  fc.assert(
    fc.property(headrooms, size(1e-6, 1e-4), fc.constantFrom(1, -1), (list, sizeMw, sign) => {
      const given: Headroom[] = [...list];
      const { sharesMw, restMw } = splitInPowers(sign * sizeMw, given);
      if (restMw !== 0) return;
      for (const share of sharesMw) expect(share === 0 || sign * share >= 1e-6).toBe(true);
      expect(sharesMw.reduce((sum, share) => sum + share, 0)).toBe(sign * sizeMw);
      for (const [n, share] of sharesMw.entries())
        expect(Math.abs(share)).toBeLessThanOrEqual(list[n]?.mostMw ?? 0);
    }),
    { numRuns: 3000 },
  );
});

test("a thousand assets, of which each would get half a watt, are split over fewer", () => {
  const headrooms: Headroom[] = Array.from({ length: 1000 }, () => ({
    headroomMw: 30,
    mostMw: 30,
  }));
  const { sharesMw, restMw } = splitInPowers(5e-4, headrooms);
  expect(restMw).toBe(0);
  expect(sharesMw.filter((share) => share >= 1e-6).length).toBeGreaterThanOrEqual(250);
  expect(sharesMw.every((share) => share === 0 || share >= 1e-6)).toBe(true);
});

test("a power that is named for a tiny asset may be requested", () => {
  const asset = { ...ASSET, capacityMwhr: 1e-6, maxMw: 5e-6, minMw: -5e-6 };
  const at = { socMwhr: 5e-7, currentMw: 0, tick: 1000, dtS: 4 };
  const state = { asset, ...LINEAR, plan: makePlan([]), ...at };
  const request = { assetId: asset.id, mw: 5e-6, durationS: 3600 };
  expect(wholeDispatchDecision(state, request, 4_000_000)).toMatchObject({
    accepted: false,
    refusal: { code: "ENERGY_INSUFFICIENT", highestMw: 0, maxMw: 0 },
  });
  expect(wholeDispatchDecision(state, { ...request, durationS: 600 }, 4_000_000)).toMatchObject({
    refusal: { highestMw: 2e-6, maxMw: 2e-6 },
  });
});
