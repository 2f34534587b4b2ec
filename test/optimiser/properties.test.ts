// Laws that every plan keeps.
import { beforeAll, describe, expect, test } from "vitest";
import { loadSolver } from "../../src/adapters/highs/solver.ts";
import { planCalendar } from "../../src/domain/plan/calendar.ts";
import type { PlanAsset, PlanInput } from "../../src/domain/plan/input.ts";
import type { Solver } from "../../src/domain/ports/solver.ts";
import { buildModel } from "../../src/optimiser/model.ts";
import fc from "../support/fast-check.ts";
import { HOURLY, onlyScenario, planFor, planInput } from "../support/plan-input.ts";
import { anyPlanAsset, anyPrices } from "../support/random-plan.ts";

/** Cents of rounding, of the solver and of what makes an idle battery idle. */
const NEAR_EUR = 0.02;
const RUNS = { numRuns: 25 };

let solver: Solver;
beforeAll(async () => {
  solver = await loadSolver();
});

const hourly = (
  prices: readonly number[],
  asset: Partial<PlanAsset>,
  others: Partial<Omit<PlanInput, "assets">> = {},
) => planInput(prices, asset, { periods: { ...HOURLY, count: prices.length }, ...others });

const earned = (prices: readonly number[], asset: Partial<PlanAsset>) =>
  planFor(solver, hourly(prices, asset)).expectedEur;

describe("what a plan earns", () => {
  test.each<[string, (asset: Partial<PlanAsset>) => Partial<PlanAsset>]>([
    [
      "energy",
      ({ capacityMwhr = 0 }) => ({ capacityMwhr: capacityMwhr + 5, maxSocMwhr: capacityMwhr + 5 }),
    ],
    ["discharge power", ({ maxMw = 0 }) => ({ maxMw: maxMw + 1 })],
    ["charge power", ({ minMw = 0 }) => ({ minMw: minMw - 1 })],
  ])("does not fall with more %s", (_, more) => {
    fc.assert(
      fc.property(anyPrices(0), anyPlanAsset, (prices, asset) => {
        const [less, greater] = [
          earned(prices, asset),
          earned(prices, { ...asset, ...more(asset) }),
        ];
        expect(greater).toBeGreaterThanOrEqual(less - NEAR_EUR);
      }),
      RUNS,
    );
  });

  test("does not fall with better efficiency, nor with more cycles", () => {
    fc.assert(
      fc.property(
        anyPrices(0),
        anyPlanAsset,
        fc.constantFrom(0.5, 1),
        (prices, asset, dailyCount) => {
          const limited = { ...asset, cycleLimit: { dailyCount, side: "discharge" as const } };
          const better = { chargeEfficiencyRatio: 1, dischargeEfficiencyRatio: 1 };
          expect(earned(prices, { ...asset, ...better })).toBeGreaterThanOrEqual(
            earned(prices, asset) - NEAR_EUR,
          );
          expect(earned(prices, asset)).toBeGreaterThanOrEqual(earned(prices, limited) - NEAR_EUR);
        },
      ),
      RUNS,
    );
  });

  test("grows as prices and wear do, and as the battery does", () => {
    fc.assert(
      fc.property(anyPrices(0), anyPlanAsset, (prices, asset) => {
        const eur = earned(prices, asset);
        const dearer = {
          ...asset,
          wear: { eurPerMwhr: 3 * (asset.wear?.eurPerMwhr ?? 0), bands: [] },
        };
        expect(
          Math.abs(
            earned(
              prices.map((it) => 3 * it),
              dearer,
            ) -
              3 * eur,
          ),
        ).toBeLessThan(3 * NEAR_EUR);
        const sizes = [
          "capacityMwhr",
          "minMw",
          "maxMw",
          "maxSocMwhr",
          "startSocMwhr",
          "endSocMwhr",
        ] as const;
        const larger = Object.fromEntries(sizes.map((name) => [name, 3 * (asset[name] ?? 0)]));
        expect(Math.abs(earned(prices, { ...asset, ...larger }) - 3 * eur)).toBeLessThan(
          3 * NEAR_EUR,
        );
      }),
      RUNS,
    );
  });

  test("is no more than that of a model in which both directions go at once", () => {
    fc.assert(
      fc.property(anyPrices(-100), anyPlanAsset, (prices, asset) => {
        const input = hourly(prices, asset);
        const { linear } = buildModel(
          input,
          planCalendar(input.periods, () => 0),
          null,
        );
        const relaxed = solver.solve(linear, { timeLimitS: 60, gapRatio: 0 });
        const plan = planFor(solver, input);
        expect(plan.expectedEur).toBeLessThanOrEqual(-relaxed.objective + NEAR_EUR);
      }),
      RUNS,
    );
  });
});

test("flat prices leave a battery idle whose wear has a price", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), anyPlanAsset, (price, asset) => {
      const prices = Array.from({ length: 24 }, () => price);
      const plan = planFor(
        solver,
        hourly(prices, { ...asset, wear: { eurPerMwhr: 1, bands: [] } }),
      );
      expect(onlyScenario(plan).assets[0]?.mw.every((mw) => mw === 0)).toBe(true);
    }),
    RUNS,
  );
});

test("stored energy follows from power alone, within its bounds", () => {
  fc.assert(
    fc.property(anyPrices(-100), anyPlanAsset, (prices, given) => {
      const input = hourly(prices, given);
      const [asset] = input.assets as [PlanAsset];
      const { mw, socMwhr } = onlyScenario(planFor(solver, input)).assets[0] ?? {
        mw: [],
        socMwhr: [],
      };
      let stored = asset.startSocMwhr;
      for (const [t, power] of mw.entries()) {
        stored -=
          power > 0 ? power / asset.dischargeEfficiencyRatio : power * asset.chargeEfficiencyRatio;
        expect(Math.abs(stored - (socMwhr[t] as number))).toBeLessThan(1e-5);
        expect(stored).toBeGreaterThan(asset.minSocMwhr - 1e-5);
        expect(stored).toBeLessThan(asset.maxSocMwhr + 1e-5);
      }
    }),
    RUNS,
  );
});

test("the worth of energy and of the connection is what a little more of it brings", () => {
  fc.assert(
    fc.property(anyPrices(0), anyPlanAsset, (prices, given) => {
      const STEP = 0.01;
      const asset: Partial<PlanAsset> = {
        ...given,
        startSocMwhr: 0.5 * (given.capacityMwhr ?? 0),
        endSocMwhr: null,
      };
      const exportMw = 0.6 * (given.maxMw ?? 0);
      const all = { fromMs: HOURLY.startMs, untilMs: HOURLY.startMs + 24 * 3_600_000 };
      const plan = (stored: number, wider: number) =>
        planFor(
          solver,
          hourly(
            prices,
            { ...asset, startSocMwhr: (asset.startSocMwhr ?? 0) + stored },
            {
              limits: [{ kind: "connection", ...all, maxExportMw: exportMw + wider }],
            },
          ),
        );
      const here = plan(0, 0);
      const slope = (there: typeof here) => (there.expectedEur - here.expectedEur) / STEP;
      const energyWorth = onlyScenario(here).assets[0]?.energyWorthEurPerMwhr[0] ?? 0;
      // Between what is gained by a little more and what is lost by a little less.
      expect(energyWorth).toBeGreaterThan(slope(plan(STEP, 0)) - 0.1);
      expect(energyWorth).toBeLessThan(-slope(plan(-STEP, 0)) + 0.1);
      const widths = onlyScenario(here).exportWorthEurPerMw.reduce((sum, it) => sum + it, 0);
      expect(widths).toBeGreaterThan(slope(plan(0, STEP)) - 0.1);
      expect(widths).toBeLessThan(-slope(plan(0, -STEP)) + 0.1);
    }),
    RUNS,
  );
});
