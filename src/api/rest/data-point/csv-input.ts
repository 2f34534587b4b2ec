// Rows of data points as CSV, read as a stream: some lines in each turn.
import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type { DecimalSeparator } from "../../../domain/base/decimal.ts";
import { shortened } from "../../../domain/base/quote.ts";
import type { WorkTurns } from "../../../services/work-turns.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { csvSlices } from "./csv-slices.ts";
import { columnTwice, type GivenRow, type RowInput, unknownColumn } from "./row-input.ts";

export interface CsvSigns {
  readonly separator: "," | ";" | "\t";
  readonly decimal: DecimalSeparator;
}

const SLICE = 2_000;
const LONGEST_LINE = 2 ** 20;
const NEEDED = ["id", "timestamp", "value"];
const ADVICE =
  "with semicolons and decimal commas, add ?separator=;&decimal=, to the address (or separator=tab)";

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
    ...{ relax_column_count: true, max_record_size: LONGEST_LINE },
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
    const refused = tooMany();
    if (refused !== undefined) return refused;
    return problem("BAD_INPUT", `the CSV cannot be read: ${error.message}`);
  } finally {
    records.destroy();
  }
  return tooMany() ?? (names === undefined ? refuseNames([], separator) : undefined);
}

const COLUMNS = new Set([...NEEDED, "source", "known", "author"]);

function refuseNames(names: readonly string[], separator: string): Problem | undefined {
  const missing = NEEDED.find((it) => !names.includes(it));
  if (missing !== undefined) {
    const isOther = names.length === 1 && /[,;\t]/.test(names[0]?.replaceAll(separator, "") ?? "");
    const message = `line 1 must name the columns ${NEEDED.join(separator)}, not ${shortened(names.join(separator)) || "none"}`;
    return problem("BAD_INPUT", isOther ? `${message}: ${ADVICE}` : message, { column: missing });
  }
  const unknown = names.find((it) => !COLUMNS.has(it));
  if (unknown !== undefined) return unknownColumn(unknown);
  const twice = names.find((it, n) => names.indexOf(it) < n);
  return twice === undefined ? undefined : columnTwice(twice);
}

function refuseCount(record: readonly string[], names: readonly string[], row: number) {
  if (record.length === names.length) return undefined;
  const advice = record.length > names.length ? `: ${ADVICE}` : "";
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
