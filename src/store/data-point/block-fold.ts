// Rows of a block, laid over each other: at each instant the newest value.
import { forEachValue, offsetAt } from "./block-cells.ts";
import type { BlockRow } from "./block-rows.ts";
import type { Layer } from "./block-windows.ts";
import type { Origin } from "./origins.ts";

/** The newest value of each instant, by columns, in the order of the offsets in the block. */
export interface Folded {
  readonly offsetsMs: number[];
  readonly values: number[];
  readonly origins: Origin[];
}

const isFull = (row: BlockRow) => row[3];

/** The rows that are not hidden. @param rows Of one block and source, oldest first. */
export function fromNewestFull(rows: readonly BlockRow[]): readonly BlockRow[] {
  return rows.slice(Math.max(0, rows.findLastIndex(isFull)));
}

/** @param layers Of one source and window, oldest first, from the newest full row on. */
export function foldLayers(layers: readonly Layer[]): Folded {
  const steps = stepsOf(layers);
  return steps === undefined ? foldInstants(layers) : foldSteps(layers, steps);
}

interface Steps {
  readonly stepMs: number;
  /** The number of the first one, counted from the begin of the block. */
  readonly first: number;
  readonly count: number;
}

/** The steps of all layers that have values; undefined: they have none, or not the same ones, or few of many. */
function stepsOf(layers: readonly Layer[]): Steps | undefined {
  const written = layers.map(({ cells }) => cells).filter(({ from, until }) => from < until);
  const stepMs = written[0]?.stepMs;
  if (!stepMs || written.some((cells) => cells.stepMs !== stepMs)) return undefined;
  const firsts = written.map((cells) => offsetAt(cells, cells.from) / stepMs);
  const lasts = written.map((cells) => offsetAt(cells, cells.until - 1) / stepMs);
  const first = firsts.reduce((a, b) => Math.min(a, b));
  const count = lasts.reduce((a, b) => Math.max(a, b)) - first + 1;
  const values = written.reduce((sum, { from, until }) => sum + until - from, 0);
  return count > MOST_STEPS && count > 2 * values ? undefined : { stepMs, first, count };
}

/** More steps than these have values in half of them at least. */
const MOST_STEPS = 10_000;
const [FREE, WRITTEN, WITHDRAWN] = [0, 1, 2];

/** Newest first: a step is taken by its first value, or where its older ones are withdrawn. */
function foldSteps(layers: readonly Layer[], { stepMs, first, count }: Steps): Folded {
  const states = new Uint8Array(count);
  const values = new Float64Array(count);
  const origins: Origin[] = new Array(count);
  for (const { row, cells, originAt } of layers.toReversed()) {
    forEachValue(cells, (offsetMs, value, place) => {
      const step = offsetMs / stepMs - first;
      if (states[step] !== FREE) return;
      states[step] = WRITTEN;
      values[step] = value;
      origins[step] = originAt(place);
    });
    const [fromMs, untilMs] = [row[12] ?? 0, row[13] ?? 0];
    const until = Math.min(count, Math.ceil(untilMs / stepMs) - first);
    for (let step = Math.max(0, Math.ceil(fromMs / stepMs) - first); step < until; step++)
      if (states[step] === FREE) states[step] = WITHDRAWN;
  }
  const folded: Folded = { offsetsMs: [], values: [], origins: [] };
  for (let step = 0; step < count; step++)
    if (states[step] === WRITTEN)
      append(folded, (first + step) * stepMs, values[step] as number, origins[step] as Origin);
  return folded;
}

/** Oldest first: each layer over those before it. */
function foldInstants(layers: readonly Layer[]): Folded {
  const newest = new Map<number, readonly [value: number, origin: Origin]>();
  for (const { row, cells, originAt } of layers) {
    const [fromMs, untilMs] = [row[12], row[13]];
    if (fromMs !== null && untilMs !== null)
      for (const offsetMs of newest.keys())
        if (offsetMs >= fromMs && offsetMs < untilMs) newest.delete(offsetMs);
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
