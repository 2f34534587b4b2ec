// Plans run by the battery model of the fleet, tick by tick.
import { beforeAll, expect, test } from "vitest";
import { loadSolver } from "../../src/adapters/highs/solver.ts";
import { LIMIT } from "../../src/domain/battery/limit.ts";
import { NO_OWN_STATE } from "../../src/domain/battery/model.ts";
import { modelOf } from "../../src/domain/battery/registry.ts";
import type { Asset } from "../../src/domain/fleet/asset.ts";
import type { PlanAsset, PlanInput } from "../../src/domain/plan/input.ts";
import type { Plan } from "../../src/domain/plan/plan.ts";
import type { Solver } from "../../src/domain/ports/solver.ts";
import fc from "../support/fast-check.ts";
import { oneBattery } from "../support/one-battery.ts";
import {
  CYCLED,
  generatedPrices,
  HOURLY,
  onlyScenario,
  planFor,
  planInput,
} from "../support/plan-input.ts";
import { anyPrices } from "../support/random-plan.ts";
import { ASSET } from "../support/tick-tables.ts";

const TICK_S = 4;
/** How far the energy of a period may lie from that of the plan. */
const NEAR_RATIO = 1e-3;
const ROUNDING_MWHR = 1e-5;

let solver: Solver;
beforeAll(async () => {
  solver = await loadSolver();
});

const ramped = (rateMwPerMin: number): Partial<PlanAsset> => ({
  ramp: { rateMwPerMin, startMw: 0, tickS: TICK_S },
});

/** Ticks the battery along the setpoints of a plan, and compares each period. Returns its power in each tick. */
function expectSimulated(input: PlanInput, plan: Plan): number[] {
  const powers: number[] = [];
  const [given] = input.assets as [PlanAsset];
  const asset: Asset = {
    ...ASSET,
    ...{ capacityMwhr: given.capacityMwhr, minMw: given.minMw, maxMw: given.maxMw },
    efficiency: given.chargeEfficiencyRatio,
    rampRateMwPerMin: given.ramp?.rateMwPerMin as number,
    socMinRatio: given.minSocMwhr / given.capacityMwhr,
    socMaxRatio: given.maxSocMwhr / given.capacityMwhr,
  };
  const state = { socMwhr: given.startSocMwhr, powerMw: 0, own: NO_OWN_STATE };
  const step = oneBattery(modelOf(asset), asset, state, TICK_S);
  const [planned] = onlyScenario(plan).assets;
  for (const [t, mw] of (planned?.mw ?? []).entries()) {
    let mwhr = 0;
    let last: ReturnType<typeof step> | undefined;
    for (let tick = 0; tick < (input.periods.lengthMin * 60) / TICK_S; tick++) {
      last = step(mw);
      mwhr += last.outMwhr - last.inMwhr;
      powers.push(last.powerMw);
      // A cut of rounding alone leaves the power as it was.
      if (last.limit === LIMIT.ENERGY)
        expect(Math.abs(last.powerMw - last.aimMw)).toBeLessThan(0.01);
      expect(last.limit).not.toBe(LIMIT.POWER);
    }
    const due = planned?.energyMwhr[t] as number;
    expect(Math.abs(mwhr - due), `energy of period ${t}`).toBeLessThan(
      NEAR_RATIO * Math.abs(due) + ROUNDING_MWHR,
    );
    expect(last?.socMwhr, `SoC of period ${t}`).toBeCloseTo(planned?.socMwhr[t] as number, 3);
  }
  return powers;
}

test.each([300, 30, 10, 4])("a plan with a ramp of %i MW per minute is delivered", (rate) => {
  const input = planInput(generatedPrices(96), { ...CYCLED, ...ramped(rate) });
  const plan = planFor(solver, input);
  expectSimulated(input, plan);
  // The ramp is a part of what it earns.
  expect(plan.expectedEur).toBeLessThan(8217.38);
  expect(plan.expectedEur).toBeGreaterThan(7000);
});

test("a plan without the ramp is not delivered by a battery that has one", () => {
  const input = planInput(generatedPrices(96), CYCLED);
  const plan = planFor(solver, input);
  const withRamp = planInput(generatedPrices(96), { ...CYCLED, ...ramped(30) });
  expect(() => expectSimulated(withRamp, plan)).toThrow(/energy of period/);
});

test("a limit of power, and a window without trade, hold in each tick, also while power moves", () => {
  const hour = (from: number, until: number) => ({
    fromMs: HOURLY.startMs + from * 3_600_000,
    untilMs: HOURLY.startMs + until * 3_600_000,
  });
  const limits = [
    { kind: "connection", ...hour(8, 9), maxExportMw: 5, maxImportMw: 5 },
    { kind: "noTrade", ...hour(17, 18) },
  ] as const;
  // It would sell and buy as much as it can right before.
  const prices = Array.from({ length: 96 }, (_, t) => (t % 4 === 3 ? 200 : 20));
  const input = planInput(prices, ramped(10), { limits });
  const plan = planFor(solver, input);
  const powers = expectSimulated(input, plan);
  const within = (from: number, until: number) =>
    powers.slice((from * 3600) / TICK_S, (until * 3600) / TICK_S);
  expect(Math.max(...within(8, 9).map(Math.abs))).toBeLessThan(5 + 1e-6);
  expect(Math.max(...within(17, 18).map(Math.abs))).toBeLessThan(1e-6);
  expect(Math.max(...within(6, 7))).toBeCloseTo(30, 6);
});

test("plans at any prices are delivered", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(anyPrices(-50, 32), fc.constantFrom(5, 12, 60), (prices, rate) => {
      const input = planInput(prices, ramped(rate));
      expectSimulated(input, planFor(solver, input));
    }),
    { numRuns: 20 },
  );
});
