// The costs of the model: prices, fees, wear and the value of what is left, all to be minimised.
import { periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, ReserveOffer, Scenario } from "../domain/plan/input.ts";
import type { Draft } from "./draft.ts";
import { tradedColumns } from "./market-rows.ts";
import { batteryOf } from "./plan-columns.ts";
import { reserveColumn } from "./reserve-rows.ts";

/** A battery that would gain nothing stands idle: this is charged for each MWh that it moves, and no part of what a plan earns. */
const IDLE_EUR_PER_MWHR = 1e-5;

export function addCosts(draft: Draft): void {
  const { scenarios, assets } = draft.input;
  for (const k of scenarios.keys()) {
    addTradeCosts(draft, k);
    for (const a of assets.keys()) addBatteryCosts(draft, k, a);
  }
  for (const a of assets.keys()) addReserveCosts(draft, a);
}

function addTradeCosts(draft: Draft, k: number): void {
  const { builder, input, limits } = draft;
  const { weightRatio, buyEurPerMwhr, sellEurPerMwhr } = input.scenarios[k] as Scenario;
  const weightHr = weightRatio * periodHr(input.periods);
  for (let t = 0; t < input.periods.count; t++) {
    const [sell, buy] = tradedColumns(draft, k, t);
    const feeEur = input.feeEurPerMwhr + (limits.breachEurPerMwhr[t] as number);
    builder.addCost(sell, weightHr * (feeEur - (sellEurPerMwhr[t] as number)));
    builder.addCost(buy, weightHr * (feeEur + (buyEurPerMwhr[t] as number)));
  }
}

function addBatteryCosts({ builder, input, columns }: Draft, k: number, a: number): void {
  const { weightRatio } = input.scenarios[k] as Scenario;
  const { wear, endValueEurPerMwhr } = input.assets[a] as PlanAsset;
  const battery = batteryOf(columns, k, a);
  const movedEur =
    weightRatio * periodHr(input.periods) * (wear.eurPerMwhr / 2 + IDLE_EUR_PER_MWHR);
  const { count } = input.periods;
  for (let t = 0; t < count; t++) {
    builder.addCost(battery.chargeMw + t, movedEur);
    builder.addCost(battery.dischargeMw + t, movedEur);
    for (const [n, { outMwhr }] of battery.bands.entries())
      builder.addCost(outMwhr + t, weightRatio * (wear.bands[n]?.eurPerMwhr as number));
  }
  builder.addCost(battery.socMwhr + count - 1, -weightRatio * endValueEurPerMwhr);
}

function addReserveCosts(draft: Draft, a: number): void {
  const { builder, input } = draft;
  const { wear } = input.assets[a] as PlanAsset;
  const hr = periodHr(input.periods);
  for (const [o, offer] of input.reserves.entries()) {
    const { isUp, isDown, activationRatio } = offer.product;
    const wearEur = (((isUp ? 1 : 0) + (isDown ? 1 : 0)) * activationRatio * wear.eurPerMwhr) / 2;
    for (let t = 0; t < input.periods.count; t++) {
      const eur = (offer.eurPerMwPerHr[t] as number) + activationEur(draft, offer, t) - wearEur;
      builder.addCost(reserveColumn(draft, a, o, t), -hr * eur);
    }
  }
}

/** What an hour of a MW of an offer is expected to bring by its activation, in a period. */
export function activationEur(
  { input }: Pick<Draft, "input">,
  offer: ReserveOffer,
  t: number,
): number {
  const { isUp, isDown, activationRatio } = offer.product;
  if (activationRatio === 0) return 0;
  const own = offer.activationEurPerMwhr?.[t];
  const eur = input.scenarios.reduce((sum, { weightRatio, sellEurPerMwhr, buyEurPerMwhr }) => {
    const upEur = isUp ? (own ?? (sellEurPerMwhr[t] as number)) : 0;
    const downEur = isDown ? (own ?? (buyEurPerMwhr[t] as number)) : 0;
    return sum + weightRatio * (upEur - downEur);
  }, 0);
  return activationRatio * eur;
}
