// Rounds volumes to lots.
import type { PlanCalendar } from "../domain/plan/calendar.ts";
import type { PlanInput } from "../domain/plan/input.ts";
import type { Budget } from "./budget.ts";
import { solveDirected } from "./directions.ts";
import { type ExtraRow, extended, type WholeColumn } from "./extension.ts";
import { limitsOf, within } from "./limits.ts";
import { tradedColumns } from "./market-rows.ts";
import { buildModel, type PlanModel } from "./model.ts";
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

/** Ramps of rounded volumes may differ from those that they were rounded with: then they are rounded again. */
const MOST_TRIES = 4;

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
  let { ramps } = solved;
  for (let tries = 1; ; tries++) {
    const from = isSearched
      ? found(input, calendar, budget, { ...solved, ramps }, volumes)
      : solved;
    if (!from.solution.isFeasible) return from;
    const rows = volumes.map((volume): ExtraRow => {
      const mw = Math.max(lowerLots(lotsOf(from, volume)) * volume.lotMw, volume.soldMw);
      return { entries: volume.entries, lower: mw, upper: mw };
    });
    const change = ({ linear }: PlanModel) => extended(linear, [], rows);
    const rounded = solveRamped(input, calendar, budget, change, ramps);
    const { status, gapRatio } = from.solution;
    if (rounded.solution.isFeasible)
      return isSearched
        ? { ...rounded, solution: { ...rounded.solution, status, gapRatio } }
        : rounded;
    if (!isSearched || ramps === null || tries === MOST_TRIES) return rounded;
    ({ ramps } = rounded);
  }
}

/** Volumes in lots, by whole numbers. The two lots beside each volume may not go together: then any may come out. */
function found(
  input: PlanInput,
  calendar: PlanCalendar,
  budget: Budget,
  solved: Solved,
  volumes: readonly Volume[],
): Solved {
  if (!input.lots.isExact) {
    const beside = searched(input, calendar, budget, solved, volumes, false);
    if (beside.solution.status !== "infeasible") return beside;
  }
  return searched(input, calendar, budget, solved, volumes, true);
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
  const model = buildModel(input, calendar, solved.ramps);
  const first = model.linear.columnCosts.length;
  const rows = volumes.map(
    ({ entries, lotMw, soldMw }, n): ExtraRow => ({
      entries: [...entries, [first + n, -lotMw]],
      lower: 0,
      // What was sold already may lie between two lots.
      upper: soldMw > 0 ? soldMw % lotMw : 0,
    }),
  );
  const linear = extended(model.linear, columns, rows);
  const { solution } = solveDirected(linear, input, model.columns, budget);
  return { model, solution, ramps: solved.ramps };
}

/** Rounding of the solver, which is larger where it searches, does not take a lot away. */
function lowerLots(lots: number): number {
  return Math.floor(lots + 1e-5);
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
