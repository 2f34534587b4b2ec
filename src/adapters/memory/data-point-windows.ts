// A day of writes in windows of its instants, each with a thousand values: a day of a million is read in turns.
import type { PointValue } from "../../domain/data-point/write.ts";

/** Values of all writes in one window, about. */
const WINDOW_VALUES = 1_000;
/** Values of one write in a window, where many writes meet. */
const LEAST_VALUES = 16;

type Ordered = readonly Pick<PointValue, "atMs">[];

/** The place of the first value that is not before an instant. */
export function placeOf(values: Ordered, atMs: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as PointValue).atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The end of the window that begins at an instant. @param writes The values of each. */
export function windowEnd(writes: readonly Ordered[], fromMs: number, untilMs: number): number {
  const most = mostOfEach(writes);
  return writes.reduce((endMs, values) => {
    const next = values[placeOf(values, fromMs) + most];
    return next === undefined ? endMs : Math.min(endMs, next.atMs);
  }, untilMs);
}

/** The begin of the window that ends before an instant. */
export function windowBegin(writes: readonly Ordered[], fromMs: number, untilMs: number): number {
  const most = mostOfEach(writes);
  return writes.reduce((beginMs, values) => {
    const first = values[placeOf(values, untilMs) - most];
    return first === undefined ? beginMs : Math.max(beginMs, first.atMs);
  }, fromMs);
}

function mostOfEach(writes: readonly Ordered[]): number {
  const long = writes.filter((values) => values.length > LEAST_VALUES).length;
  return Math.max(LEAST_VALUES, Math.floor(WINDOW_VALUES / Math.max(1, long)));
}
