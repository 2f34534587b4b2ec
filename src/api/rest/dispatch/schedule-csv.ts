// Schedules as CSV.
import { CsvError, parse } from "csv-parse/sync";
import { type DecimalSeparator, readDecimal } from "../../../domain/base/decimal.ts";
import { quoted, shortened } from "../../../domain/base/quote.ts";
import type { Dispatch } from "../../../domain/dispatch/dispatch.ts";
import { type CsvSigns, SIGNS_ADVICE } from "../base/csv-signs.ts";
import { instantOrNull, instantText } from "../base/schemas.ts";

const COLUMNS = ["from", "until", "mw"] as const;
const HEADER = COLUMNS.join(",");

/** One record of a CSV, with its line, from 1 on. */
export interface CsvLine {
  readonly line: number;
  readonly from: string;
  readonly until: string;
  /** Or why it is no number. */
  readonly mw: number | { readonly wrong: string };
}

/** Reads a CSV whose first line names the columns; or returns what is wrong with which line. */
export function readScheduleCsv(
  text: string,
  { separator, decimal }: CsvSigns,
): readonly CsvLine[] | { readonly wrong: string } {
  const ends: number[] = [];
  let records: readonly string[][];
  try {
    records = parse(text, {
      bom: true,
      trim: true,
      delimiter: separator,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (record: string[], { lines }) => {
        ends.push(lines);
        return record;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { wrong: error.message };
  }
  const [names = [], ...rows] = records;
  const wrong = refuseNames(names, ends[0] ?? 1, separator);
  if (wrong !== undefined) return { wrong };
  const lines: CsvLine[] = [];
  for (const [n, row] of rows.entries()) {
    const line = ends[n + 1] as number;
    const [from = "", until = "", text = ""] = row;
    if (row.length !== COLUMNS.length) {
      const advice = separator === "," && row.length > COLUMNS.length ? `: ${SIGNS_ADVICE}` : "";
      const count = `${COLUMNS.length} values, not ${row.length}`;
      return { wrong: `line ${line} must have ${count}${advice}` };
    }
    const mw = readDecimal(text, decimal) ?? { wrong: notDecimal(text, decimal) };
    lines.push({ line, from, until, mw });
  }
  return lines;
}

function refuseNames(names: readonly string[], line: number, separator: string) {
  const found = names.join(separator);
  const expected = COLUMNS.join(separator);
  if (found === expected) return undefined;
  const isOther = found.replace(/[,;\t]/g, ",") === HEADER;
  const shown = (text: string) => text.replaceAll("\t", "<tab>");
  const message = `line ${line} must be ${shown(expected)}, not ${shown(shortened(found)) || "empty"}`;
  return isOther ? `${message}: ${SIGNS_ADVICE}` : message;
}

function notDecimal(text: string, decimal: DecimalSeparator): string {
  const message = `must be a number, not ${quoted(text)}`;
  const [other, name] = decimal === "." ? ([",", "comma"] as const) : ([".", "point"] as const);
  if (readDecimal(text, other) !== undefined)
    return decimal === "." ? `${message}: ${SIGNS_ADVICE}` : `${message}: it has a decimal ${name}`;
  return /\d/.test(text) ? `${message}: write it in decimal, like 12${decimal}5` : message;
}

/** The CSV of intervals, whose times are in ms since the epoch. */
export function writeScheduleCsv(
  intervals: readonly Pick<Dispatch, "startMs" | "endMs" | "mw">[],
): string {
  const lines = intervals.map(
    ({ startMs, endMs, mw }) => `${instantText(startMs)},${instantOrNull(endMs) ?? ""},${mw}\n`,
  );
  return `${HEADER}\n${lines.join("")}`;
}
