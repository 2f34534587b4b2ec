// Schedules as CSV, read as the REST API reads them: by the same parser, with the line and the reason of each error.
import { CsvError, parse } from "csv-parse/browser/esm/sync";
import { words } from "../text/words.ts";
import { csvInstantMs } from "./csv-instant.ts";

const COLUMNS = ["from", "until", "mw"] as const;

export interface CsvInterval {
  readonly fromMs: number;
  readonly untilMs: number;
  /** In MW, discharge positive. */
  readonly mw: number;
}

/** The intervals of a CSV; or what is wrong, a sentence for each error with its line. */
export type ReadCsv = readonly CsvInterval[] | { readonly wrong: readonly string[] };

/**
 * Reads a CSV whose first line names the columns, separated by commas, semicolons or tabs. With semicolons or tabs
 * powers may have decimal commas, as spreadsheets write them.
 */
export function readScheduleCsv(bytes: Uint8Array): ReadCsv {
  const given = textOf(bytes);
  if (given === undefined) return { wrong: [words.csv.notUtf8] };
  const stated = SEPARATOR_LINE.exec(given);
  // The end of that line stays, so that lines count.
  const text = given.slice(stated?.[0].length ?? 0);
  const separator = stated?.[2] ?? separatorOf(text);
  const ends: number[] = [];
  let records: readonly string[][];
  try {
    records = parse(text, {
      bom: true,
      trim: true,
      delimiter: separator,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (record: string[], { lines }: { lines: number }) => {
        ends.push(lines);
        return record;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { wrong: [error.message] };
  }
  const [names = [], ...rows] = records;
  if (names.join() !== COLUMNS.join())
    return {
      wrong: [
        words.csv.header(ends[0] ?? 1, COLUMNS.join(separator), shown(names.join(separator))),
      ],
    };
  return intervalsOf(rows, ends.slice(1), separator);
}

function intervalsOf(
  rows: readonly string[][],
  lines: readonly number[],
  separator: string,
): ReadCsv {
  const intervals: CsvInterval[] = [];
  const wrong: string[] = [];
  for (const [n, row] of rows.entries()) {
    const line = lines[n] as number;
    if (row.length !== COLUMNS.length) return { wrong: [words.csv.count(line, row.length)] };
    const [from = "", until = "", power = ""] = row;
    const [fromMs, untilMs, mw] = [
      csvInstantMs(from),
      csvInstantMs(until),
      powerOf(power, separator),
    ];
    if (fromMs === undefined) wrong.push(words.csv.instant(line, "from", shown(from)));
    if (untilMs === undefined) wrong.push(words.csv.instant(line, "until", shown(until)));
    if (mw === undefined) wrong.push(words.csv.number(line, shown(power)));
    if (fromMs !== undefined && untilMs !== undefined && mw !== undefined)
      intervals.push({ fromMs, untilMs, mw });
  }
  return wrong.length === 0 ? intervals : { wrong };
}

const DECODER = new TextDecoder("utf-8", { fatal: true });

/** undefined where the bytes are no text in UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = DECODER.decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The line by which spreadsheets state the separator, without its end. */
const SEPARATOR_LINE = /^\ufeff?("?)sep=([,;\t])\1(?=[\r\n])/i;

/** The sign that separates the names of the columns. */
function separatorOf(text: string): "," | ";" | "\t" {
  const head = text.trimStart().split(/\r?\n|\r/, 1)[0] ?? "";
  if (head.includes(",")) return ",";
  return head.includes(";") ? ";" : head.includes("\t") ? "\t" : ",";
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function powerOf(text: string, separator: string): number | undefined {
  const plain = separator === "," || text.includes(".") ? text : text.replace(",", ".");
  if (!DECIMAL.test(plain)) return undefined;
  const mw = Number(plain);
  const [digits = ""] = plain.split(/e/i);
  return Number.isFinite(mw) && (mw !== 0 || !/[1-9]/.test(digits)) ? mw : undefined;
}

const LONGEST_SHOWN = 60;
const shown = (text: string) =>
  text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
