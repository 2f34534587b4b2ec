// A schedule as CSV: the lines that people and spreadsheets keep it in.
import { CsvError, parse } from "csv-parse/sync";
import type { Dispatch } from "../../domain/dispatch.ts";
import { instantOrNull, instantText } from "./schemas.ts";

const COLUMNS = ["from", "until", "mw"] as const;
const HEADER = COLUMNS.join(",");

/** One record of a text, with the line on which it stands, from 1 on. */
export interface CsvLine {
  readonly line: number;
  readonly from: string;
  readonly until: string;
  /** As a number where it is one, else the text. */
  readonly mw: number | string;
}

/** Reads a text whose first line names the columns. Says what is wrong with which line where it cannot. */
export function readScheduleCsv(text: string): readonly CsvLine[] | { readonly wrong: string } {
  const ends: number[] = [];
  let records: readonly string[][];
  try {
    records = parse(text, {
      bom: true,
      trim: true,
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
  if (names.join() !== HEADER)
    return { wrong: `line ${ends[0] ?? 1} must be ${HEADER}, not ${names.join() || "empty"}` };
  const uneven = rows.findIndex(({ length }) => length !== COLUMNS.length);
  if (uneven !== -1)
    return {
      wrong: `line ${ends[uneven + 1]} must have ${COLUMNS.length} values, not ${rows[uneven]?.length}`,
    };
  return rows.map(([from = "", until = "", mw = ""], n) => ({
    line: ends[n + 1] as number,
    from,
    until,
    mw: mw === "" ? mw : numberOr(mw),
  }));
}

function numberOr(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** Intervals in the form that is read; the times in ms since the epoch. */
export function writeScheduleCsv(
  intervals: readonly Pick<Dispatch, "startMs" | "endMs" | "mw">[],
): string {
  const lines = intervals.map(
    ({ startMs, endMs, mw }) => `${instantText(startMs)},${instantOrNull(endMs) ?? ""},${mw}\n`,
  );
  return `${HEADER}\n${lines.join("")}`;
}
