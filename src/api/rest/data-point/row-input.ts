// Rows of a body, in whatever format: read one by one, and put together as writes of a path and source.
import type { Json } from "../../../domain/audit/record.ts";
import { createSpending, inTurns, type Pieces } from "../../../domain/base/pieces.ts";
import { quoted, shortened } from "../../../domain/base/quote.ts";
import type { GivenContent } from "../../../domain/data-point/content-rules.ts";
import type { DataPointSource } from "../../../domain/data-point/data-point.ts";
import { parseInParts, RuleError } from "../../../domain/data-point/json-parts.ts";
import { MOST_NAMES } from "../../../domain/data-point/json-rules.ts";
import { wrongPath } from "../../../domain/data-point/path.ts";
import type { Column, DataRefusal } from "../../../domain/data-point/refusal.ts";
import {
  type GivenValue,
  type GivenWrite,
  MOST_VALUES,
} from "../../../domain/data-point/write-rules.ts";
import { readInstant } from "../../../domain/time/instant.ts";
import type { WorkTurns } from "../../../services/work-turns.ts";
import { decodeText } from "../../transport/body-form.ts";
import { NOT_JSON, type Problem, problem } from "../../transport/problem.ts";
import { dataProblem } from "./shapes.ts";

/** A row as it was sent; undefined: its column was left out. */
export interface GivenRow {
  readonly id: unknown;
  readonly timestamp: unknown;
  /** The same where the format has instants, in ms. */
  readonly atMs?: number | undefined;
  readonly knownMs?: number | undefined;
  readonly value: GivenContent | undefined;
  readonly source?: unknown;
  readonly known?: unknown;
}

/** What holds for rows that leave it out. */
export interface RowDefaults {
  readonly source: DataPointSource;
  readonly knownMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  readonly unit: string | undefined;
}

/** Rows of JSON that are read in one turn. */
const SLICE = 2_000;
/** Characters of JSON that are parsed in one turn. */
const TURN_LENGTH = 50_000;
/** Characters of all values that are texts: a short body may repeat one text in each row. */
const MOST_TEXT = 2 ** 25;
/** Characters of one such value: it is parsed at once. */
const LONGEST_TEXT = 2 ** 20;

interface Group {
  readonly write: GivenWrite & { readonly values: GivenValue[] };
  /** The row of each value. */
  readonly rows: number[];
}

export interface RowInput {
  /** Reads the next row. Returns why it is refused. */
  add(row: GivenRow): Problem | undefined;
  writes(): readonly GivenWrite[];
  /** The problem of a refusal, with its row. */
  problemOf(refusal: DataRefusal): Problem;
}

export function createRowInput(defaults: RowDefaults): RowInput {
  const groups = new Map<string, Group>();
  let count = 0;
  let textLength = 0;
  /** The group of the row before: most rows are of the same one. */
  let last: Group | undefined;

  function groupOf(path: string, source: DataPointSource, knownMs: number | undefined): Group {
    const before = last?.write;
    if (before?.path === path && before.source === source && before.knownMs === knownMs)
      return last as Group;
    const key = `${source} ${knownMs} ${path}`;
    last = groups.get(key) ?? newGroup(path, source, knownMs);
    groups.set(key, last);
    return last;
  }

  function newGroup(path: string, source: DataPointSource, knownMs: number | undefined): Group {
    const { expiresAtMs, unit } = defaults;
    return { write: { path, source, values: [], knownMs, expiresAtMs, unit }, rows: [] };
  }

  return {
    add(row) {
      const n = ++count;
      const refuse = (column: Column, text: string) =>
        problem("BAD_INPUT", `row ${n}: ${column} ${text}`, { field: column, row: n, column });
      if (n > MOST_VALUES)
        return problem("TOO_MANY_VALUES", `a request may have ${MOST_VALUES} rows: send less`);
      const { id, timestamp, value, source = defaults.source, known } = row;
      if (typeof id !== "string" || id === "") return refuse("id", "is missing: it must be a path");
      const wrongId = id === last?.write.path ? undefined : wrongPath(id);
      if (wrongId !== undefined) return refuse("id", `${wrongId}; it is ${quoted(id)}`);
      const length = lengthOf(value);
      if (length > LONGEST_TEXT)
        return refuse("value", `is too long: a text may have ${LONGEST_TEXT} characters`);
      textLength += length;
      if (textLength > MOST_TEXT)
        return refuse("value", `is too long: all texts together may have ${MOST_TEXT} characters`);
      const at = row.atMs ?? instantOf(timestamp);
      if (typeof at !== "number") return refuse("timestamp", at.wrong);
      if (source !== "original" && source !== "override")
        return refuse("source", `must be original or override, not ${quoted(source)}`);
      const knownMs = row.knownMs ?? (known === undefined ? defaults.knownMs : instantOf(known));
      if (typeof knownMs === "object") return refuse("known", knownMs.wrong);
      const group = groupOf(id, source, knownMs);
      group.write.values.push({ atMs: at, content: value ?? null });
      group.rows.push(n);
      return undefined;
    },
    writes: () => [...groups.values()].map(({ write }) => write),
    problemOf(refusal) {
      const group = [...groups.values()][refusal.write ?? -1];
      return dataProblem(refusal, group?.rows[refusal.row ?? 0]);
    },
  };
}

/** How long a value is as text; of JSON that is bounded by its body. */
function lengthOf(value: GivenRow["value"]): number {
  return typeof value === "object" && value !== null && "text" in value ? value.text.length : 0;
}

function instantOf(given: unknown): number | { readonly wrong: string } {
  if (given === undefined || given === null) return { wrong: "is missing: it must be an instant" };
  const read = readInstant(given);
  return "ms" in read ? read.ms : read;
}

/** Reads the rows of a body of JSON. Returns why one is refused. */
export async function readJsonRows(
  bytes: Uint8Array,
  input: RowInput,
  turns: WorkTurns,
): Promise<Problem | undefined> {
  const spend = createSpending(TURN_LENGTH, () => turns.next("begin"));
  const body = await inTurns(parseBody(bytes), spend);
  if (body instanceof RuleError)
    return problem("VALUE_INVALID", `value ${body.message}`, { column: "value" });
  if (body instanceof SyntaxError) return NOT_JSON;
  if (!Array.isArray(body))
    return problem("BAD_INPUT", "the body must be a list of rows: [{ id, timestamp, value }, …]");
  for (const [n, row] of body.entries()) {
    if (n % SLICE === SLICE - 1) await turns.next("begin");
    const refused = refuseRow(row, n + 1) ?? input.add(jsonRow(row as Record<string, Json>));
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function* parseBody(bytes: Uint8Array): Pieces<unknown> {
  try {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return yield* parseInParts(decodeText(body), MOST_NAMES);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

const KNOWN_COLUMNS: ReadonlySet<string> = new Set([
  ...["id", "timestamp", "value", "source", "known", "author"],
]);

function refuseRow(row: unknown, n: number): Problem | undefined {
  if (typeof row !== "object" || row === null || Array.isArray(row))
    return problem("BAD_INPUT", `row ${n} must be an object, not ${quoted(row)}`, { row: n });
  const unknown = Object.keys(row).find((it) => !KNOWN_COLUMNS.has(it));
  return unknown === undefined ? undefined : unknownColumn(unknown, n);
}

/** The problem of columns of one name. */
export function columnTwice(column: string): Problem {
  const message = `the column ${quoted(column)} is there twice: send each column once`;
  return problem("BAD_INPUT", message, { column });
}

/** The problem of a column that no row has. @param row Left out: it is one of all rows. */
export function unknownColumn(name: string, row?: number): Problem {
  const place = row === undefined ? "" : `row ${row}: `;
  const columns = [...KNOWN_COLUMNS].join(", ");
  return problem("BAD_INPUT", `${place}${quoted(name)} is no column: there are ${columns}`, {
    ...(row !== undefined && { row }),
    column: shortened(name),
  });
}

function jsonRow({ id, timestamp, value, source, known }: Record<string, Json>): GivenRow {
  const isPlain = value === undefined || value === null || typeof value === "number";
  return {
    id,
    timestamp,
    value: isPlain ? (value as number) : { json: value as Json },
    source,
    known,
  };
}
