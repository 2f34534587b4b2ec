// The port of the solver of linear and mixed-integer models.

/** A model to be minimised, its matrix by rows. A bound may be infinite. */
export interface LinearModel {
  readonly columnCosts: Float64Array;
  readonly columnLowers: Float64Array;
  readonly columnUppers: Float64Array;
  readonly rowLowers: Float64Array;
  readonly rowUppers: Float64Array;
  /** Where the entries of each row begin in `indices` and `values`, and where the last ones end. */
  readonly rowStarts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  /** 1 where a column has whole numbers alone; left out: none has. */
  readonly integrality?: Int32Array;
}

export interface SolverOptions {
  readonly timeLimitS: number;
  /** How far from the optimum an answer with whole numbers may lie, as a share of its value. */
  readonly gapRatio: number;
}

/** What became of a model. */
export interface Solution {
  /** Where the time was over, values are those of the best point that was found. */
  readonly status: "optimal" | "infeasible" | "unbounded" | "timeOver";
  /** Whether the values fulfil the model. */
  readonly isFeasible: boolean;
  readonly objective: number;
  /** How far `objective` may lie from the optimum, as a share of it; 0 without whole numbers. */
  readonly gapRatio: number;
  readonly values: Float64Array;
  /** By how much the objective rises per unit of the bound of a row; without meaning where columns have whole numbers. */
  readonly rowDuals: Float64Array;
  readonly solveS: number;
}

/** A smallest set of rows and columns whose bounds cannot be kept together. */
export interface Conflict {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

export interface Solver {
  solve(model: LinearModel, options: SolverOptions): Solution;
  /** Of a model without a solution; whole numbers are left aside. */
  conflictOf(model: LinearModel, options: SolverOptions): Conflict;
}
