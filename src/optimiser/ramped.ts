// Solves a plan whose batteries move along ramps.
import type { PlanCalendar } from "../domain/plan/calendar.ts";
import type { PlanInput } from "../domain/plan/input.ts";
import type { LinearModel, Solution } from "../domain/ports/solver.ts";
import type { Budget } from "./budget.ts";
import { type Directed, solveDirected } from "./directions.ts";
import { buildModel, type PlanModel } from "./model.ts";
import type { PlanColumns } from "./plan-columns.ts";
import type { RampEnergies } from "./ramp-energies.ts";
import { rampEnergy } from "./ramp-profile.ts";

/** A model with its solution, and the energy of its ramps. */
export interface Solved {
  readonly model: PlanModel;
  readonly solution: Solution;
  readonly ramps: RampEnergies | null;
}

/** Changes a model before it is solved: rounds volumes, for example. */
export type Change = (model: PlanModel) => LinearModel;

/** The model is solved so often, at most. */
const MOST_ROUNDS = 40;
/** Setpoints are held near those of the round before from this round on. */
const FREE_ROUNDS = 4;
/** By how much each round narrows what setpoints may differ by. */
const NARROWING_RATIO = 0.6;
/** Energy that may differ between the ramps of a model and those of its solution, per capacity. */
const EXACT_RATIO = 1e-8;

/**
 * The energy of a ramp is not linear. Each round takes that of the setpoints of the round before, until both agree:
 * then the energy of each period is exactly that of its ramp. Setpoints that jump between rounds are narrowed down.
 *
 * @param start The energy of the ramps of setpoints that are near the solution; null: none are known.
 */
export function solveRamped(
  input: PlanInput,
  calendar: PlanCalendar,
  budget: Budget,
  change: Change = ({ linear }) => linear,
  start: RampEnergies | null = null,
): Solved {
  const hasRamps = input.assets.some(({ ramp }) => ramp !== null);
  let ramps = start;
  let last: Directed | undefined;
  for (let round = 0; ; round++) {
    const model = buildModel(input, calendar, ramps);
    let linear = change(model);
    if (last !== undefined && round > FREE_ROUNDS)
      linear = near(
        linear,
        input,
        model.columns,
        last.solution,
        NARROWING_RATIO ** (round - FREE_ROUNDS),
      );
    const directed = solveDirected(linear, input, model.columns, budget, last);
    const { solution } = directed;
    if (!hasRamps || !solution.isFeasible) return { model, solution, ramps };
    const next = rampEnergies(input, model.columns, solution);
    if (ramps !== null && isSame(input, ramps, next)) return { model, solution, ramps };
    // The energy of this solution is not that of its ramps: it is no plan.
    if (round === MOST_ROUNDS || budget.isOver())
      return { model, ramps, solution: { ...solution, isFeasible: false, status: "timeOver" } };
    ramps = next;
    last = directed;
  }
}

function rampEnergies(
  input: PlanInput,
  { batteries }: PlanColumns,
  { values }: Solution,
): RampEnergies {
  const { count } = input.periods;
  return batteries.map((assets) =>
    assets.map(({ chargeMw, dischargeMw }, a) => {
      const asset = input.assets[a] as PlanInput["assets"][number];
      if (asset.ramp === null) return null;
      const setpointMw = Float64Array.from(
        { length: count },
        (_, t) => (values[dischargeMw + t] as number) - (values[chargeMw + t] as number),
      );
      return rampEnergy(asset, asset.ramp, input.periods, setpointMw);
    }),
  );
}

function isSame(input: PlanInput, one: RampEnergies, other: RampEnergies): boolean {
  return one.every((assets, k) =>
    assets.every((energy, a) => {
      const next = other[k]?.[a];
      if (energy === null || !next) return true;
      const mostMwhr = EXACT_RATIO * (input.assets[a]?.capacityMwhr as number);
      return (["chargeMwhr", "dischargeMwhr"] as const).every((name) =>
        energy[name].every((mwhr, t) => Math.abs(mwhr - (next[name][t] as number)) <= mostMwhr),
      );
    }),
  );
}

/** The model with power near that of a solution, within a share of the rating. */
function near(
  model: LinearModel,
  { assets, periods }: PlanInput,
  { batteries }: PlanColumns,
  { values }: Solution,
  ratio: number,
): LinearModel {
  const columnLowers = model.columnLowers.slice();
  const columnUppers = model.columnUppers.slice();
  for (const columns of batteries)
    for (const [a, { chargeMw, dischargeMw }] of columns.entries()) {
      const { minMw, maxMw } = assets[a] as PlanInput["assets"][number];
      const mostMw = ratio * (maxMw - minMw);
      for (const first of [chargeMw, dischargeMw])
        for (let c = first; c < first + periods.count; c++) {
          columnLowers[c] = Math.max(columnLowers[c] as number, (values[c] as number) - mostMw);
          columnUppers[c] = Math.min(columnUppers[c] as number, (values[c] as number) + mostMw);
        }
    }
  return { ...model, columnLowers, columnUppers };
}
