// The time that the solver has for all models of a plan.
import type { LinearModel, Solution, Solver } from "../domain/ports/solver.ts";

/** A solver whose calls share a time limit. */
export interface Budget {
  solve(model: LinearModel, gapRatio?: number): Solution;
  readonly solver: Solver;
  leftS(): number;
  usedS(): number;
  isOver(): boolean;
}

/** Enough for a model that is small, after the time is over: its answer may be the only one. */
const LEAST_S = 1;

export function createBudget(solver: Solver, timeLimitS: number): Budget {
  let usedS = 0;
  const leftS = () => Math.max(LEAST_S, timeLimitS - usedS);
  return {
    solver,
    leftS,
    usedS: () => usedS,
    isOver: () => usedS >= timeLimitS,
    solve(model, gapRatio = 0) {
      const solution = solver.solve(model, { timeLimitS: leftS(), gapRatio });
      usedS += solution.solveS;
      return solution;
    },
  };
}
