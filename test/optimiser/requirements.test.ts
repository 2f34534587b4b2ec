// What a plan may be required to do, one thing at a time.
import { beforeAll, describe, expect, test } from "vitest";
import { loadSolver } from "../../src/adapters/highs/solver.ts";
import type { PlanAsset, PlanInput } from "../../src/domain/plan/input.ts";
import { RESERVE_PRODUCTS, type ReserveProduct } from "../../src/domain/plan/reserve-product.ts";
import type { Solver } from "../../src/domain/ports/solver.ts";
import {
  HOURLY,
  onlyScenario,
  outcomeOf,
  PLAN_ASSET,
  planFor,
  planInput,
} from "../support/plan-input.ts";

const HOUR_MS = 3_600_000;
const at = (hour: number) => HOURLY.startMs + hour * HOUR_MS;
const window = (from: number, until: number) => ({ fromMs: at(from), untilMs: at(until) });

/** 10 MW and 20 MWh without losses, empty at the start. */
const ASSET: Partial<PlanAsset> = {
  ...{ capacityMwhr: 20, minMw: -10, maxMw: 10, minSocMwhr: 0, maxSocMwhr: 20, startSocMwhr: 0 },
  ...{ endSocMwhr: null, chargeEfficiencyRatio: 1, dischargeEfficiencyRatio: 1 },
};

let solver: Solver;
beforeAll(async () => {
  solver = await loadSolver();
});

const hourly = (
  prices: readonly number[],
  asset: Partial<PlanAsset> = {},
  others: Partial<PlanInput> = {},
): PlanInput => ({
  ...planInput(prices, { ...ASSET, ...asset }),
  periods: { ...HOURLY, count: prices.length },
  ...others,
});
const planned = (input: PlanInput) => planFor(solver, input);
const powers = (input: PlanInput) =>
  onlyScenario(planned(input)).assets[0]?.mw.map((mw) => Number(mw.toFixed(6)));

describe("trade", () => {
  test("takes what is bought and sold at different prices, and fees", () => {
    const scenarios = [
      { weightRatio: 1, buyEurPerMwhr: [20, 20, 50], sellEurPerMwhr: [10, 10, 40] },
    ];
    const plan = planned(hourly([0, 0, 0], {}, { scenarios, feeEurPerMwhr: 1 }));
    expect(onlyScenario(plan).revenue).toMatchObject({
      energyEur: 200,
      feesEur: -20,
      totalEur: 180,
    });
  });

  test("rests in a window, or pays the price of a breach where that is worth it", () => {
    const closed = { kind: "noTrade", ...window(0, 1) } as const;
    expect(powers(hourly([10, 30, 50], {}, { limits: [closed] }))).toEqual([0, -10, 10]);
    const breached = { ...closed, breachEurPerMwhr: 5 };
    const plan = planned(hourly([10, 30, 50], {}, { limits: [breached] }));
    expect(onlyScenario(plan).revenue).toMatchObject({ energyEur: 400, breachEur: -50 });
    const dear = { ...closed, breachEurPerMwhr: 50 };
    expect(powers(hourly([10, 30, 50], {}, { limits: [dear] }))).toEqual([0, -10, 10]);
  });

  test("buys back what was sold where that is cheaper than to deliver it", () => {
    const fixedPositions = [{ ...window(1, 2), mw: 10 }];
    const plan = planned(hourly([40, 20], {}, { fixedPositions }));
    expect(onlyScenario(plan).tradedMw.map((mw) => mw + 0)).toEqual([0, -10]);
    expect(plan.expectedEur).toBeCloseTo(-200, 6);
  });

  test("stays within the connection, of all batteries together", () => {
    const assets = ["A", "B"].map((id): PlanAsset => ({ ...PLAN_ASSET, ...ASSET, id }));
    const limits = [
      { kind: "connection", ...window(0, 2), maxImportMw: 12, maxExportMw: 8 } as const,
    ];
    const plan = planned(hourly([10, 50], {}, { assets, limits }));
    expect(onlyScenario(plan).tradedMw.map((mw) => Number(mw.toFixed(6)))).toEqual([-8, 8]);
    expect(onlyScenario(plan).exportWorthEurPerMw[1]).toBeCloseTo(40, 3);
  });
});

describe("stored energy", () => {
  test("keeps the limits of a window", () => {
    const limits = [{ kind: "soc", assetId: "BESS-1", ...window(0, 1), maxSocMwhr: 4 } as const];
    expect(powers(hourly([10, 50], {}, { limits }))).toEqual([-4, 4]);
  });

  test("reaches a target, or misses it for its price", () => {
    const target = { kind: "socTarget", assetId: "BESS-1", atMs: at(1), minSocMwhr: 6 } as const;
    expect(powers(hourly([50, 10], {}, { limits: [target] }))?.[0]).toBe(-6);
    const missed = planned(hourly([50, 0], {}, { limits: [{ ...target, breachEurPerMwhr: 30 }] }));
    expect(onlyScenario(missed).revenue).toMatchObject({ energyEur: 0, breachEur: -180 });
  });

  test("has a worth at the end", () => {
    expect(powers(hourly([10, 50], { endValueEurPerMwhr: 60 }))).toEqual([-10, -10]);
  });
});

describe("cycles", () => {
  test.each([
    ["discharge", 10],
    ["charge", 30],
    ["both", 10],
  ] as const)("are limited per day by what the cells %s", (side, mwhr) => {
    const asset = { startSocMwhr: 20, cycleLimit: { dailyCount: 0.5, side } };
    const sold = powers(hourly([50, 50, 10, 50], asset))?.filter((mw) => mw > 0) ?? [];
    expect(sold.reduce((sum, mw) => sum + mw, 0)).toBeCloseTo(mwhr, 6);
  });

  test("are counted for each day of the zone", () => {
    const prices = Array.from({ length: 48 }, (_, t) => (t % 2 === 0 ? 10 : 50));
    const cycleLimit = { dailyCount: 1, side: "discharge" as const };
    const [day, days] = [prices.slice(0, 24), prices].map(
      (it) => onlyScenario(planned(hourly(it, { cycleLimit }))).assets[0]?.cycleCount,
    );
    expect(day).toBeCloseTo(1, 6);
    expect(days).toBeCloseTo(2, 6);
  });

  test("of deep bands cost more, so that a narrow spread is used in part", () => {
    const bands = [
      { capacityRatio: 0.25, eurPerMwhr: 5 },
      { capacityRatio: 0.75, eurPerMwhr: 45 },
    ];
    const plan = planned(hourly([10, 50], { wear: { eurPerMwhr: 0, bands } }));
    expect(onlyScenario(plan).revenue).toMatchObject({ energyEur: 200, wearEur: -25 });
  });
});

describe("reserves", () => {
  const offer = (name: string, eur: readonly number[], more: Partial<ReserveProduct> = {}) => ({
    product: { ...(RESERVE_PRODUCTS[name] as ReserveProduct), ...more },
    eurPerMwPerHr: eur,
    activationEurPerMwhr: null,
  });

  test("are one volume throughout a product", () => {
    const reserves = [offer("fcr", [1, 9, 1, 9])];
    const plan = planned(hourly([0, 0, 0, 0], { startSocMwhr: 10 }, { reserves }));
    expect(new Set(plan.reserves[0]?.mw.map((mw) => mw.toFixed(6))).size).toBe(1);
    expect(onlyScenario(plan).revenue.reserveEur.fcr).toBeCloseTo(10 * 20, 6);
  });

  test("have their energy at the start of a product as well as at its end", () => {
    const reserves = [offer("afrr_up", [100])];
    const plan = planned(hourly([0], { startSocMwhr: 3 }, { reserves }));
    // What is charged within the hour does not count.
    expect(plan.reserves[0]?.mw[0]).toBeCloseTo(3, 6);
    const later = planned(
      hourly([0, 0], { startSocMwhr: 3 }, { reserves: [offer("afrr_up", [0, 100])] }),
    );
    expect(later.reserves[0]?.mw[1]).toBeCloseTo(10, 6);
  });

  test("hold what was sold, and give up trade for it", () => {
    const reserves = [offer("afrr_up", [0, 0])];
    const limits = [{ kind: "obligation", product: "afrr_up", ...window(0, 2), mw: 4 } as const];
    const plan = planned(hourly([10, 50], { startSocMwhr: 10 }, { reserves, limits }));
    expect(plan.reserves[0]?.mw.map((mw) => Number(mw.toFixed(6)))).toEqual([4, 4]);
    expect(onlyScenario(plan).assets[0]?.mw[1]).toBeCloseTo(6, 6);
  });

  test("are paid and emptied by their expected activation", () => {
    const reserves = [offer("afrr_up", [100], { activationRatio: 0.5 })];
    const plan = planned(hourly([40], { startSocMwhr: 20 }, { reserves }));
    expect(plan.reserves[0]?.mw[0]).toBeCloseTo(10, 6);
    expect(onlyScenario(plan).revenue.activationEur.afrr_up).toBeCloseTo(200, 6);
    expect(onlyScenario(plan).assets[0]?.socMwhr[0]).toBeCloseTo(15, 6);
  });

  test("are sold in lots: rounded down, and exactly on request, both for what they cost", () => {
    const reserves = [offer("afrr_up", [100, 100]), offer("fcr_n", [60, 60])];
    const input = hourly([10, 45], { startSocMwhr: 9.7 }, { reserves });
    const lots = { energyLotMw: null, roundsReserves: true, isExact: false };
    const [free, rounded, exact] = [
      planned(input),
      planned({ ...input, lots }),
      planned({ ...input, lots: { ...lots, isExact: true } }),
    ];
    for (const plan of [rounded, exact])
      for (const [o, lotMw] of [1, 0.1].entries())
        for (const mw of plan.reserves[o]?.mw ?? [])
          expect(Math.abs(mw / lotMw - Math.round(mw / lotMw))).toBeLessThan(1e-6);
    expect(rounded.expectedEur).toBeLessThanOrEqual(exact.expectedEur + 0.01 * free.expectedEur);
    expect(exact.expectedEur).toBeLessThanOrEqual(free.expectedEur + 1e-3);
    expect(rounded.roundingEur).toBeCloseTo(free.expectedEur - rounded.expectedEur, 3);
  });

  test("and energy in lots is what is traded", () => {
    const lots = { energyLotMw: 0.1, roundsReserves: false, isExact: false };
    const asset = { chargeEfficiencyRatio: 0.93, dischargeEfficiencyRatio: 0.93 };
    const plan = planned(hourly([10, 12, 50, 45], asset, { lots }));
    for (const mw of onlyScenario(plan).tradedMw)
      expect(Math.abs(mw * 10 - Math.round(mw * 10))).toBeLessThan(1e-6);
    expect(plan.roundingEur).toBeGreaterThan(0);
    expect(plan.roundingEur).toBeLessThan(0.02 * plan.expectedEur);
    // With a ramp too, and together with reserves.
    const ramp = { rateMwPerMin: 2, startMw: 0, tickS: 4 };
    const reserves = [offer("afrr_up", [9, 9, 9, 9])];
    const both = planned(
      hourly(
        [10, 12, 50, 45],
        { ...asset, ramp },
        { reserves, lots: { ...lots, roundsReserves: true } },
      ),
    );
    for (const mw of onlyScenario(both).tradedMw)
      expect(Math.abs(mw * 10 - Math.round(mw * 10))).toBeLessThan(1e-4);
    for (const mw of both.reserves[0]?.mw ?? [])
      expect(Math.abs(mw - Math.round(mw))).toBeLessThan(1e-6);
  });
});

describe("scenarios", () => {
  const scenarios = [
    { weightRatio: 0.5, buyEurPerMwhr: [10, 50, 20], sellEurPerMwhr: [10, 50, 20] },
    { weightRatio: 0.5, buyEurPerMwhr: [10, 20, 50], sellEurPerMwhr: [10, 20, 50] },
  ];

  test("trade the same where their prices are the same, and no less where they are higher", () => {
    const plan = planned(hourly([0, 0, 0], { capacityMwhr: 10, maxSocMwhr: 10 }, { scenarios }));
    const [one, other] = plan.scenarios.map(({ tradedMw }) => tradedMw) as [number[], number[]];
    expect(one[0]).toBeCloseTo(other[0] as number, 6);
    expect(one[1]).toBeGreaterThanOrEqual((other[1] as number) - 1e-6);
    expect(one[2]).toBeLessThanOrEqual((other[2] as number) + 1e-6);
    expect(plan.expectedEur).toBeCloseTo(400, 3);
    expect(plan.bids.curves[1]?.points.map(({ priceEurPerMwhr }) => priceEurPerMwhr)).toEqual([
      20, 50,
    ]);
  });

  test("buy in all of them where only one of them needs it, and their prices are still the same", () => {
    const prices = (eur: readonly number[]) => ({
      weightRatio: 0.5,
      buyEurPerMwhr: eur,
      sellEurPerMwhr: eur,
    });
    const plan = planned(hourly([0, 0], {}, { scenarios: [prices([10, 50]), prices([10, 5])] }));
    expect(
      plan.scenarios.map(({ tradedMw }) => tradedMw.map((mw) => Number(mw.toFixed(6)))),
    ).toEqual([
      [-10, 10],
      [-10, 10],
    ]);
  });

  test("sell one volume of a reserve", () => {
    const reserves = [
      {
        product: RESERVE_PRODUCTS.afrr_up as ReserveProduct,
        eurPerMwPerHr: [5, 5, 5],
        activationEurPerMwhr: null,
      },
    ];
    const plan = planned(hourly([0, 0, 0], {}, { scenarios, reserves }));
    expect(plan.reserves).toHaveLength(1);
  });
});

describe("bids", () => {
  const plan = () => planned(hourly([10, 50, 20, 60], { endSocMwhr: 0 }, { profileCount: 3 }));

  test("step at a price at which the trade pays", () => {
    for (const { period, points } of plan().bids.curves) {
      const [first, last] = points;
      const price = [10, 50, 20, 60][period] as number;
      if ((last?.mw ?? 0) > 0) expect(last?.priceEurPerMwhr).toBeLessThanOrEqual(price);
      else expect(first?.priceEurPerMwhr).toBeGreaterThanOrEqual(price);
    }
  });

  test("pair what is bought with what is sold of the same energy", () => {
    const { pairs } = plan().bids;
    const sum = (mw: readonly number[]) => mw.reduce((all, it) => all + it, 0);
    expect(pairs).toHaveLength(2);
    for (const { buy, sell } of pairs) {
      expect(sum(buy.mw)).toBeCloseTo(-sum(sell.mw), 6);
      expect(buy.priceEurPerMwhr).toBeGreaterThan(sell.priceEurPerMwhr);
    }
  });

  test("pair what is charged last with what is discharged first", () => {
    const { bids } = planned(hourly([10, 15, 40, 20, 60, 55], { endSocMwhr: 0 }));
    expect(bids.pairs.map(({ buy, sell }) => [buy.firstPeriod, sell.firstPeriod])).toEqual([
      [1, 2],
      [3, 4],
      [0, 5],
    ]);
  });

  test("have profiles that earn less the less they cycle", () => {
    const eur = plan().bids.profiles.map(({ revenueEur }) => revenueEur);
    expect(eur).toHaveLength(3);
    expect(eur.toSorted((a, b) => b - a)).toEqual(eur);
    expect(eur[0]).toBeCloseTo(800, 3);
  });
});

describe("requirements that contradict each other", () => {
  test("are named with their periods, and the least that would have to give way", () => {
    const limits = [
      { kind: "socTarget", assetId: "BESS-1", atMs: at(2), minSocMwhr: 15 },
      { kind: "noTrade", ...window(0, 1) },
    ] as const;
    const outcome = outcomeOf(solver, hourly([10, 20, 30], {}, { limits }));
    expect(outcome).toMatchObject({
      refusal: {
        code: "PLAN_INFEASIBLE",
        period: 0,
        conflicts: [
          { kind: "noTrade", firstPeriod: 0 },
          { kind: "socTarget", firstPeriod: 1 },
        ],
        relaxation: [{ by: expect.closeTo(5, 6) }],
      },
    });
    expect("refusal" in outcome && outcome.refusal.message).toContain(
      "the SoC target of BESS-1 at 2026-11-20T02:00:00Z",
    );
  });

  test("give way upward too", () => {
    const limits = [{ kind: "soc", assetId: "BESS-1", ...window(0, 1), maxSocMwhr: 4 }] as const;
    expect(
      outcomeOf(solver, hourly([10, 10], { startSocMwhr: 10, maxMw: 2 }, { limits })),
    ).toMatchObject({
      refusal: {
        conflicts: [{ kind: "soc" }],
        relaxation: [{ kind: "soc", by: expect.closeTo(4, 6), unit: "MWh" }],
      },
    });
  });

  test("of obligations beyond the rating are found", () => {
    const product = RESERVE_PRODUCTS.afrr_up as ReserveProduct;
    const reserves = [{ product, eurPerMwPerHr: [5, 5], activationEurPerMwhr: null }];
    const limits = [{ kind: "obligation", product: "afrr_up", ...window(1, 2), mw: 25 } as const];
    expect(
      outcomeOf(solver, hourly([10, 10], { startSocMwhr: 20 }, { reserves, limits })),
    ).toMatchObject({
      refusal: { code: "PLAN_INFEASIBLE", period: 1, relaxation: [{ kind: "obligation" }] },
    });
  });
});
