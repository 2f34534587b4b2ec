// The range of the axis of SoC.

/** The least height of the axis of SoC, in per cent: below it a line shows its digits alone. */
const LEAST_SOC_PCT = 2;

/** Bounds with padding around what is seen, within 0 to 100 %. */
export function aroundSoc(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 100];
  const half = Math.max(((max - min) * 1.2) / 2, LEAST_SOC_PCT / 2);
  const middle = (min + max) / 2;
  return [Math.max(0, middle - half), Math.min(100, middle + half)];
}
