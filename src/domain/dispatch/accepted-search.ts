// The search for the largest value that is accepted, where what is accepted need not be an interval: a smaller value
// may be refused because it is too small.
import type { Steps } from "../base/steps.ts";

/**
 * What a value meets: `large` is refused as every larger one would be, `small` as every smaller one would be.
 */
export type Fit = "accepted" | "large" | "small";

/** Whole numbers `[low, high]` over which a refusal means the same: too large, or too small, for all beyond it. */
export interface SearchRange {
  readonly low: number;
  readonly high: number;
}

/** Runs of the check in one search at most. */
export const MOST_RUNS = 128;
/** Ranges that are looked at one by one, from the last one down; of what is before them, one is chosen by bisection. */
const MOST_RANGES = 40;
/** Values above one that was found which are tried too: ramps in whole ticks make small steps back. */
const FURTHER = 3;

/**
 * The largest value that is accepted, found with few runs; 0 where none is found. The value found was run.
 *
 * @param ranges In ascending order, without gaps.
 * @param fitOf  Runs the check of a value that lies in a range.
 */
export function* largestAccepted<R extends SearchRange>(
  ranges: readonly R[],
  fitOf: (value: number, range: R) => Fit,
): Steps<number> {
  const search = createSearch(fitOf);
  for (let n = ranges.length - 1; n >= 0; n--) {
    if (search.isOver()) return 0;
    const at = ranges.length - n > MOST_RANGES ? yield* search.choose(ranges, n) : n;
    const found = yield* search.within(ranges[at] as R);
    if (found > 0 || at !== n) return found;
  }
  return 0;
}

function createSearch<R extends SearchRange>(fitOf: (value: number, range: R) => Fit) {
  let runs = 0;
  const isOver = () => runs >= MOST_RUNS;

  function* run(value: number, range: R): Steps<Fit> {
    runs++;
    yield;
    return fitOf(value, range);
  }

  /** The last range, up to one of this place, that does not begin with a value that is too large. */
  function* choose(ranges: readonly R[], last: number): Steps<number> {
    let [low, high] = [0, last + 1];
    while (high - low > 1 && !isOver()) {
      const middle = Math.floor((low + high) / 2);
      const range = ranges[middle] as R;
      if ((yield* run(range.low, range)) === "large") high = middle;
      else low = middle;
    }
    return low;
  }

  /** The largest accepted value of a range; 0 where none is found. */
  function* within(range: R): Steps<number> {
    const { low: first, high: last } = range;
    const atLast = yield* run(last, range);
    if (atLast === "accepted") return last;
    if (atLast === "small" || first === last || isOver()) return 0;
    const atFirst = yield* run(first, range);
    if (atFirst === "large") return 0;
    let found = atFirst === "accepted" ? first : 0;
    let [low, high] = [first, last];
    while (high - low > 1 && !isOver()) {
      const middle = Math.floor((low + high) / 2);
      const fit = yield* run(middle, range);
      if (fit === "accepted") found = middle;
      if (fit === "large") high = middle;
      else low = middle;
    }
    return yield* further(range, found, high);
  }

  /** The largest accepted of a few values around and above the one at which the bisection ended. */
  function* further(range: R, found: number, high: number): Steps<number> {
    for (let value = Math.min(high + FURTHER, range.high - 1); value > high && !isOver(); value--)
      if ((yield* run(value, range)) === "accepted") return value;
    return found;
  }

  return { isOver, choose, within };
}
