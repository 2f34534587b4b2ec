/** The longest time that may lie between two frames, in s. */
export const LONGEST_EVERY_S = 24 * 3600;

/** Every how many ticks: a width in s, rounded up to whole ticks; at least every one. */
export function everyTicksOf(widthS: number, dtS: number): number {
  // A width that is whole ticks but for its last bits is not one tick more.
  return Math.max(1, Math.ceil(widthS / dtS - 1e-9));
}
