// Exact sums over assets: the same in every order, and so in memory and in each database.

/**
 * Adding and subtracting one of these rounds a double to a binary grid, on which sums are exact: nothing is
 * rounded on the way, whichever summand comes first. Powers and energies lie on 2^-30 MW or MWh (3 J), exact up to
 * sums of 8 million; energies of one tick on 2^-36 MWh, exact up to 131,072.
 */
export const SUM_GRID = 1.5 * 2 ** 22;
export const TICK_ENERGY_GRID = 1.5 * 2 ** 16;

/** The nearest value on a grid. */
export function onGrid(value: number, grid: number): number {
  return value + grid - grid;
}
