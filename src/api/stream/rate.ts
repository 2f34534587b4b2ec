// The rate of a stream.

/** The longest time that may lie between two frames, in s. */
export const LONGEST_EVERY_S = 24 * 3600;

/** A rate in ticks, from its interval in s: rounded up to whole ticks, 1 or more. */
export function everyTicksOf(widthS: number, dtS: number): number {
  // An interval of whole ticks with a rounding error is not one tick more.
  return Math.max(1, Math.ceil(widthS / dtS - 1e-9));
}
