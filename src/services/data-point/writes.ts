// Writes of a request, read and checked in slices: each value by the rules of its data point.
import type { Json } from "../../domain/audit/record.ts";
import { createSpending, inTurns, type Spend } from "../../domain/base/pieces.ts";
import { readJson, readNumber } from "../../domain/data-point/content-rules.ts";
import type { DataPoint, DataPointSource } from "../../domain/data-point/data-point.ts";
import { type DataRefusal, unknownPath } from "../../domain/data-point/refusal.ts";
import type { PointValue, PointWrite } from "../../domain/data-point/write.ts";
import {
  type GivenValue,
  type GivenWrite,
  instantTwice,
  isInstant,
  refuseWrite,
} from "../../domain/data-point/write-rules.ts";
import type { JsonSchemas } from "../../domain/ports/json-schemas.ts";
import type { WorkTurns } from "../work-turns.ts";

/** Values that are read in one turn: some ms. */
export const SLICE = 5_000;
/** Characters of a text that may take as long as a value to parse, and to digest. */
export const VALUE_LENGTH = 32;
const DAY_MS = 86_400_000;

export interface WriteChecks {
  readonly points: ReadonlyMap<string, DataPoint>;
  readonly schemas: JsonSchemas;
  readonly turns: WorkTurns;
  readonly nowMs: number;
  readonly author: string;
  /** Whether values of a path may have been known in the past. */
  mayBackfill(path: string): boolean;
}

/** The writes as they are stored; or why the first of them is refused. */
export async function readWrites(
  given: readonly GivenWrite[],
  checks: WriteChecks,
): Promise<readonly PointWrite[] | DataRefusal> {
  const { points, nowMs, author, turns } = checks;
  const instants = new Map<string, Set<number>>();
  const shared = sharedSeries(given);
  const writes: PointWrite[] = [];
  const spend = createSpending(SLICE, () => turns.next("begin"));
  for (const [write, it] of given.entries()) {
    const point = points.get(it.path);
    if (point === undefined) return { ...unknownPath(it.path), write };
    const refused = refuseWrite(it, point, nowMs, checks.mayBackfill(it.path));
    if (refused !== undefined) return { ...refused, write };
    const values = await readValues(it, point, checks, spend);
    if (!Array.isArray(values)) return { ...(values as DataRefusal), write };
    const key = seriesOf(it);
    if (shared.has(key)) {
      const seen = instants.get(key) ?? new Set<number>();
      instants.set(key, seen);
      const twice = values.find(({ atMs }) => seen.size === seen.add(atMs).size);
      if (twice !== undefined) {
        const row = it.values.findIndex(({ atMs }) => atMs === twice.atMs);
        return { ...instantTwice(it.path, twice.atMs), write, row };
      }
    }
    const { path, source, knownMs = nowMs, expiresAtMs = null } = it;
    writes.push({ path, source, values, withdrawn: null, knownMs, expiresAtMs, author });
    const pause = spend(1);
    if (pause !== undefined) await pause;
  }
  return writes;
}

export function costOf(given: GivenValue["content"]): number {
  const isText = typeof given === "object" && given !== null && "text" in given;
  return isText ? 1 + given.text.length / VALUE_LENGTH : 1;
}

/** The series that more than one write is of. */
function sharedSeries(given: readonly GivenWrite[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(given.map(seriesOf).filter((key) => seen.size === seen.add(key).size));
}

function seriesOf({ path, source }: { path: string; source: DataPointSource }): string {
  return `${source} ${path}`;
}

/** The values of a write in the order of their instants. */
async function readValues(
  { path, values }: GivenWrite,
  point: DataPoint,
  { schemas, turns }: WriteChecks,
  spend: Spend,
): Promise<readonly PointValue[] | DataRefusal> {
  if (values.length === 0)
    return { code: "BAD_INPUT", message: "values is empty: send one at least", path };
  const read: PointValue[] = [];
  let isOrdered = true;
  let before = -Infinity;
  for (const [row, { atMs, content: given }] of values.entries()) {
    const isNumber = mayBeNumber(point, given);
    const pause = spend(isNumber ? costOf(given) : 1);
    if (pause !== undefined) await pause;
    if (!isInstant(atMs)) {
      const message = "timestamp must be an instant of the years 1 to 9999";
      return { code: "BAD_INPUT", message, path, row, column: "timestamp" };
    }
    const found = isNumber ? readNumber(point, given) : await readDocument(point, given, spend);
    if ("code" in found) return { ...found, path, row, column: "value" };
    const { content } = found;
    const misfit = isChecked(point, content)
      ? await refuseDocument(point, content, schemas)
      : undefined;
    if (misfit !== undefined) return { ...misfit, path, row, column: "value" };
    if (atMs <= before) isOrdered = false;
    before = atMs;
    read.push({ atMs, content });
  }
  return isOrdered ? read : order(read, values, path, turns);
}

/** Whether it is read as a number, or as a cell of one. */
function mayBeNumber(
  { type }: DataPoint,
  given: GivenValue["content"],
): given is Parameters<typeof readNumber>[1] {
  if (typeof given !== "object" || given === null) return true;
  return "text" in given && type === "time_series_double";
}

/** Matrices and documents are read in as many turns as they need. */
function readDocument(point: DataPoint, given: Parameters<typeof readJson>[1], spend: Spend) {
  return inTurns(readJson(point, given), (length) => spend(length / VALUE_LENGTH));
}

function isChecked(
  { jsonSchema }: DataPoint,
  content: PointValue["content"],
): content is { readonly document: Json } {
  return jsonSchema !== null && typeof content === "object" && "document" in content;
}

async function refuseDocument(
  { jsonSchema }: DataPoint,
  { document }: { readonly document: Json },
  schemas: JsonSchemas,
): Promise<Pick<DataRefusal, "code" | "message"> | undefined> {
  const wrong = await schemas.refuseDocument(jsonSchema, document);
  return wrong === undefined
    ? undefined
    : { code: "DOCUMENT_INVALID", message: `the document does not fit its schema: ${wrong}` };
}

/** Sorts day by day, so that no sort is long; refuses an instant that is there twice. */
async function order(
  read: readonly PointValue[],
  given: GivenWrite["values"],
  path: string,
  turns: WorkTurns,
): Promise<readonly PointValue[] | DataRefusal> {
  const days = new Map<number, PointValue[]>();
  for (const [n, value] of read.entries()) {
    if (n % SLICE === SLICE - 1) await turns.next("begin");
    const day = Math.floor(value.atMs / DAY_MS);
    const held = days.get(day);
    if (held === undefined) days.set(day, [value]);
    else held.push(value);
  }
  const sorted: PointValue[] = [];
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    if (sorted.length % SLICE === 0) await turns.next("begin");
    const values = (days.get(day) as PointValue[]).sort((a, b) => a.atMs - b.atMs);
    for (const value of values) {
      if (sorted.at(-1)?.atMs === value.atMs) {
        const row = given.findLastIndex(({ atMs }) => atMs === value.atMs);
        return { ...instantTwice(path, value.atMs), row };
      }
      sorted.push(value);
    }
  }
  return sorted;
}
