// The rules on the content of values: of the type of their data point, finite, and within its range.
import type { Json } from "../audit/record.ts";
import { type DecimalSeparator, readDecimal } from "../base/decimal.ts";
import type { Pieces } from "../base/pieces.ts";
import { quoted } from "../base/quote.ts";
import type { Content, DataPoint, DataPointType, Matrix } from "./data-point.ts";
import { parseInParts, RuleError } from "./json-parts.ts";
import { MOST_NAMES, wrongJson } from "./json-rules.ts";
import type { DataRefusal } from "./refusal.ts";

/** Cells of one matrix at most. */
const MOST_CELLS = 100_000;
const LONGEST_NAME = 256;

/** Content as a client gives it: read by the type of its data point. */
export type GivenContent =
  | number
  | null
  | { readonly json: Json }
  /** A cell of a table: a number, or JSON. */
  | { readonly text: string; readonly decimal: DecimalSeparator };

type WrongContent = Pick<DataRefusal, "code"> & { readonly message: string };

const NOUNS: Readonly<Record<DataPointType, string>> = {
  time_series_double: "a number",
  time_series_double_matrix: 'a matrix: {"rows": […], "columns": […], "values": [[…], …]}',
  static_data: "a document of JSON, where a text has its quotes of JSON",
};

type ReadContent = { readonly content: Content } | WrongContent;

/** The content of a value that is a number, or a cell of one; or why it is refused. */
export function readNumber(
  point: DataPoint,
  given: number | null | { readonly text: string; readonly decimal: DecimalSeparator },
): ReadContent {
  const number = typeof given === "object" && given !== null ? numberOf(given) : given;
  if (number === undefined) return wrongType(point, (given as { text: string }).text);
  if (number === null) return MISSING;
  if (!Number.isFinite(number))
    return wrong("VALUE_INVALID", `value must be a finite number, not ${number}`);
  if (point.type === "static_data") return { content: { document: number } };
  if (point.type === "time_series_double_matrix") return wrongType(point, number);
  return refuseRange(point, number) ?? { content: number };
}

function numberOf({ text, decimal }: { text: string; decimal: DecimalSeparator }) {
  return text === "" ? null : readDecimal(text, decimal);
}

/** The content of a value that is JSON; or why it is refused. The costs are characters. */
export function* readJson(
  point: DataPoint,
  given: { readonly json: Json } | { readonly text: string },
): Pieces<ReadContent> {
  const json = "json" in given ? given.json : yield* parsed(given.text);
  if (json instanceof RuleError) return wrong("VALUE_INVALID", `value ${json.message}`);
  if (json === undefined) return wrongType(point, (given as { text: string }).text);
  if (json === null || typeof json === "number") return readNumber(point, json);
  const unstorable = yield* wrongJson(json);
  if (unstorable !== undefined) return wrong("VALUE_INVALID", `value ${unstorable}`);
  if (point.type === "static_data") return { content: { document: json } };
  return point.type === "time_series_double_matrix"
    ? readMatrix(point, json)
    : wrongType(point, json);
}

const MISSING = wrong(
  "VALUE_INVALID",
  "value is missing, or null: a value is taken away by a withdrawal",
);

function* parsed(text: string): Pieces<Json | RuleError | undefined> {
  if (text === "") return null;
  try {
    return yield* parseInParts(text, MOST_NAMES);
  } catch (error) {
    if (error instanceof RuleError) return error;
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function wrongType({ type }: DataPoint, given: unknown): WrongContent {
  return wrong("VALUE_TYPE_WRONG", `value must be ${NOUNS[type]}, not ${quoted(given)}`);
}

function refuseRange({ minValue, maxValue, unit }: DataPoint, value: number) {
  if (value >= (minValue ?? -Infinity) && value <= (maxValue ?? Infinity)) return undefined;
  const bounds = [
    minValue === null ? "" : `at least ${minValue}`,
    maxValue === null ? "" : `at most ${maxValue}`,
  ].filter(Boolean);
  const of = unit === null ? "" : ` ${unit}`;
  return wrong("VALUE_OUT_OF_RANGE", `value must be ${bounds.join(" and ")}${of}, not ${value}`);
}

function readMatrix(point: DataPoint, json: Json): { readonly content: Content } | WrongContent {
  if (!isMatrix(json)) return wrongType(point, json);
  const { rows, columns, values } = json;
  if (rows.length * columns.length > MOST_CELLS)
    return wrong("VALUE_INVALID", `a matrix may have ${MOST_CELLS} cells: send less`);
  const isShaped =
    values.length === rows.length && values.every((row) => row.length === columns.length);
  if (!isShaped)
    return wrong(
      "VALUE_INVALID",
      `values must have ${rows.length} rows of ${columns.length} cells`,
    );
  for (const row of values)
    for (const cell of row) {
      const wrongCell = cell === null ? undefined : refuseRange(point, cell);
      if (wrongCell !== undefined) return wrongCell;
    }
  return { content: { rows, columns, values } };
}

function isMatrix(json: Json): json is { [K in keyof Matrix]: Matrix[K] } {
  if (typeof json !== "object" || json === null || !("rows" in json)) return false;
  const { rows, columns, values, ...others } = json as Readonly<Record<string, Json>>;
  if (Object.keys(others).length > 0) return false;
  if (!areNames(rows) || !areNames(columns) || !Array.isArray(values)) return false;
  return values.every(
    (row: Json) =>
      Array.isArray(row) &&
      row.every(
        (cell: Json) => cell === null || (typeof cell === "number" && Number.isFinite(cell)),
      ),
  );
}

/** A list of different names. */
function areNames(list: Json | undefined): list is readonly string[] {
  if (!Array.isArray(list) || list.length === 0 || new Set(list).size !== list.length) return false;
  return list.every((it) => typeof it === "string" && it.length <= LONGEST_NAME);
}

function wrong(code: DataRefusal["code"], message: string): WrongContent {
  return { code, message };
}
