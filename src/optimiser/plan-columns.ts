// The columns of the model of a plan, each by the first of its periods or products.
import { type PlanCalendar, productsOf } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanInput, ReserveOffer } from "../domain/plan/input.ts";
import type { ModelBuilder } from "./model-builder.ts";

/** Of a battery in a scenario: the setpoint in two parts, and stored energy at the ends of periods. */
export interface BatteryColumns {
  readonly chargeMw: number;
  readonly dischargeMw: number;
  readonly socMwhr: number;
  readonly bands: readonly BandColumns[];
}

/** Of a band of wear: its energy, and what goes in and out of it. */
export interface BandColumns {
  readonly socMwhr: number;
  readonly inMwhr: number;
  readonly outMwhr: number;
}

export interface TradeColumns {
  readonly sellMw: number;
  readonly buyMw: number;
}

export interface PlanColumns {
  /** By scenario, then by battery. */
  readonly batteries: readonly (readonly BatteryColumns[])[];
  /** By scenario. null: what one battery does is what is traded. */
  readonly trades: readonly TradeColumns[] | null;
  /** By battery, then by offer: the column of the first product. */
  readonly reserves: readonly (readonly number[])[];
  /** By offer: the product that a period is in. */
  readonly products: readonly Int32Array[];
}

export function addPlanColumns(
  builder: ModelBuilder,
  input: PlanInput,
  calendar: PlanCalendar,
): PlanColumns {
  const { assets, scenarios, reserves, periods } = input;
  const products = reserves.map(({ product }) => productsOf(calendar, periods, product.lengthMin));
  return {
    products,
    batteries: scenarios.map(() => assets.map((it) => batteryColumns(builder, it, periods.count))),
    trades: isTradedApart(input) ? scenarios.map(() => tradeColumns(builder, input)) : null,
    reserves: assets.map((asset) =>
      reserves.map((offer, n) => reserveColumns(builder, asset, offer, products[n] as Int32Array)),
    ),
  };
}

/** The columns of a battery in a scenario. */
export function batteryOf({ batteries }: PlanColumns, k: number, a: number): BatteryColumns {
  return (batteries[k] as readonly BatteryColumns[])[a] as BatteryColumns;
}

/** Whether what is traded differs from what a single battery does. */
function isTradedApart({ assets, fixedPositions, lots }: PlanInput): boolean {
  return assets.length > 1 || fixedPositions.length > 0 || lots.energyLotMw !== null;
}

function batteryColumns(builder: ModelBuilder, asset: PlanAsset, count: number): BatteryColumns {
  const bands = asset.wear.bands.map(({ capacityRatio }) => ({
    socMwhr: builder.addColumns(count, 0, capacityRatio * asset.capacityMwhr),
    inMwhr: builder.addColumns(count, 0, Infinity),
    outMwhr: builder.addColumns(count, 0, Infinity),
  }));
  return {
    bands,
    chargeMw: builder.addColumns(count, 0, -asset.minMw),
    dischargeMw: builder.addColumns(count, 0, asset.maxMw),
    socMwhr: builder.addColumns(count, asset.minSocMwhr, asset.maxSocMwhr),
  };
}

function tradeColumns(builder: ModelBuilder, { assets, fixedPositions, periods }: PlanInput) {
  const ratedMw = assets.reduce((sum, { minMw, maxMw }) => sum + maxMw - minMw, 0);
  const fixedMw = fixedPositions.reduce((sum, { mw }) => sum + Math.abs(mw), 0);
  return {
    sellMw: builder.addColumns(periods.count, 0, ratedMw + fixedMw),
    buyMw: builder.addColumns(periods.count, 0, ratedMw + fixedMw),
  };
}

function reserveColumns(
  builder: ModelBuilder,
  { minMw, maxMw }: PlanAsset,
  { product }: ReserveOffer,
  products: Int32Array,
): number {
  const productCount = (products.at(-1) ?? -1) + 1;
  return builder.addColumns(productCount, 0, Math.max(maxMw, -minMw, product.maxMw ?? 0));
}
