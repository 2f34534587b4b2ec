// Per cents of ratios, in decimals.

/**
 * The per cent of a ratio in decimals: 7 for 0.07. A product with 100 would be that of the nearest double,
 * 7.000000000000001.
 */
export function pctOf(ratio: number): number {
  const [digits, exponent = "0"] = String(ratio).split("e");
  return Number(`${digits}e${Number(exponent) + 2}`);
}
