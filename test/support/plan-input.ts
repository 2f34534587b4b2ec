// Inputs of the optimiser for tests: the battery and the prices of the known answers.
import { planCalendar } from "../../src/domain/plan/calendar.ts";
import type { PlanAsset, PlanInput } from "../../src/domain/plan/input.ts";
import type { Plan, ScenarioPlan } from "../../src/domain/plan/plan.ts";
import type { Solver } from "../../src/domain/ports/solver.ts";
import { optimise } from "../../src/optimiser/optimise.ts";

/** 30 MW and 60 MWh, with 5 % of losses in each direction. */
export const PLAN_ASSET: PlanAsset = {
  id: "BESS-1",
  capacityMwhr: 60,
  minMw: -30,
  maxMw: 30,
  chargeEfficiencyRatio: 0.95,
  dischargeEfficiencyRatio: 0.95,
  hourlyRetentionRatio: 1,
  minSocMwhr: 3,
  maxSocMwhr: 57,
  startSocMwhr: 30,
  endSocMwhr: 30,
  endValueEurPerMwhr: 0,
  wear: { eurPerMwhr: 0, bands: [] },
  cycleLimit: null,
  ramp: null,
};

/** A plan of one battery from midnight of 2026-11-20 UTC. */
export function planInput(
  prices: readonly number[],
  asset: Partial<PlanAsset> = {},
  others: Partial<Omit<PlanInput, "assets">> = {},
): PlanInput {
  return {
    periods: {
      startMs: Date.parse("2026-11-20T00:00:00Z"),
      count: prices.length,
      lengthMin: 15,
      timeZone: "UTC",
    },
    assets: [{ ...PLAN_ASSET, ...asset }],
    scenarios: [{ weightRatio: 1, buyEurPerMwhr: prices, sellEurPerMwhr: prices }],
    feeEurPerMwhr: 0,
    reserves: [],
    limits: [],
    fixedPositions: [],
    lots: { energyLotMw: null, roundsReserves: false, isExact: false },
    timeLimitS: 60,
    profileCount: 0,
    ...others,
  };
}

export const outcomeOf = (solver: Solver, input: PlanInput) =>
  optimise(
    input,
    planCalendar(input.periods, () => 0),
    solver,
  );

/** @throws Where there is no plan. */
export function planFor(solver: Solver, input: PlanInput): Plan {
  const outcome = outcomeOf(solver, input);
  if ("refusal" in outcome) throw new Error(outcome.refusal.message);
  return outcome.plan;
}

/** The plan where there is one course of prices. */
export function onlyScenario({ scenarios }: Plan): ScenarioPlan {
  return scenarios[0] as ScenarioPlan;
}

/** Prices of a generator without data of others: two peaks a day, a dip at 13:00, and now and then a negative one. */
export function generatedPrices(count: number): number[] {
  let seed = 1;
  const random = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
  return Array.from({ length: count }, (_, t) => {
    const hour = (0.25 * t) % 24;
    const shape =
      60 + 35 * Math.sin(((hour - 13) / 24) * 4 * Math.PI) - 45 * Math.exp(-((hour - 13) ** 2) / 8);
    const noise = (random() - 0.5) * 30;
    return shape + noise + (random() < 0.03 ? -80 : 0);
  });
}

/** The battery of the first known answer, with wear and a limit of cycles. */
export const CYCLED: Partial<PlanAsset> = {
  wear: { eurPerMwhr: 4, bands: [] },
  cycleLimit: { dailyCount: 1.5, side: "discharge" },
};

/** Energy of hours or quarters per period. */
export const HOURLY = {
  startMs: Date.parse("2026-11-20T00:00:00Z"),
  lengthMin: 60,
  timeZone: "UTC",
};
