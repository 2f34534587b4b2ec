// Rows of a block as values: each row is laid over those before it.
import { isInForce } from "../../domain/data-point/version-order.ts";
import type { AsOf, ReadValue } from "../../domain/data-point/write.ts";
import type { BlockRow } from "./block-rows.ts";

/** Of what a value comes: known, recorded, author and expiry of its write. */
export type Origin = readonly [
  knownMs: number,
  recordedMs: number,
  author: string,
  expiresAtMs: number | null,
];

/** The newest value of each instant, by its offset in the block; in any order. */
export type Folded = Map<number, readonly [value: number, origin: Origin]>;

/** @param rows Of one block and source, oldest first, from the newest full row on. */
export function foldBlock(rows: readonly BlockRow[]): Folded {
  let newest: Folded = new Map();
  for (const row of rows) {
    const isFull = row[3];
    const [fromMs, untilMs] = [row[12], row[13]];
    if (isFull) newest = new Map();
    else if (fromMs !== null && untilMs !== null)
      for (const offsetMs of newest.keys())
        if (offsetMs >= fromMs && offsetMs < untilMs) newest.delete(offsetMs);
    const originAt = originsOf(row);
    cellsOf(row, (offsetMs, value, place) => newest.set(offsetMs, [value, originAt(place)]));
  }
  return newest;
}

function originsOf(row: BlockRow): (place: number) => Origin {
  const [, , , , knownMs, recordedMs, expiresAtMs, author] = row;
  const [origins, places] = [row[14], row[15]];
  if (origins === null || places === null) {
    const own: Origin = [knownMs, recordedMs, author, expiresAtMs];
    return () => own;
  }
  const all = JSON.parse(origins) as Origin[];
  const placeOf = numbersOf(places);
  return (place) => all[placeOf[place] ?? 0] as Origin;
}

/** Calls with each value that a row has, its offset and its place. */
export function cellsOf(
  row: BlockRow,
  use: (offsetMs: number, value: number, place: number) => void,
): void {
  const [firstMs, stepMs, offsets] = [row[8] ?? 0, row[9] ?? 0, row[10]];
  const offsetsMs = offsets === null ? undefined : numbersOf(offsets);
  for (const [place, value] of numbersOf(row[11]).entries())
    if (value !== null) use(offsetsMs?.[place] ?? firstMs + place * stepMs, value, place);
}

/** An array of PostgreSQL. */
function numbersOf(text: string): (number | null)[] {
  return JSON.parse(`[${text.slice(1, -1).replaceAll("NULL", "null")}]`) as (number | null)[];
}

interface BlockValues {
  readonly rows: readonly BlockRow[];
  readonly asOf: AsOf;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The values of one block in the order of their instants: overrides in force over originals. */
export function valuesOfBlock({ rows, asOf, nowMs, fromMs, untilMs }: BlockValues): ReadValue[] {
  const byInstant = new Map<number, ReadValue>();
  for (const source of ["original", "override"] as const) {
    const own = rows.filter((row) => row[1] === source);
    const beginMs = own[0]?.[2];
    if (beginMs === undefined) continue;
    for (const [offsetMs, [content, [knownMs, recordedMs, author, expiresAtMs]]] of foldBlock(
      own,
    )) {
      const atMs = beginMs + offsetMs;
      if (atMs < fromMs || atMs >= untilMs || !isInForce(expiresAtMs, asOf, nowMs)) continue;
      byInstant.set(atMs, { atMs, content, source, knownMs, recordedMs, author });
    }
  }
  return [...byInstant.values()].sort((a, b) => a.atMs - b.atMs);
}
