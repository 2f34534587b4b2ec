// Rows of a block, laid over each other: at each instant the newest value.
import { type BlockCells, cellsOf, forEachValue, numbersOf, offsetAt } from "./block-cells.ts";
import type { BlockRow } from "./block-rows.ts";

/** Of what a value comes: known, recorded, author and expiry of its write. */
export type Origin = readonly [
  knownMs: number,
  recordedMs: number,
  author: string,
  expiresAtMs: number | null,
];

/** The newest value of each instant, by columns, in the order of the offsets in the block. */
export interface Folded {
  readonly offsetsMs: number[];
  readonly values: number[];
  readonly origins: Origin[];
}

interface Layer {
  readonly row: BlockRow;
  readonly cells: BlockCells;
}

const isFull = (row: BlockRow) => row[3];

/** @param rows Of one block and source, oldest first, from the newest full row on. */
export function foldBlock(rows: readonly BlockRow[]): Folded {
  const layers = rows
    .slice(Math.max(0, rows.findLastIndex(isFull)))
    .map((row) => ({ row, cells: cellsOf(row) }));
  const stepMs = stepOf(layers);
  return stepMs === undefined ? foldInstants(layers) : foldSteps(layers, stepMs);
}

/** The step of all layers that have values; undefined: they have none, or not the same one. */
function stepOf(layers: readonly Layer[]): number | undefined {
  const written = layers.filter(({ cells }) => cells.values.length > 0);
  const stepMs = written[0]?.cells.stepMs;
  return written.every(({ cells }) => cells.stepMs === stepMs) ? stepMs || undefined : undefined;
}

const [FREE, WRITTEN, WITHDRAWN] = [0, 1, 2];

/** Newest first: a step is taken by its first value, or where its older ones are withdrawn. */
function foldSteps(layers: readonly Layer[], stepMs: number): Folded {
  const counts = layers.map(({ cells }) => offsetAt(cells, cells.values.length - 1) / stepMs + 1);
  const count = Math.max(...counts);
  const states = new Uint8Array(count);
  const values = new Float64Array(count);
  const origins: Origin[] = new Array(count);
  for (const { row, cells } of layers.toReversed()) {
    const originAt = originsOf(row);
    forEachValue(cells, (offsetMs, value, place) => {
      const step = offsetMs / stepMs;
      if (states[step] !== FREE) return;
      states[step] = WRITTEN;
      values[step] = value;
      origins[step] = originAt(place);
    });
    const [fromMs, untilMs] = [row[12] ?? 0, row[13] ?? 0];
    const until = Math.min(count, Math.ceil(untilMs / stepMs));
    for (let step = Math.ceil(fromMs / stepMs); step < until; step++)
      if (states[step] === FREE) states[step] = WITHDRAWN;
  }
  const folded: Folded = { offsetsMs: [], values: [], origins: [] };
  for (let step = 0; step < count; step++)
    if (states[step] === WRITTEN)
      append(folded, step * stepMs, values[step] as number, origins[step] as Origin);
  return folded;
}

/** Oldest first: each layer over those before it. */
function foldInstants(layers: readonly Layer[]): Folded {
  const newest = new Map<number, readonly [value: number, origin: Origin]>();
  for (const { row, cells } of layers) {
    const [fromMs, untilMs] = [row[12], row[13]];
    if (fromMs !== null && untilMs !== null)
      for (const offsetMs of newest.keys())
        if (offsetMs >= fromMs && offsetMs < untilMs) newest.delete(offsetMs);
    const originAt = originsOf(row);
    forEachValue(cells, (offsetMs, value, place) => newest.set(offsetMs, [value, originAt(place)]));
  }
  const folded: Folded = { offsetsMs: [], values: [], origins: [] };
  for (const [offsetMs, [value, origin]] of [...newest].sort(([a], [b]) => a - b))
    append(folded, offsetMs, value, origin);
  return folded;
}

function append(folded: Folded, offsetMs: number, value: number, origin: Origin): void {
  folded.offsetsMs.push(offsetMs);
  folded.values.push(value);
  folded.origins.push(origin);
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
