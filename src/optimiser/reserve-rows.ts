// The rows of reserves: the power and the energy that batteries hold for them.
import type { PlanAsset } from "../domain/plan/input.ts";
import { downPowerRatio, upPowerRatio } from "../domain/plan/reserve-product.ts";
import type { Draft } from "./draft.ts";
import { limitsOf, within } from "./limits.ts";
import { batteryOf } from "./plan-columns.ts";

export function addReserveRows(draft: Draft): void {
  const { scenarios, assets, reserves } = draft.input;
  if (reserves.length === 0) return;
  for (const k of scenarios.keys())
    for (const a of assets.keys()) {
      addPowerRows(draft, k, a);
      addEnergyRows(draft, k, a);
    }
  addObligations(draft);
  addMaxima(draft);
}

/** The column of a reserve in a period. */
export function reserveColumn(
  { columns }: Pick<Draft, "columns">,
  a: number,
  o: number,
  t: number,
): number {
  return (columns.reserves[a]?.[o] as number) + (columns.products[o]?.[t] as number);
}

function addPowerRows(draft: Draft, k: number, a: number): void {
  const { builder, input } = draft;
  const { chargeMw, dischargeMw } = batteryOf(draft.columns, k, a);
  const { minMw, maxMw } = input.assets[a] as PlanAsset;
  for (let t = 0; t < input.periods.count; t++)
    for (const side of [1, -1]) {
      builder.put(dischargeMw + t, side);
      builder.put(chargeMw + t, -side);
      for (const [o, { product }] of input.reserves.entries()) {
        const ratio = side === 1 ? upPowerRatio(product) : downPowerRatio(product);
        if (ratio !== 0) builder.put(reserveColumn(draft, a, o, t), ratio);
      }
      builder.endRow(-Infinity, side === 1 ? maxMw : -minMw);
    }
}

/** Energy for the activation of all reserves, at the start and at the end of each period. */
function addEnergyRows(draft: Draft, k: number, a: number): void {
  const { input, columns } = draft;
  const { socMwhr } = batteryOf(columns, k, a);
  const { startSocMwhr } = input.assets[a] as PlanAsset;
  const { count } = input.periods;
  addEnergyPair(draft, a, 0, null, startSocMwhr);
  for (let t = 0; t < count; t++) {
    addEnergyPair(draft, a, t, socMwhr + t, 0);
    // The start of the next period, where it has other products than this one.
    const isSame = columns.products.every((it) => it[t] === it[t + 1]);
    if (t + 1 < count && !isSame) addEnergyPair(draft, a, t + 1, socMwhr + t, 0);
  }
}

function addEnergyPair(draft: Draft, a: number, t: number, soc: number | null, mwhr: number): void {
  const { builder, input } = draft;
  const asset = input.assets[a] as PlanAsset;
  for (const isUp of [true, false]) {
    if (soc !== null) builder.put(soc, 1);
    for (const [o, { product }] of input.reserves.entries()) {
      if (!(isUp ? product.isUp : product.isDown)) continue;
      const cellsRatio = isUp ? -1 / asset.dischargeEfficiencyRatio : asset.chargeEfficiencyRatio;
      builder.put(reserveColumn(draft, a, o, t), cellsRatio * product.enduranceHr);
    }
    if (isUp) builder.endRow(asset.minSocMwhr - mwhr, Infinity);
    else builder.endRow(-Infinity, asset.maxSocMwhr - mwhr);
  }
}

/** What was sold already, once per product. */
function addObligations(draft: Draft): void {
  const { builder, input } = draft;
  for (const obligation of limitsOf(input, "obligation")) {
    const o = input.reserves.findIndex(({ product }) => product.name === obligation.product);
    let last = -1;
    within(input, obligation, (t) => {
      const product = draft.columns.products[o]?.[t] as number;
      if (product === last) return;
      last = product;
      for (const a of input.assets.keys()) builder.put(reserveColumn(draft, a, o, t), 1);
      const of = { product: obligation.product, unit: "MW" } as const;
      draft.require(obligation.mw, Infinity, { kind: "obligation", period: t, ...of });
    });
  }
}

/** The highest volume of each product, over all batteries. */
function addMaxima(draft: Draft): void {
  const { builder, input, columns } = draft;
  for (const [o, { product }] of input.reserves.entries()) {
    if (product.maxMw === null) continue;
    const products = columns.products[o] as Int32Array;
    for (let t = 0; t < products.length; t++) {
      if (t > 0 && products[t] === products[t - 1]) continue;
      for (const a of input.assets.keys()) builder.put(reserveColumn(draft, a, o, t), 1);
      draft.require(-Infinity, product.maxMw, {
        ...{ kind: "reserveMax", period: t, product: product.name, unit: "MW" },
      });
    }
  }
}
