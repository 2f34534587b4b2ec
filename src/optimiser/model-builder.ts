// Builds a linear model: columns and rows one after the other.
import type { LinearModel } from "../domain/ports/solver.ts";

/** What a row stands for, where the user can change it; position in the list of requirements, or -1: physics. */
export type RequirementIndex = number;

export interface ModelBuilder {
  /** Adds columns with equal bounds, and no cost. Returns the first. */
  addColumns(count: number, lower: number, upper: number): number;
  /** Adds to the cost of a column, which is minimised. */
  addCost(column: number, cost: number): void;
  setBounds(column: number, lower: number, upper: number): void;
  /** Puts an entry in the row that is ended next. Each column has one at most. */
  put(column: number, value: number): void;
  /** Ends a row. Returns its position. */
  endRow(lower: number, upper: number, requirement?: RequirementIndex): number;
  /** Of each row, its requirement. */
  readonly requirements: readonly RequirementIndex[];
  build(): LinearModel;
}

export function createModelBuilder(): ModelBuilder {
  const columnCosts: number[] = [];
  const columnLowers: number[] = [];
  const columnUppers: number[] = [];
  const rowLowers: number[] = [];
  const rowUppers: number[] = [];
  const rowStarts: number[] = [0];
  const indices: number[] = [];
  const values: number[] = [];
  const requirements: RequirementIndex[] = [];
  return {
    requirements,
    addColumns(count, lower, upper) {
      const first = columnCosts.length;
      for (let n = 0; n < count; n++) {
        columnCosts.push(0);
        columnLowers.push(lower);
        columnUppers.push(upper);
      }
      return first;
    },
    addCost(column, cost) {
      columnCosts[column] = (columnCosts[column] as number) + cost;
    },
    setBounds(column, lower, upper) {
      columnLowers[column] = lower;
      columnUppers[column] = upper;
    },
    put(column, value) {
      indices.push(column);
      values.push(value);
    },
    endRow(lower, upper, requirement = -1) {
      rowLowers.push(lower);
      rowUppers.push(upper);
      rowStarts.push(indices.length);
      return requirements.push(requirement) - 1;
    },
    build: () => ({
      columnCosts: Float64Array.from(columnCosts),
      columnLowers: Float64Array.from(columnLowers),
      columnUppers: Float64Array.from(columnUppers),
      rowLowers: Float64Array.from(rowLowers),
      rowUppers: Float64Array.from(rowUppers),
      rowStarts: Int32Array.from(rowStarts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    }),
  };
}
