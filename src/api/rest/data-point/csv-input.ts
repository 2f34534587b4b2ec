// Rows of data points as CSV, read as a stream: some lines in each turn.
import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type { DecimalSeparator } from "../../../domain/base/decimal.ts";
import { shortened } from "../../../domain/base/quote.ts";
import type { WorkTurns } from "../../../services/work-turns.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { type CsvSigns, SIGNS_ADVICE } from "../base/csv-signs.ts";
import { csvSlices } from "./csv-slices.ts";
import { columnTwice, type GivenRow, type RowInput, unknownColumn } from "./row-input.ts";

const SLICE = 2_000;
/** Bytes of one row: the longest text that a value may be, and its other cells. */
const LONGEST_ROW = 2 ** 22;
const NEEDED = ["id", "timestamp", "value"];

/** Reads the rows of a CSV whose first line names its columns. Returns why one is refused. */
export async function readCsvRows(
  bytes: Uint8Array,
  { separator, decimal }: CsvSigns,
  input: RowInput,
  turns: WorkTurns,
): Promise<Problem | undefined> {
  const { lineEnd, slices, refused: tooMany } = csvSlices(bytes, separator, turns);
  const parser = parse({
    ...{ bom: true, trim: true, delimiter: separator, record_delimiter: lineEnd },
    ...{ skip_empty_lines: true },
    ...{ relax_column_count: true, max_record_size: LONGEST_ROW },
  });
  const records = Readable.from(slices).pipe(parser);
  let names: readonly string[] | undefined;
  let count = 0;
  try {
    for await (const record of records as AsyncIterable<readonly string[]>) {
      if (tooMany() !== undefined) break;
      if (++count % SLICE === 0) await turns.next("begin");
      if (names === undefined) {
        const refused = refuseNames(record, separator);
        if (refused !== undefined) return refused;
        names = record;
        continue;
      }
      const refused =
        refuseCount(record, names, count - 1) ?? input.add(rowOf(record, names, decimal));
      if (refused !== undefined) return refused;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return tooMany() ?? unreadable(error);
  } finally {
    records.destroy();
  }
  return tooMany() ?? (names === undefined ? refuseNames([], separator) : undefined);
}

/** What is wrong with a row, and what to do, by the code of the library. */
const UNREADABLE: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: `may have ${LONGEST_ROW} bytes: see that its quotes are closed, and send shorter values`,
  CSV_QUOTE_NOT_CLOSED: "has a quote that is not closed: close it",
  CSV_INVALID_CLOSING_QUOTE: `has text after a closing quote: write a quote in a cell twice, ""`,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: `has text after a closing quote: write a quote in a cell twice, ""`,
  INVALID_OPENING_QUOTE: `has a quote within a cell: enclose the cell in quotes, and write that one twice, ""`,
};

/** The problem of a row that the library cannot read. */
function unreadable({ code, message, records }: CsvError): Problem {
  // It is the number of records, whatever the types of the library say; the names of the columns are the first.
  const row = records as unknown as number;
  const place = row > 0 ? `row ${row}` : "the first line";
  const wrong = UNREADABLE[code] ?? `cannot be read: ${message}`;
  return problem("BAD_INPUT", `${place} ${wrong}`, { ...(row > 0 && { row }) });
}

const COLUMNS = new Set([...NEEDED, "source", "known", "author"]);

function refuseNames(names: readonly string[], separator: string): Problem | undefined {
  const missing = NEEDED.find((it) => !names.includes(it));
  if (missing !== undefined) {
    const isOther = names.length === 1 && /[,;\t]/.test(names[0]?.replaceAll(separator, "") ?? "");
    const message = `the first line must name the columns ${NEEDED.join(separator)}, not ${shortened(names.join(separator)) || "none"}`;
    return problem("BAD_INPUT", isOther ? `${message}: ${SIGNS_ADVICE}` : message, {
      column: missing,
    });
  }
  const unknown = names.find((it) => !COLUMNS.has(it));
  if (unknown !== undefined) return unknownColumn(unknown);
  const twice = names.find((it, n) => names.indexOf(it) < n);
  return twice === undefined ? undefined : columnTwice(twice);
}

function refuseCount(record: readonly string[], names: readonly string[], row: number) {
  if (record.length === names.length) return undefined;
  const advice = record.length > names.length ? `: ${SIGNS_ADVICE}` : "";
  const message = `row ${row} must have ${names.length} values, not ${record.length}${advice}`;
  return problem("BAD_INPUT", message, { row });
}

function rowOf(
  record: readonly string[],
  names: readonly string[],
  decimal: DecimalSeparator,
): GivenRow {
  const cell = (name: string) => record[names.indexOf(name)] || undefined;
  const text = cell("value");
  return {
    // An answer has an apostrophe before what a spreadsheet would take for a formula.
    id: cell("id")?.replace(/^'/, ""),
    timestamp: cell("timestamp"),
    value: text === undefined ? null : { text, decimal },
    source: cell("source"),
    known: cell("known"),
  };
}
