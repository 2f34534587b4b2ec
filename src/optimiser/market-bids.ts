// The bids that get a plan at the market: curves, pairs of blocks, and an exclusive group of profiles.

import type { BidCurve, Bids, CurvePoint, ProfileBid } from "../domain/plan/bids.ts";
import { periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanInput, Scenario } from "../domain/plan/input.ts";
import type { ScenarioPlan } from "../domain/plan/plan.ts";
import { blockPairs } from "./block-pairs.ts";
import { scenarioOrder } from "./market-rows.ts";
import { keptOf } from "./reading.ts";

/** @param profiles Of the exclusive group. */
export function bidsOf(
  input: PlanInput,
  scenarios: readonly ScenarioPlan[],
  profiles: readonly ProfileBid[],
): Bids {
  const likeliest = scenarios.reduce((best, it) => (it.weightRatio > best.weightRatio ? it : best));
  return {
    curves: curvesOf(input, scenarios),
    pairs: blockPairs(input, likeliest, input.scenarios[scenarios.indexOf(likeliest)] as Scenario),
    profiles,
  };
}

function curvesOf(input: PlanInput, scenarios: readonly ScenarioPlan[]): BidCurve[] {
  return Array.from({ length: input.periods.count }, (_, period) => ({
    period,
    points:
      scenarios.length > 1
        ? scenarioPoints(input, scenarios, period)
        : limitPoints(input, scenarios[0] as ScenarioPlan, period),
  })).filter(({ points }) => points.some(({ mw }) => mw !== 0));
}

/** What each scenario trades at its price. */
function scenarioPoints(
  input: PlanInput,
  scenarios: readonly ScenarioPlan[],
  t: number,
): CurvePoint[] {
  return scenarioOrder(input, t).map((k) => {
    const mw = scenarios[k]?.tradedMw[t] as number;
    const { sellEurPerMwhr, buyEurPerMwhr } = input.scenarios[k] as Scenario;
    return { priceEurPerMwhr: (mw < 0 ? buyEurPerMwhr[t] : sellEurPerMwhr[t]) as number, mw };
  });
}

/** A step at the price from which on the trade pays, by the worth of stored energy. */
function limitPoints(input: PlanInput, plan: ScenarioPlan, t: number): CurvePoint[] {
  const mw = plan.tradedMw[t] as number;
  if (mw === 0) return [];
  const { sellEurPerMwhr, buyEurPerMwhr } = input.scenarios[0] as Scenario;
  const limits = input.assets.map((asset, a) => {
    const worth = (plan.assets[a]?.energyWorthEurPerMwhr[t] as number) * keptOf(input, a);
    const costEur = input.feeEurPerMwhr + asset.wear.eurPerMwhr / 2;
    return mw > 0
      ? worth / asset.dischargeEfficiencyRatio + costEur
      : worth * asset.chargeEfficiencyRatio - costEur;
  });
  // Reserves, and limits of power, may make a trade worthwhile that energy alone does not.
  const limit =
    mw > 0
      ? Math.min(...limits, sellEurPerMwhr[t] as number)
      : Math.max(...limits, buyEurPerMwhr[t] as number);
  const volumes = mw > 0 ? [0, mw] : [mw, 0];
  return volumes.map((volume) => ({ priceEurPerMwhr: limit, mw: volume }));
}

/** A profile of the traded power of a plan. */
export function profileOf({ periods }: PlanInput, { tradedMw, revenue }: ScenarioPlan): ProfileBid {
  // Energy below a watt is rounding.
  const mw = tradedMw.map((it) => Math.round(it * 1e6) / 1e6);
  return { mw: mw.slice(0, periods.count), revenueEur: revenue.energyEur + revenue.feesEur };
}

/** How much the cells of a plan give, in MWh. */
export function cellsOutMwhr(input: PlanInput, { assets }: ScenarioPlan): number {
  const hr = periodHr(input.periods);
  return assets.reduce((sum, { mw }, a) => {
    const { dischargeEfficiencyRatio } = input.assets[a] as PlanAsset;
    return sum + mw.reduce((all, it) => all + (Math.max(0, it) * hr) / dischargeEfficiencyRatio, 0);
  }, 0);
}
