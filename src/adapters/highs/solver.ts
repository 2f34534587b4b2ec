// HiGHS as a solver. It computes in the calling thread until it is done, and its memory never shrinks.
import highsModule, { type Highs, type Model, type ModelData, type VariableType } from "highs";
import type { LinearModel, Solution, Solver, SolverOptions } from "../../domain/ports/solver.ts";

// The types of the package are those of its CommonJS form, whose default export is a property.
const loadHighs = highsModule as unknown as typeof highsModule.default;

/** Loads HiGHS. */
export async function loadSolver(): Promise<Solver> {
  const highs = await loadHighs();
  return {
    solve: (model, options) =>
      highs.withModel(dataOf(model), (it) => {
        setOptions(it, options);
        const { status, solveS } = run(highs, it);
        return solutionOf(it, status, solveS, model.integrality !== undefined);
      }),
    conflictOf(model, options) {
      const { integrality: _, ...relaxed } = model;
      return highs.withModel(dataOf(relaxed), (it) => {
        setOptions(it, options);
        it.options.set("iis_strategy", highs.constants.iis.strategyRowPriority);
        const { rowIndex, colIndex } = it.getIis();
        return { rows: [...rowIndex], columns: [...colIndex] };
      });
    },
  };
}

function run(highs: Highs, model: Model): { status: Solution["status"]; solveS: number } {
  model.run();
  return { status: statusOf(highs, model), solveS: model.getRunTime() };
}

function statusOf(highs: Highs, model: Model): Solution["status"] {
  const { modelStatus } = highs.constants;
  const code = model.getModelStatus();
  if (code === modelStatus.optimal) return "optimal";
  if (code === modelStatus.infeasible) return "infeasible";
  if (code === modelStatus.unbounded) return "unbounded";
  if (code === modelStatus.unboundedOrInfeasible) return "infeasible";
  if (code === modelStatus.timeLimit) return "timeOver";
  throw new Error(`HiGHS ended with model status ${code}`);
}

/** How HiGHS names a point that fulfils the model. */
const FEASIBLE = 2;

function solutionOf(
  model: Model,
  status: Solution["status"],
  solveS: number,
  hasWholeNumbers: boolean,
): Solution {
  const isFeasible = status === "optimal" || model.info.get("primal_solution_status") === FEASIBLE;
  const { colValue, rowDual } = model.getSolution();
  const gapRatio = hasWholeNumbers ? Number(model.info.get("mip_gap")) : 0;
  return {
    ...{ status, isFeasible, gapRatio, solveS },
    objective: model.getObjectiveValue(),
    values: colValue,
    rowDuals: rowDual,
  };
}

function setOptions(model: Model, { timeLimitS, gapRatio }: SolverOptions): void {
  model.options.set({ output_flag: false, time_limit: timeLimitS, mip_rel_gap: gapRatio });
}

function dataOf(model: LinearModel): ModelData {
  const [numCols, numRows] = [model.columnCosts.length, model.rowLowers.length];
  return {
    numCols,
    numRows,
    colCost: model.columnCosts,
    colLower: model.columnLowers,
    colUpper: model.columnUppers,
    rowLower: model.rowLowers,
    rowUpper: model.rowUppers,
    matrix: {
      ...{ format: "csr", numCols, numRows },
      starts: model.rowStarts,
      indices: model.indices,
      values: model.values,
    },
    ...(model.integrality && {
      integrality: model.integrality as Int32Array & readonly VariableType[],
    }),
  };
}
