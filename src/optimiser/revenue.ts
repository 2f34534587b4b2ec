// What a plan earns, by market.
import { periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanInput, Scenario } from "../domain/plan/input.ts";
import type { AssetPlan, ReserveShare, Revenue } from "../domain/plan/plan.ts";
import { targetPeriod } from "./battery-rows.ts";
import { limitsOf } from "./limits.ts";
import { type BandColumns, batteryOf } from "./plan-columns.ts";
import type { Solved } from "./ramped.ts";

interface Earned {
  readonly assets: readonly AssetPlan[];
  readonly tradedMw: readonly number[];
  readonly reserves: readonly ReserveShare[];
  readonly k: number;
}

/** The money of a scenario, in total and by period. */
export function revenueOf(
  input: PlanInput,
  solved: Solved,
  earned: Earned,
): { readonly revenue: Revenue; readonly periodRevenueEur: readonly number[] } {
  const { buyEurPerMwhr, sellEurPerMwhr } = input.scenarios[earned.k] as Scenario;
  const hr = periodHr(input.periods);
  const periodRevenueEur = new Array<number>(input.periods.count).fill(0);
  const add = (t: number, eur: number) => {
    periodRevenueEur[t] = (periodRevenueEur[t] as number) + eur;
    return eur;
  };
  let [energyEur, feesEur, breachEur] = [0, 0, 0];
  for (const [t, mw] of earned.tradedMw.entries()) {
    const eurPerMwhr = (mw > 0 ? sellEurPerMwhr[t] : buyEurPerMwhr[t]) as number;
    energyEur += add(t, hr * mw * eurPerMwhr);
    feesEur += add(t, -hr * Math.abs(mw) * input.feeEurPerMwhr);
    breachEur -= hr * Math.abs(mw) * (solved.model.limits.breachEurPerMwhr[t] as number);
  }
  const [reserveEur, activationEur] = reserveMoney(input, earned, add);
  breachEur -= missedTargetsEur(input, earned.assets);
  const wearEur = -earned.assets.reduce((sum, _, a) => sum + wearOf(input, solved, earned, a), 0);
  const endValueEur = earned.assets.reduce(
    (sum, { socMwhr }, a) =>
      sum + (socMwhr.at(-1) as number) * (input.assets[a]?.endValueEurPerMwhr as number),
    0,
  );
  const sums = [reserveEur, activationEur].flatMap((it) => Object.values(it));
  const totalEur = [energyEur, feesEur, wearEur, breachEur, endValueEur, ...sums].reduce(
    (sum, eur) => sum + eur,
    0,
  );
  const revenue = {
    energyEur,
    feesEur,
    reserveEur,
    activationEur,
    wearEur,
    breachEur,
    endValueEur,
  };
  return { periodRevenueEur, revenue: { ...revenue, totalEur } };
}

/** By product: what holding it brings, and what its activation brings at the prices of the scenario. */
function reserveMoney(
  input: PlanInput,
  { reserves, k }: Earned,
  add: (t: number, eur: number) => number,
): [Record<string, number>, Record<string, number>] {
  const { buyEurPerMwhr, sellEurPerMwhr } = input.scenarios[k] as Scenario;
  const hr = periodHr(input.periods);
  const holding: Record<string, number> = {};
  const activation: Record<string, number> = {};
  for (const { product, eurPerMwPerHr, activationEurPerMwhr } of input.reserves) {
    const { name, isUp, isDown, activationRatio } = product;
    [holding[name], activation[name]] = [0, 0];
    for (const share of reserves.filter((it) => it.product === name))
      for (const [t, mw] of share.mw.entries()) {
        holding[name] += add(t, hr * mw * (eurPerMwPerHr[t] as number));
        const own = activationEurPerMwhr?.[t];
        const upEur = isUp ? (own ?? (sellEurPerMwhr[t] as number)) : 0;
        const downEur = isDown ? (own ?? (buyEurPerMwhr[t] as number)) : 0;
        activation[name] += add(t, hr * mw * activationRatio * (upEur - downEur));
      }
  }
  return [holding, activation];
}

function missedTargetsEur(input: PlanInput, assets: readonly AssetPlan[]): number {
  return limitsOf(input, "socTarget").reduce((sum, target) => {
    const asset = assets.find(({ assetId }) => assetId === target.assetId);
    const socMwhr = asset?.socMwhr[targetPeriod(input, target.atMs)] as number;
    return sum + Math.max(0, target.minSocMwhr - socMwhr) * (target.breachEurPerMwhr ?? 0);
  }, 0);
}

/** The wear of one battery, in EUR. */
function wearOf(
  input: PlanInput,
  { model, solution, ramps }: Solved,
  earned: Earned,
  a: number,
): number {
  const { wear, id } = input.assets[a] as PlanAsset;
  const { chargeMw, dischargeMw, bands } = batteryOf(model.columns, earned.k, a);
  const ramp = ramps?.[earned.k]?.[a];
  const hr = periodHr(input.periods);
  let mwhr = 0;
  let eur = 0;
  for (let t = 0; t < input.periods.count; t++) {
    mwhr +=
      hr *
      ((solution.values[chargeMw + t] as number) + (solution.values[dischargeMw + t] as number));
    mwhr -= (ramp?.chargeMwhr[t] ?? 0) + (ramp?.dischargeMwhr[t] ?? 0);
    for (const [n, band] of wear.bands.entries()) {
      const { outMwhr } = bands[n] as BandColumns;
      eur += band.eurPerMwhr * (solution.values[outMwhr + t] as number);
    }
  }
  for (const { product } of input.reserves) {
    const share = earned.reserves.find((it) => it.assetId === id && it.product === product.name);
    const directions = (product.isUp ? 1 : 0) + (product.isDown ? 1 : 0);
    for (const mw of share?.mw ?? []) mwhr += hr * mw * product.activationRatio * directions;
  }
  return eur + (mwhr * wear.eurPerMwhr) / 2;
}
