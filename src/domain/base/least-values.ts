// The least sizes of powers and energies: a smaller value is 0, or a mistake, and underflows where it is multiplied.

/** The least power beside 0, in MW: 1 W. Of a ramp in MW/min. */
export const LEAST_MW = 1e-6;
/** The least capacity, in MWh: 1 Wh. */
export const LEAST_MWHR = 1e-6;
export const LEAST_EFFICIENCY = 0.01;
/** The least share of a capacity beside 0, and the same in per cent. */
export const LEAST_RATIO = 1e-6;
export const LEAST_PCT = 1e-4;

/** Whether a value is 0, or at least this large in size; NaN is not too small. */
export function isZeroOrLeast(value: number, least: number): boolean {
  return value === 0 || !(Math.abs(value) < least);
}

/** The nearest value that is 0 or at least this large in size: the value itself where it is one. */
export function nearestOf(value: number, least: number): number {
  if (isZeroOrLeast(value, least)) return value;
  return Math.abs(value) < least / 2 ? 0 : Math.sign(value) * least;
}
