// Rows of data points as an Arrow IPC stream.
import { type Column, type Table, Type, tableFromIPC } from "@uwdata/flechette";
import type { WorkTurns } from "../../../services/work-turns.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { type ArrowField, readStream } from "./arrow-messages.ts";
import { columnTwice, type GivenRow, type RowInput, unknownColumn } from "./row-input.ts";

const SLICE = 5_000;
/** Parts of one stream, each with dictionaries of its own. */
const MOST_PARTS = 1_000;

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
} as const;

/** Reads the rows of an Arrow IPC stream. Returns why one is refused. */
export async function readArrowRows(
  bytes: Uint8Array,
  input: RowInput,
  turns: WorkTurns,
): Promise<Problem | undefined> {
  const stream = readStream(bytes);
  if ("wrong" in stream) return WRONG[stream.wrong];
  const wrong = refuseColumns(stream.fields);
  if (wrong !== undefined) return wrong;
  const { parts } = stream;
  if (parts.length > MOST_PARTS)
    return problem("BAD_INPUT", `the stream may have ${MOST_PARTS} dictionaries: unify them`);
  for (const part of parts) {
    const table = tableOf(part);
    if (table === undefined) return WRONG.torn;
    const refused = await readTable(table, input, turns);
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

async function readTable(table: Table, input: RowInput, turns: WorkTurns) {
  const rowAt = rowReader(table);
  for (let n = 0; n < table.numRows; n++) {
    if (n % SLICE === SLICE - 1) await turns.next("begin");
    const row = rowAt(n);
    if (row === undefined) return WRONG.torn;
    const refused = input.add(row);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** What reads a row; undefined where a buffer is too short, or has a whole number beyond 2^53. */
function rowReader(table: Table): (n: number) => GivenRow | undefined {
  const column = (name: string) => table.getChild(name) as Column<unknown> | undefined;
  const [id, timestamp, value] = [column("id"), column("timestamp"), column("value")];
  const [source, known] = [column("source"), column("known")];
  return (n) => {
    try {
      const [at, since] = [timestamp?.at(n), known?.at(n)];
      const [hasMs, hasKnownMs] = [typeof at === "number", typeof since === "number"];
      return {
        id: id?.at(n),
        timestamp: at ?? undefined,
        // A part of a ms is cut off.
        atMs: hasMs ? Math.floor(at as number) : undefined,
        value: contentOf(value?.at(n)),
        source: source?.at(n) ?? undefined,
        known: since ?? undefined,
        knownMs: hasKnownMs ? Math.floor(since as number) : undefined,
      };
    } catch {
      return undefined;
    }
  };
}

function contentOf(cell: unknown): GivenRow["value"] {
  if (typeof cell === "string") return { text: cell, decimal: "." };
  return typeof cell === "number" ? cell : null;
}
