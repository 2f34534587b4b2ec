// Pairs of a block that is bought and one that is sold: the cycles of a plan.
import type { Block, BlockPair } from "../domain/plan/bids.ts";
import { periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanInput, Scenario } from "../domain/plan/input.ts";
import type { AssetPlan, ScenarioPlan } from "../domain/plan/plan.ts";

/** Energy in the cells that is charged in one period and discharged in another. */
interface Match {
  readonly charged: number;
  readonly discharged: number;
  readonly mwhr: number;
}

/** Less is rounding, in MWh. */
const NO_MWHR = 1e-6;

/** What is charged last is discharged first. Energy of before the plan, and energy that is left, is in no pair. */
export function blockPairs(input: PlanInput, plan: ScenarioPlan, prices: Scenario): BlockPair[] {
  return plan.assets.flatMap((it, a) => {
    const asset = input.assets[a] as PlanAsset;
    const matches = matchesOf(asset, it);
    const runs = runsOf(it.energyMwhr);
    const groups = new Map<string, Match[]>();
    for (const match of matches) {
      const key = `${runs[match.charged]}/${runs[match.discharged]}`;
      groups.set(key, [...(groups.get(key) ?? []), match]);
    }
    return [...groups.values()].map((group) => pairOf(input, asset, prices, group));
  });
}

function matchesOf(asset: PlanAsset, { energyMwhr }: AssetPlan): Match[] {
  const stored: { period: number; mwhr: number }[] = [];
  const matches: Match[] = [];
  for (const [t, mwhr] of energyMwhr.entries()) {
    if (mwhr < -NO_MWHR) stored.push({ period: t, mwhr: -mwhr * asset.chargeEfficiencyRatio });
    let left = Math.max(0, mwhr) / asset.dischargeEfficiencyRatio;
    while (left > NO_MWHR) {
      const last = stored.at(-1);
      if (last === undefined) break;
      const part = Math.min(left, last.mwhr);
      matches.push({ charged: last.period, discharged: t, mwhr: part });
      left -= part;
      last.mwhr -= part;
      if (last.mwhr <= NO_MWHR) stored.pop();
    }
  }
  return matches;
}

/** Of each period, the number of its run: of periods in which power has one direction, idle ones between them included. */
function runsOf(energyMwhr: readonly number[]): number[] {
  let run = 0;
  let sign = 0;
  return energyMwhr.map((mwhr) => {
    const next = Math.abs(mwhr) > NO_MWHR ? Math.sign(mwhr) : sign;
    if (next !== sign) run++;
    sign = next;
    return run;
  });
}

function pairOf(
  input: PlanInput,
  asset: PlanAsset,
  { buyEurPerMwhr, sellEurPerMwhr }: Scenario,
  matches: readonly Match[],
): BlockPair {
  const bought = new Map<number, number>();
  const sold = new Map<number, number>();
  let [boughtMwhr, soldMwhr, costEur, revenueEur] = [0, 0, 0, 0];
  for (const { charged, discharged, mwhr } of matches) {
    const inMwhr = mwhr / asset.chargeEfficiencyRatio;
    const outMwhr = mwhr * asset.dischargeEfficiencyRatio;
    bought.set(charged, (bought.get(charged) ?? 0) - inMwhr);
    sold.set(discharged, (sold.get(discharged) ?? 0) + outMwhr);
    boughtMwhr += inMwhr;
    soldMwhr += outMwhr;
    costEur += inMwhr * (buyEurPerMwhr[charged] as number);
    revenueEur += outMwhr * (sellEurPerMwhr[discharged] as number);
  }
  const otherEur = (boughtMwhr + soldMwhr) * (input.feeEurPerMwhr + asset.wear.eurPerMwhr / 2);
  return {
    buy: blockOf(input, bought, (revenueEur - otherEur) / boughtMwhr),
    sell: blockOf(input, sold, (costEur + otherEur) / soldMwhr),
  };
}

function blockOf(
  { periods }: PlanInput,
  energyMwhr: ReadonlyMap<number, number>,
  priceEurPerMwhr: number,
): Block {
  const firstPeriod = Math.min(...energyMwhr.keys());
  const length = Math.max(...energyMwhr.keys()) - firstPeriod + 1;
  const hr = periodHr(periods);
  const mw = Array.from({ length }, (_, n) => (energyMwhr.get(firstPeriod + n) ?? 0) / hr);
  return { firstPeriod, mw, priceEurPerMwhr };
}
