// Answers of the optimiser that are known from elsewhere.
import { beforeAll, describe, expect, test } from "vitest";
import { loadSolver } from "../../src/adapters/highs/solver.ts";
import type { PlanAsset } from "../../src/domain/plan/input.ts";
import { RESERVE_PRODUCTS, type ReserveProduct } from "../../src/domain/plan/reserve-product.ts";
import type { Solver } from "../../src/domain/ports/solver.ts";
import {
  CYCLED,
  generatedPrices,
  HOURLY,
  onlyScenario,
  planFor,
  planInput,
} from "../support/plan-input.ts";

let solver: Solver;
beforeAll(async () => {
  solver = await loadSolver();
});

describe("generated prices", () => {
  test("are those that the answers belong to", () => {
    const prices = generatedPrices(672);
    expect(prices[0]).toBeCloseTo(34.593665728, 8);
    expect(prices[1]).toBeCloseTo(46.733340769, 8);
    expect(prices[95]).toBeCloseTo(32.91618113, 8);
    const sum = (count: number) => prices.slice(0, count).reduce((all, it) => all + it, 0);
    expect(sum(96)).toBeCloseTo(4499.332979731, 8);
    expect(sum(672)).toBeCloseTo(32372.244953993, 7);
  });

  test.each([
    [96, 8217.38],
    [192, 15407.73],
    [672, 54600.81],
  ])("of %i quarters bring %f EUR", (count, eur) => {
    const plan = planFor(solver, planInput(generatedPrices(count), CYCLED));
    expect(plan.expectedEur).toBeCloseTo(eur, 2);
    expect(plan).toMatchObject({ status: "optimal", gapRatio: 0, roundingEur: null });
  });
});

test("negative prices make no battery charge and discharge at once", { timeout: 120_000 }, () => {
  const prices = Array.from({ length: 96 }, (_, t) => (t >= 40 && t < 64 ? -60 : 20));
  const plan = planFor(solver, planInput(prices));
  expect(plan.expectedEur).toBeCloseTo(4806, 2);
  const { mw, socMwhr } = onlyScenario(plan).assets[0] ?? { mw: [], socMwhr: [] };
  // One direction alone explains the stored energy of each period.
  for (const [t, power] of mw.entries()) {
    const moved = power > 0 ? -power / 0.95 : -power * 0.95;
    expect(socMwhr[t]).toBeCloseTo((socMwhr[t - 1] ?? 30) + moved / 4, 6);
  }
});

test.each([
  [[10, 10, 10], 0, [0, 0, 0]],
  [[20, 15, 10], 6, [4, 2, 0]],
  [[10, 50, 10, 5000, 10], 0, [-4, 4, -4, 4, 0]],
])("a battery of 4 MW and 6 MWh without losses at prices of %j", (prices, startSocMwhr, mw) => {
  const asset: Partial<PlanAsset> = {
    ...{ capacityMwhr: 6, minMw: -4, maxMw: 4, minSocMwhr: 0, maxSocMwhr: 6, startSocMwhr },
    ...{ chargeEfficiencyRatio: 1, dischargeEfficiencyRatio: 1, endSocMwhr: 0 },
  };
  const periods = { ...HOURLY, count: prices.length };
  const plan = planFor(solver, planInput(prices, asset, { periods }));
  expect(onlyScenario(plan).assets[0]?.mw.map((it) => Number(it.toFixed(6)))).toEqual(mw);
});

describe("8 dear hours, 8 cheap ones and 8 dear ones", () => {
  const prices: readonly number[] = Array.from({ length: 96 }, (_, t) =>
    t >= 32 && t < 64 ? 90 : 100,
  );
  const asset = (roundTrip: number): Partial<PlanAsset> => ({
    ...{ capacityMwhr: 5, minMw: -2, maxMw: 2, minSocMwhr: 0.5, maxSocMwhr: 4.5 },
    ...{ startSocMwhr: 2.5, endSocMwhr: null },
    ...{
      chargeEfficiencyRatio: Math.sqrt(roundTrip),
      dischargeEfficiencyRatio: Math.sqrt(roundTrip),
    },
  });
  const socAt = (given: Partial<PlanAsset>, at = prices) => {
    const plan = planFor(solver, planInput(at, given));
    const soc = onlyScenario(plan).assets[0]?.socMwhr ?? [];
    return (hour: number) => soc[hour * 4 - 1];
  };

  test.each([1, 0.99])("are used where the round trip has an efficiency of %f", (roundTrip) => {
    const soc = socAt(asset(roundTrip));
    expect(soc(8)).toBeCloseTo(0.5, 6);
    expect(soc(16)).toBeCloseTo(4.5, 6);
    expect(soc(24)).toBeCloseTo(0.5, 6);
  });

  test("are not used where it is 0.01: the battery sells what it has, as late as at once", () => {
    // Both dear times are worth the same: a slope of prices chooses the later one.
    const soc = socAt(
      asset(0.01),
      prices.map((it, t) => it + t * 1e-4),
    );
    expect(soc(16)).toBeCloseTo(2.5, 6);
    expect(soc(24)).toBeCloseTo(0.5, 6);
  });

  test("make a battery sell at once that loses half of its energy in each period", () => {
    const soc = onlyScenario(
      planFor(
        solver,
        planInput(prices, { ...asset(1), minSocMwhr: 0, hourlyRetentionRatio: 0.5 ** 4 }),
      ),
    ).assets[0]?.socMwhr;
    expect(soc?.slice(0, 3).map((it) => Number(it.toFixed(9)))).toEqual([1, 0.25, 0]);
  });

  test("energy at rest is lost by a ratio", () => {
    const limits = [100, -100, -100, 100].map((charged, t) => {
      const fromMs = HOURLY.startMs + t * 3_600_000;
      return { charged, fromMs, untilMs: fromMs + 3_600_000 };
    });
    const plan = planFor(
      solver,
      planInput(
        [0, 0, 0, 0],
        {
          ...{ capacityMwhr: 2000, minMw: -100, maxMw: 100, minSocMwhr: 0, maxSocMwhr: 2000 },
          ...{ startSocMwhr: 1000, endSocMwhr: null, hourlyRetentionRatio: 0.99 },
          ...{ chargeEfficiencyRatio: 1, dischargeEfficiencyRatio: 1 },
        },
        {
          periods: { ...HOURLY, count: 4 },
          fixedPositions: limits.map(({ charged, fromMs, untilMs }) => ({
            fromMs,
            untilMs,
            mw: -charged,
          })),
          limits: [
            { kind: "noTrade", fromMs: HOURLY.startMs, untilMs: HOURLY.startMs + 4 * 3_600_000 },
          ],
        },
      ),
    );
    const soc = onlyScenario(plan).assets[0]?.socMwhr.map((it) => Number(it.toFixed(9)));
    expect(soc).toEqual([1089, 979.11, 870.3189, 960.615711]);
  });
});

describe("a limited reservoir of 30 MW and 36 MWh, half full, sells at most", () => {
  const asset: Partial<PlanAsset> = {
    ...{ capacityMwhr: 36, minSocMwhr: 0, maxSocMwhr: 36, startSocMwhr: 18, endSocMwhr: null },
    ...{ chargeEfficiencyRatio: 1, dischargeEfficiencyRatio: 1 },
  };
  const volumes = (...names: readonly string[]) => {
    const reserves = names.map((name) => ({
      product: RESERVE_PRODUCTS[name] as ReserveProduct,
      eurPerMwPerHr: [10],
      activationEurPerMwhr: null,
    }));
    const plan = planFor(
      solver,
      planInput([0], asset, { periods: { ...HOURLY, count: 1 }, reserves }),
    );
    return plan.reserves.map(({ mw }) => Number(mw[0]?.toFixed(6)));
  };

  test("18.0 MW of FCR-N", () => expect(volumes("fcr_n")).toEqual([18]));
  test("30 MW of FCR-D up", () => expect(volumes("fcr_d_up")).toEqual([30]));
  test("25 MW of FCR-D in each direction", () =>
    expect(volumes("fcr_d_up", "fcr_d_down")).toEqual([25, 25]));
});
