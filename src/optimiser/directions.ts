// Solves a model so that no battery charges and discharges at once.
import type { PlanInput } from "../domain/plan/input.ts";
import type { LinearModel, Solution } from "../domain/ports/solver.ts";
import type { Budget } from "./budget.ts";
import { capped, type ExtraRow, extended, type WholeColumn } from "./extension.ts";
import type { PlanColumns } from "./plan-columns.ts";

/** The two columns of the power of a battery in a period. */
interface Pair {
  readonly charge: number;
  readonly discharge: number;
  /** Whether a price of the period is negative: then losses are paid for, and both at once may seem to pay. */
  readonly isTempting: boolean;
}

/** Less is rounding, in MW. */
const NO_MW = 1e-6;
/** The gap at which the best directions count as found, and the best lots, which take longer. */
const GAP_RATIO = 1e-4;
const LOT_GAP_RATIO = 1e-3;

/** A solution, with the pairs of powers for which a whole number decided. */
export interface Directed {
  readonly solution: Solution;
  readonly decided: readonly Pair[];
}

/**
 * The model without directions is solved first. Where both powers are above 0, and wherever a price is negative, a
 * whole number decides between them, until none is left. The last answer is one without whole numbers, so that
 * its duals have their meaning.
 *
 * @param last Of a model that differs little: its directions are tried first.
 */
export function solveDirected(
  model: LinearModel,
  input: PlanInput,
  columns: PlanColumns,
  budget: Budget,
  last?: Directed,
): Directed {
  const pairs = pairsOf(input, columns);
  const gapRatio = model.integrality === undefined ? GAP_RATIO : LOT_GAP_RATIO;
  if (last !== undefined && last.decided.length > 0) {
    const { decided, solution } = last;
    const again = budget.solve(capped(model, idleColumns(decided, solution), 0), gapRatio);
    if (again.isFeasible && !pairs.some((pair) => overlaps(again, pair)))
      return {
        decided,
        solution: { ...again, status: solution.status, gapRatio: solution.gapRatio },
      };
  }
  let solution = budget.solve(model, gapRatio);
  if (!solution.isFeasible || !pairs.some((pair) => overlaps(solution, pair)))
    return { solution, decided: [] };
  const bound = solution.objective;
  let decided = pairs.filter((pair) => pair.isTempting || overlaps(solution, pair));
  for (;;) {
    const whole = budget.solve(withDirections(model, decided), gapRatio);
    if (whole.status === "infeasible") return { solution: whole, decided };
    if (!whole.isFeasible)
      return { solution: withFixed(model, pairs, solution, budget, bound), decided: pairs };
    const others = pairs.filter((pair) => !decided.includes(pair) && overlaps(whole, pair));
    solution = whole;
    decided = [...decided, ...others];
    if (others.length === 0 || whole.status === "timeOver") break;
  }
  return { solution: withFixed(model, decided, solution, budget, null), decided };
}

function pairsOf({ scenarios, assets, periods }: PlanInput, { batteries }: PlanColumns): Pair[] {
  return scenarios.flatMap(({ buyEurPerMwhr, sellEurPerMwhr }, k) =>
    assets.flatMap((_, a) =>
      Array.from({ length: periods.count }, (_, t) => ({
        charge: (batteries[k]?.[a]?.chargeMw as number) + t,
        discharge: (batteries[k]?.[a]?.dischargeMw as number) + t,
        isTempting: (buyEurPerMwhr[t] as number) < 0 || (sellEurPerMwhr[t] as number) < 0,
      })),
    ),
  );
}

function overlaps({ values }: Solution, { charge, discharge }: Pair): boolean {
  return Math.min(values[charge] as number, values[discharge] as number) > NO_MW;
}

/** A whole number for each pair: 1 where the battery charges. */
function withDirections(model: LinearModel, pairs: readonly Pair[]): LinearModel {
  const first = model.columnCosts.length;
  const columns: WholeColumn[] = pairs.map(() => ({ lower: 0, upper: 1 }));
  const rows = pairs.flatMap(({ charge, discharge }, n): ExtraRow[] => {
    const [inMw, outMw] = [model.columnUppers[charge], model.columnUppers[discharge]] as [
      number,
      number,
    ];
    const z = first + n;
    return [
      {
        entries: [
          [charge, 1],
          [z, -inMw],
        ],
        lower: -Infinity,
        upper: 0,
      },
      {
        entries: [
          [discharge, 1],
          [z, outMw],
        ],
        lower: -Infinity,
        upper: outMw,
      },
    ];
  });
  return extended(model, columns, rows);
}

/** The column of each pair whose power a solution leaves at 0, or nearest to it. */
function idleColumns(pairs: readonly Pair[], { values }: Solution): number[] {
  return pairs.map(({ charge, discharge }) =>
    (values[charge] as number) > (values[discharge] as number) ? discharge : charge,
  );
}

/**
 * The model with the directions of a solution.
 *
 * @param bound The objective without directions, where the solution has none that were searched for; null: it has.
 */
function withFixed(
  model: LinearModel,
  pairs: readonly Pair[],
  solution: Solution,
  budget: Budget,
  bound: number | null,
): Solution {
  const { status, gapRatio } = solution;
  const fixed = budget.solve(capped(model, idleColumns(pairs, solution), 0), GAP_RATIO);
  if (bound === null)
    return { ...fixed, status: status === "optimal" ? fixed.status : status, gapRatio };
  const gap = Math.abs(fixed.objective - bound) / Math.max(1e-9, Math.abs(fixed.objective));
  return { ...fixed, status: fixed.isFeasible ? "timeOver" : fixed.status, gapRatio: gap };
}
