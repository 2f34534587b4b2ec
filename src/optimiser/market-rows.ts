// The rows of the connection and of the market: what batteries do together, and what of it is traded.
import { periodHr } from "../domain/plan/calendar.ts";
import type { PlanInput, Scenario } from "../domain/plan/input.ts";
import { downPowerRatio, upPowerRatio } from "../domain/plan/reserve-product.ts";
import type { Draft } from "./draft.ts";
import { batteryOf, type TradeColumns } from "./plan-columns.ts";
import { reserveColumn } from "./reserve-rows.ts";

/** Of a scenario, by period: the row of the connection in each direction; -1: it has no limit. */
export interface MarketRows {
  readonly exportRows: Int32Array;
  readonly importRows: Int32Array;
}

export function addMarketRows(draft: Draft): MarketRows[] {
  if (draft.columns.trades !== null)
    for (const [k, trade] of draft.columns.trades.entries()) addTrades(draft, k, trade);
  addNoTrade(draft);
  addCurves(draft);
  return draft.input.scenarios.map((_, k) => ({
    exportRows: addConnection(draft, k, 1),
    importRows: addConnection(draft, k, -1),
  }));
}

/** What is traded is what the batteries do, without what was sold before. */
function addTrades(draft: Draft, k: number, { sellMw, buyMw }: TradeColumns): void {
  const { builder, input, limits, ramps } = draft;
  const hr = periodHr(input.periods);
  for (let t = 0; t < input.periods.count; t++) {
    builder.put(sellMw + t, 1);
    builder.put(buyMw + t, -1);
    let mw = -(limits.fixedMw[t] as number);
    for (const a of input.assets.keys()) {
      putPower(draft, k, a, t, -1);
      const ramp = ramps?.[k]?.[a];
      if (ramp) mw += ((ramp.chargeMwhr[t] as number) - (ramp.dischargeMwhr[t] as number)) / hr;
    }
    builder.endRow(mw, mw);
  }
}

function addNoTrade(draft: Draft): void {
  const { builder, input, limits } = draft;
  for (const k of input.scenarios.keys())
    for (let t = 0; t < input.periods.count; t++) {
      if (limits.isClosed[t] === 0) continue;
      for (const column of tradedColumns(draft, k, t)) builder.put(column, 1);
      draft.require(-Infinity, 0, { kind: "noTrade", period: t, unit: "MW" });
    }
}

/** The two columns that are traded in a period: sold, then bought. */
export function tradedColumns(
  { columns }: Pick<Draft, "columns">,
  k: number,
  t: number,
): [number, number] {
  const trade = columns.trades?.[k];
  if (trade !== undefined) return [trade.sellMw + t, trade.buyMw + t];
  const { dischargeMw, chargeMw } = batteryOf(columns, k, 0);
  return [dischargeMw + t, chargeMw + t];
}

/** Scenarios share one curve of energy per period: where prices are higher, no less is sold; where they are equal, as much. */
function addCurves(draft: Draft): void {
  const { builder, input } = draft;
  if (input.scenarios.length < 2) return;
  for (let t = 0; t < input.periods.count; t++) {
    const order = scenarioOrder(input, t);
    for (let n = 1; n < order.length; n++) {
      const [low, high] = [order[n - 1] as number, order[n] as number];
      for (const [k, sign] of [
        [high, 1],
        [low, -1],
      ] as const) {
        const [sell, buy] = tradedColumns(draft, k, t);
        builder.put(sell, sign);
        builder.put(buy, -sign);
      }
      builder.endRow(0, comparePrices(input, t, low, high) === 0 ? 0 : Infinity);
    }
  }
}

/** The scenarios from the lowest price of a period to the highest. */
export function scenarioOrder(input: PlanInput, t: number): number[] {
  return [...input.scenarios.keys()].sort((a, b) => comparePrices(input, t, a, b) || a - b);
}

function comparePrices({ scenarios }: PlanInput, t: number, a: number, b: number): number {
  const [one, other] = [scenarios[a] as Scenario, scenarios[b] as Scenario];
  const sell = (one.sellEurPerMwhr[t] as number) - (other.sellEurPerMwhr[t] as number);
  return sell || (one.buyEurPerMwhr[t] as number) - (other.buyEurPerMwhr[t] as number);
}

/** @param side 1: export, -1: import. */
function addConnection(draft: Draft, k: number, side: 1 | -1): Int32Array {
  const { builder, input, limits } = draft;
  const mostMw = side === 1 ? limits.exportMw : limits.importMw;
  return Int32Array.from(mostMw, (mw, t) => {
    if (mw === Infinity) return -1;
    for (const a of input.assets.keys()) {
      putPower(draft, k, a, t, side);
      for (const [o, { product }] of input.reserves.entries()) {
        const ratio = side === 1 ? upPowerRatio(product) : downPowerRatio(product);
        if (ratio !== 0) builder.put(reserveColumn(draft, a, o, t), ratio);
      }
    }
    return draft.require(-Infinity, mw, { kind: "connection", period: t, unit: "MW" });
  });
}

/** Puts the setpoint of a battery in the row. */
function putPower(draft: Draft, k: number, a: number, t: number, sign: number): void {
  const { dischargeMw, chargeMw } = batteryOf(draft.columns, k, a);
  draft.builder.put(dischargeMw + t, sign);
  draft.builder.put(chargeMw + t, -sign);
}
