// Rounds volumes to lots.
import type { PlanCalendar } from "../domain/plan/calendar.ts";
import type { PlanInput } from "../domain/plan/input.ts";
import type { Budget } from "./budget.ts";
import { type ExtraRow, extended, type WholeColumn } from "./extension.ts";
import { limitsOf, within } from "./limits.ts";
import { tradedColumns } from "./market-rows.ts";
import type { PlanModel } from "./model.ts";
import { type Solved, solveRamped } from "./ramped.ts";
import { reserveColumn } from "./reserve-rows.ts";

/** A volume that is a number of lots: the columns that make it up, with their signs. */
interface Volume {
  readonly entries: readonly (readonly [column: number, value: number])[];
  readonly lotMw: number;
  /** What was sold already of it, which is no number of lots perhaps, in MW. */
  readonly soldMw: number;
  readonly isEnergy: boolean;
}

/** Whether volumes are rounded at all. */
export function hasLots({ lots, reserves }: PlanInput): boolean {
  return lots.energyLotMw !== null || (lots.roundsReserves && reserves.length > 0);
}

/**
 * Rounds a plan. Reserves are rounded down, or searched for where `isExact`; energy is rounded to one of the two lots
 * beside its volume, by whole numbers. Then everything else is solved anew with these volumes.
 */
export function roundLots(
  input: PlanInput,
  calendar: PlanCalendar,
  budget: Budget,
  solved: Solved,
): Solved {
  const volumes = volumesOf(input, solved.model);
  const isSearched = input.lots.isExact || input.lots.energyLotMw !== null;
  let from = solved;
  if (isSearched) {
    from = searched(input, calendar, budget, solved, volumes, input.lots.isExact);
    // The two lots beside each volume may not go together.
    if (from.solution.status === "infeasible" && !input.lots.isExact)
      from = searched(input, calendar, budget, solved, volumes, true);
    if (!from.solution.isFeasible) return from;
  }
  const rows = volumes.map((volume): ExtraRow => {
    const lots = lotsOf(from, volume);
    const whole = isSearched ? Math.round(lots) : lowerLots(lots);
    const mw = Math.max(whole * volume.lotMw, volume.soldMw);
    return { entries: volume.entries, lower: mw, upper: mw };
  });
  const rounded = solveRamped(input, calendar, budget, ({ linear }) => extended(linear, [], rows));
  const { status, gapRatio } = from.solution;
  if (!isSearched || !rounded.solution.isFeasible) return rounded;
  return { ...rounded, solution: { ...rounded.solution, status, gapRatio } };
}

/** @param isFree Whether any number of lots may come out, not only those beside the volumes that are solved. */
function searched(
  input: PlanInput,
  calendar: PlanCalendar,
  budget: Budget,
  solved: Solved,
  volumes: readonly Volume[],
  isFree: boolean,
): Solved {
  const columns = volumes.map((volume): WholeColumn => {
    if (isFree) return volume.isEnergy ? { lower: -1e6, upper: 1e6 } : { lower: 0, upper: 1e6 };
    const lower = lowerLots(lotsOf(solved, volume));
    return { lower, upper: volume.isEnergy ? lower + 1 : lower };
  });
  return solveRamped(input, calendar, budget, ({ linear }) => {
    const first = linear.columnCosts.length;
    const rows = volumes.map(
      ({ entries, lotMw, soldMw }, n): ExtraRow => ({
        entries: [...entries, [first + n, -lotMw]],
        lower: 0,
        // What was sold already may lie between two lots.
        upper: soldMw > 0 ? soldMw % lotMw : 0,
      }),
    );
    return extended(linear, columns, rows);
  });
}

/** Rounding of the solver does not take a lot away. */
function lowerLots(lots: number): number {
  return Math.floor(lots + 1e-6);
}

function lotsOf({ solution }: Solved, { entries, lotMw }: Volume): number {
  const mw = entries.reduce(
    (sum, [column, value]) => sum + value * (solution.values[column] as number),
    0,
  );
  return mw / lotMw;
}

function volumesOf(input: PlanInput, model: PlanModel): Volume[] {
  const { energyLotMw, roundsReserves } = input.lots;
  const energy = input.scenarios.flatMap((_, k) =>
    Array.from({ length: energyLotMw === null ? 0 : input.periods.count }, (_, t): Volume => {
      const [sell, buy] = tradedColumns(model, k, t);
      const entries = [
        [sell, 1],
        [buy, -1],
      ] as const;
      return { entries, lotMw: energyLotMw as number, soldMw: -Infinity, isEnergy: true };
    }),
  );
  return roundsReserves ? [...energy, ...reserveVolumes(input, model)] : energy;
}

/** One volume for each product of each offer, over all batteries. */
function reserveVolumes(input: PlanInput, model: PlanModel): Volume[] {
  return input.reserves.flatMap(({ product }, o) => {
    const products = model.columns.products[o] as Int32Array;
    const soldMw = new Float64Array((products.at(-1) ?? -1) + 1);
    for (const obligation of limitsOf(input, "obligation"))
      if (obligation.product === product.name)
        within(input, obligation, (t) => {
          const n = products[t] as number;
          soldMw[n] = Math.max(soldMw[n] as number, obligation.mw);
        });
    return Array.from(soldMw, (mw, n): Volume => {
      const t = products.indexOf(n);
      const entries = input.assets.map((_, a) => [reserveColumn(model, a, o, t), 1] as const);
      return { entries, lotMw: product.lotMw, soldMw: mw, isEnergy: false };
    });
  });
}
