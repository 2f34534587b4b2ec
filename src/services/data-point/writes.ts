// Writes of a request, read and checked in slices: each value by the rules of its data point.
import { readContent } from "../../domain/data-point/content-rules.ts";
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
const SLICE = 5_000;
/** Characters of a text that take as long as a value: a text may be parsed to many objects. */
const VALUE_LENGTH = 32;
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
  const spend = createSpending(turns);
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

/** Counts what a turn has read. Returns the next turn where this one has read enough. */
type Spend = (cost: number) => Promise<void> | undefined;

function createSpending(turns: WorkTurns): Spend {
  let spent = 0;
  return (cost) => {
    spent += cost;
    if (spent < SLICE) return undefined;
    spent = 0;
    return turns.next("begin");
  };
}

function costOf(given: GivenValue["content"]): number {
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
    const pause = spend(costOf(given));
    if (pause !== undefined) await pause;
    if (!isInstant(atMs)) {
      const message = "timestamp must be an instant of the years 1 to 9999";
      return { code: "BAD_INPUT", message, path, row, column: "timestamp" };
    }
    const found = readContent(point, given);
    if ("code" in found) return { ...found, path, row, column: "value" };
    const { content } = found;
    const misfit = refuseDocument(point, content, schemas);
    if (misfit !== undefined) return { ...misfit, path, row, column: "value" };
    if (atMs <= before) isOrdered = false;
    before = atMs;
    read.push({ atMs, content });
  }
  return isOrdered ? read : order(read, values, path, turns);
}

function refuseDocument(
  { jsonSchema }: DataPoint,
  content: PointValue["content"],
  schemas: JsonSchemas,
): Pick<DataRefusal, "code" | "message"> | undefined {
  if (jsonSchema === null || typeof content === "number" || !("document" in content))
    return undefined;
  const wrong = schemas.refuseDocument(jsonSchema, content.document);
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

/** The text of a request by which it is known again: a digest, made in slices. */
export async function textOf(
  given: readonly GivenWrite[],
  author: string,
  digestOf: (text: string) => string,
  turns: WorkTurns,
): Promise<string> {
  let text = digestOf(author);
  for (const { values, ...head } of given) {
    text = digestOf(text + JSON.stringify(head));
    for (let n = 0; n < values.length; n += SLICE) {
      if (n > 0) await turns.next("begin");
      text = digestOf(text + JSON.stringify(values.slice(n, n + SLICE)));
    }
  }
  return text;
}
