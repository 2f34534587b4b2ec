// A file of prices: CSV with an instant and prices per period.
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { readDecimal } from "../domain/base/decimal.ts";
import { MINUTE_MS, startMsOf } from "../domain/plan/calendar.ts";
import type { FixedPosition, PlanPeriods, ReserveOffer, Scenario } from "../domain/plan/input.ts";
import { type PlanRefusal, refusalOf } from "../domain/plan/refusal.ts";
import { RESERVE_PRODUCTS, type ReserveProduct } from "../domain/plan/reserve-product.ts";
import { readInstant } from "../domain/time/instant.ts";
import { utcText } from "../domain/time/instant-text.ts";

/** What a file of prices gives to a plan. */
export interface Prices {
  readonly periods: PlanPeriods;
  readonly scenarios: readonly Scenario[];
  readonly reserves: readonly ReserveOffer[];
  readonly fixedPositions: readonly FixedPosition[];
}

/** The columns of a file of prices. Each is a number per period, but the first. */
export const PRICE_COLUMNS = {
  timestamp: "start of the period, RFC 3339",
  price: "price of energy, EUR/MWh; or price:NAME, a scenario each, all as likely",
  buy: "what a MWh costs, in place of price",
  sell: "what a MWh brings, in place of price",
  fixed: "MW sold already, bought negative",
} as const;

const Row = z.record(z.string(), z.string());
type Rows = readonly z.output<typeof Row>[];

/** Reads a file of prices. @param timeZone That of the market. */
export function readPrices(
  text: string,
  timeZone: string,
): Prices | { readonly refusal: PlanRefusal } {
  let rows: Rows;
  try {
    rows = z
      .array(Row)
      .parse(parse(text, { bom: true, columns: true, trim: true, skip_empty_lines: true }));
  } catch (error) {
    return {
      refusal: refusalOf("PLAN_INVALID", `The prices are no CSV: ${(error as Error).message}`),
    };
  }
  const names = Object.keys(rows[0] ?? {});
  const unknown = names.find((name) => !isColumn(name));
  if (unknown !== undefined) return invalid(`The column ${unknown} is not known`, unknown);
  const periods = periodsOf(rows, timeZone);
  if ("refusal" in periods) return periods;
  const columns = new Map<string, readonly number[]>();
  for (const name of names) {
    if (name === "timestamp") continue;
    const column = numbersOf(rows, name, periods);
    if ("refusal" in column) return column;
    columns.set(name, column);
  }
  const scenarios = scenariosOf(columns);
  if (scenarios.length === 0)
    return invalid("The prices need a column price, or buy and sell", "price");
  return {
    periods,
    scenarios,
    reserves: reservesOf(columns),
    fixedPositions: fixedOf(columns, periods),
  };
}

function isColumn(name: string): boolean {
  return name in PRICE_COLUMNS || name in RESERVE_PRODUCTS || /^price:./.test(name);
}

/** The periods that the instants begin, all of one length and without a gap. */
function periodsOf(rows: Rows, timeZone: string): PlanPeriods | { readonly refusal: PlanRefusal } {
  const instants: number[] = [];
  for (const [t, { timestamp }] of rows.entries()) {
    const read = readInstant(timestamp);
    if ("wrong" in read)
      return {
        refusal: refusalOf(
          "PRICE_INVALID",
          `Row ${t + 1}: timestamp ${read.wrong}`,
          "timestamp",
          t,
        ),
      };
    instants.push(read.ms);
  }
  const [startMs, secondMs] = instants;
  if (startMs === undefined)
    return { refusal: refusalOf("PRICE_GAP", "There are no prices", null, 0) };
  const lengthMin = secondMs === undefined ? 60 : (secondMs - startMs) / MINUTE_MS;
  const periods = { startMs, count: instants.length, lengthMin, timeZone };
  const gap = instants.findIndex((ms, t) => ms !== startMsOf(periods, t));
  if (gap < 0) return periods;
  const [due, found] = [startMsOf(periods, gap), instants[gap] as number].map(utcText);
  const message = `Row ${gap + 1} begins at ${found}, and the period of ${lengthMin} minutes at ${due} has no price`;
  return { refusal: refusalOf("PRICE_GAP", message, "timestamp", gap) };
}

function numbersOf(
  rows: Rows,
  name: string,
  periods: PlanPeriods,
): readonly number[] | { readonly refusal: PlanRefusal } {
  const numbers: number[] = [];
  for (const [t, row] of rows.entries()) {
    const cell = row[name] ?? "";
    const value = readDecimal(cell);
    if (value === undefined) {
      const at = `${name} of row ${t + 1}, at ${utcText(startMsOf(periods, t))}`;
      return {
        refusal:
          cell === ""
            ? refusalOf("PRICE_GAP", `The ${at}, is missing`, name, t)
            : refusalOf(
                "PRICE_INVALID",
                `The ${at}, must be a number, not ${JSON.stringify(cell)}`,
                name,
                t,
              ),
      };
    }
    numbers.push(value);
  }
  return numbers;
}

function scenariosOf(columns: ReadonlyMap<string, readonly number[]>): Scenario[] {
  const [buy, sell] = [columns.get("buy"), columns.get("sell")];
  if (buy !== undefined && sell !== undefined)
    return [{ weightRatio: 1, buyEurPerMwhr: buy, sellEurPerMwhr: sell }];
  const prices = [...columns].filter(([name]) => name === "price" || name.startsWith("price:"));
  return prices.map(([, eur]) => ({
    weightRatio: 1 / prices.length,
    buyEurPerMwhr: eur,
    sellEurPerMwhr: eur,
  }));
}

function reservesOf(columns: ReadonlyMap<string, readonly number[]>): ReserveOffer[] {
  return [...columns].flatMap(([name, eurPerMwPerHr]) => {
    const product: ReserveProduct | undefined = RESERVE_PRODUCTS[name];
    return product === undefined ? [] : [{ product, eurPerMwPerHr, activationEurPerMwhr: null }];
  });
}

function fixedOf(
  columns: ReadonlyMap<string, readonly number[]>,
  periods: PlanPeriods,
): FixedPosition[] {
  return (columns.get("fixed") ?? []).map((mw, t) => ({
    mw,
    fromMs: startMsOf(periods, t),
    untilMs: startMsOf(periods, t + 1),
  }));
}

function invalid(message: string, field: string) {
  const known = [...Object.keys(PRICE_COLUMNS), ...Object.keys(RESERVE_PRODUCTS)].join(", ");
  return { refusal: refusalOf("PLAN_INVALID", `${message}: columns are ${known}`, field) };
}
