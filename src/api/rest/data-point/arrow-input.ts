// Rows of data points as an Arrow IPC stream.
import { type Column, type Table, Type, tableFromIPC } from "@uwdata/flechette";
import type { Column as ColumnName } from "../../../domain/data-point/refusal.ts";
import { MOST_VALUES } from "../../../domain/data-point/write-rules.ts";
import type { WorkTurns } from "../../../services/work-turns.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { type ArrowField, MOST, readStream } from "./arrow-messages.ts";
import { columnTwice, type GivenRow, type RowInput, unknownColumn } from "./row-input.ts";

/** Rows that are read in one turn. */
const SLICE = 2_000;

const ADVICE =
  "id, source and author are texts, timestamp and known timestamps, value doubles, or JSON as texts";

const COMPRESSED = problem(
  "MEDIA_TYPE_UNSUPPORTED",
  "the buffers of the Arrow stream are compressed (zstd or lz4): write it without a compression (in pyarrow: ipc.new_stream(sink, schema), without options; in polars: write_ipc_stream(file, compression='uncompressed')), and send the body by content-encoding: gzip",
);

const WRONG = {
  torn: problem("BAD_INPUT", "the Arrow stream is torn: it ends before its end"),
  other: problem(
    "BAD_INPUT",
    "the body is no Arrow IPC stream: send the stream format, not the file format, with its end",
  ),
  type: problem("BAD_INPUT", `a column is of a type that is not read: ${ADVICE}`),
  compressed: COMPRESSED,
  large: problem(
    "BAD_INPUT",
    `the Arrow stream is too finely cut: it may have ${MOST.columns} columns, ${MOST.pairs} pairs of metadata, ${MOST.batches} batches, ${MOST.buffers} buffers in each, ${MOST.dictionaries} dictionaries, and ${MOST.texts} texts in these: unify its batches and dictionaries`,
  ),
  rows: problem("TOO_MANY_VALUES", `a request may have ${MOST_VALUES} rows: send less`),
} as const;

/** Reads the rows of an Arrow IPC stream. Returns why one is refused. */
export async function readArrowRows(
  bytes: Uint8Array,
  input: RowInput,
  turns: WorkTurns,
): Promise<Problem | undefined> {
  const stream = await readStream(bytes, turns);
  if ("wrong" in stream) return WRONG[stream.wrong];
  const wrong = refuseColumns(stream.fields);
  if (wrong !== undefined) return wrong;
  let before = 0;
  for (const part of stream.parts) {
    const table = tableOf(part);
    if (table === undefined) return WRONG.torn;
    const refused = await readTable(table, before, input, turns);
    before += table.numRows;
    if (refused !== undefined) return refused;
    await turns.next("begin");
  }
  return undefined;
}

function tableOf(part: readonly Uint8Array[]): Table | undefined {
  try {
    return tableFromIPC([...part], { useBigInt: false, useDate: false });
  } catch {
    return undefined;
  }
}

/** The kinds of columns: what a cell of each type is read as. */
const TEXT = [Type.Utf8, Type.LargeUtf8, Type.Utf8View] as readonly number[];
const NUMBER = [Type.Float, Type.Int] as readonly number[];
const KINDS: Readonly<Record<string, readonly number[]>> = {
  id: TEXT,
  timestamp: [Type.Timestamp, Type.Int, ...TEXT],
  value: [...NUMBER, ...TEXT],
  source: TEXT,
  known: [Type.Timestamp, Type.Int, ...TEXT],
  author: TEXT,
};

function refuseColumns(fields: readonly ArrowField[]): Problem | undefined {
  const names = fields.map(({ name }) => name);
  const unknown = names.find((it) => !Object.hasOwn(KINDS, it));
  if (unknown !== undefined) return unknownColumn(unknown);
  const twice = names.find((it, n) => names.indexOf(it) < n);
  if (twice !== undefined) return columnTwice(twice);
  const missing = ["id", "timestamp", "value"].find((it) => !names.includes(it));
  if (missing !== undefined)
    return problem("BAD_INPUT", `the column ${missing} is missing`, { column: missing });
  const wrong = fields.find(({ name, typeId }) => !KINDS[name]?.includes(typeId));
  if (wrong === undefined) return undefined;
  const { name: column } = wrong;
  return problem("BAD_INPUT", `the column ${column} is of a type that is not read: ${ADVICE}`, {
    column,
  });
}

/** @param before Rows before those of the table. */
async function readTable(table: Table, before: number, input: RowInput, turns: WorkTurns) {
  const rowAt = rowReader(table);
  for (let n = 0; n < table.numRows; n++) {
    if (n % SLICE === SLICE - 1) await turns.next("begin");
    const row = rowAt(n);
    if (row === undefined) return WRONG.torn;
    if ("beyond" in row) return wrongNumber(row.beyond, before + n + 1);
    const refused = input.add(row);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** What reads a row; undefined where a buffer is too short. Or the column whose number is none that a double has. */
function rowReader(
  table: Table,
): (n: number) => GivenRow | { readonly beyond: ColumnName } | undefined {
  const column = (name: string) => table.getChild(name) as Column<unknown> | undefined;
  const [id, timestamp, value] = [column("id"), column("timestamp"), column("value")];
  const [source, known] = [column("source"), column("known")];
  return (n) => {
    let place: ColumnName = "id";
    const cell = (name: ColumnName, of: Column<unknown> | undefined) => {
      place = name;
      return of?.at(n);
    };
    try {
      const [at, since] = [cell("timestamp", timestamp), cell("known", known)];
      const [hasMs, hasKnownMs] = [typeof at === "number", typeof since === "number"];
      return {
        id: cell("id", id),
        timestamp: at ?? undefined,
        // A part of a ms is cut off.
        atMs: hasMs ? Math.floor(at as number) : undefined,
        value: contentOf(cell("value", value)),
        source: cell("source", source) ?? undefined,
        known: since ?? undefined,
        knownMs: hasKnownMs ? Math.floor(since as number) : undefined,
      };
    } catch (error) {
      // The library throws errors of this kind for whole numbers beyond 2^53, and of others for short buffers.
      const isNumber = place !== "id" && place !== "source";
      return isNumber && (error as Error).constructor === Error ? { beyond: place } : undefined;
    }
  };
}

function wrongNumber(column: ColumnName, row: number): Problem {
  const place = { field: column, row, column };
  if (column === "value")
    return problem("VALUE_INVALID", `row ${row}: value is beyond 2^53: send it as a double`, place);
  const code = column === "known" ? "KNOWN_OUT_OF_RANGE" : "BAD_INPUT";
  return problem(code, `row ${row}: ${column} must be an instant of the years 1 to 9999`, place);
}

function contentOf(cell: unknown): GivenRow["value"] {
  if (typeof cell === "string") return { text: cell, decimal: "." };
  return typeof cell === "number" ? cell : null;
}
