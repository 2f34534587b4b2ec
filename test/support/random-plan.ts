// Inputs of the optimiser for property tests.
import type { PlanAsset } from "../../src/domain/plan/input.ts";
import fc from "./fast-check.ts";

const number = (min: number, max: number) =>
  fc.integer({ min: min * 10, max: max * 10 }).map((n) => n / 10);

/** Prices of some periods, in EUR/MWh. */
export const anyPrices = (least: number, count = 24) =>
  fc.array(number(least, 200), { minLength: count, maxLength: count });

/** A battery that ends as full as it begins. */
export const anyPlanAsset: fc.Arbitrary<Partial<PlanAsset>> = fc
  .record({
    capacityMwhr: number(5, 100),
    powerMw: number(1, 50),
    efficiency: fc.constantFrom(0.8, 0.92, 0.95, 1),
    socRatio: fc.constantFrom(0, 0.3, 0.5, 1),
    eurPerMwhr: fc.constantFrom(0, 2, 10),
  })
  .map(({ capacityMwhr, powerMw, efficiency, socRatio, eurPerMwhr }) => ({
    ...{ capacityMwhr, minMw: -powerMw, maxMw: powerMw },
    ...{ chargeEfficiencyRatio: efficiency, dischargeEfficiencyRatio: efficiency },
    ...{ minSocMwhr: 0, maxSocMwhr: capacityMwhr },
    ...{ startSocMwhr: socRatio * capacityMwhr, endSocMwhr: socRatio * capacityMwhr },
    wear: { eurPerMwhr, bands: [] },
  }));
