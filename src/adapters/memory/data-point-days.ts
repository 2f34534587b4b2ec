// The values of a write by days, with what they weigh.
import type { Json } from "../../domain/audit/record.ts";
import { inTurns, type Spend } from "../../domain/base/pieces.ts";
import type { Content } from "../../domain/data-point/data-point.ts";
import { textOfJson } from "../../domain/data-point/json-text.ts";
import type { PointValue, PointWrite } from "../../domain/data-point/write.ts";
import { type DayWrite, dayOf } from "./data-point-series.ts";
import { placeOf } from "./data-point-windows.ts";

const DAY_MS = 86_400_000;
/** What a value costs, beside a character of a document. */
const VALUE_COST = 20;
const NUMBER_CHARACTERS = 8;

export type DayValues = Pick<DayWrite, "dayMs" | "values" | "weight">;

/** The days of a write, in order. */
export async function daysOf({ values }: PointWrite, spend: Spend): Promise<readonly DayValues[]> {
  const days: DayValues[] = [];
  for (let from = 0; from < values.length; ) {
    const dayMs = dayOf((values[from] as PointValue).atMs);
    const until = placeOf(values, dayMs + DAY_MS);
    const own = values.slice(from, until);
    days.push({ dayMs, values: own, weight: await weightOf(own, spend) });
    from = until;
  }
  return days;
}

async function weightOf(values: readonly PointValue[], spend: Spend): Promise<number> {
  let weight = 0;
  for (const { content } of values) {
    const next = spend(VALUE_COST);
    if (next !== undefined) await next;
    weight += typeof content === "number" ? 1 : await weightOfContent(content, spend);
  }
  return weight;
}

async function weightOfContent(content: Exclude<Content, number>, spend: Spend): Promise<number> {
  if (!("document" in content)) return 1 + content.rows.length * (1 + content.columns.length);
  const { length } = await inTurns(textOfJson(content.document as Json), spend);
  return 1 + Math.ceil(length / NUMBER_CHARACTERS);
}
