// Further columns and rows of a model that is built.
import type { LinearModel } from "../domain/ports/solver.ts";

/** Columns with whole numbers. */
export interface WholeColumn {
  readonly lower: number;
  readonly upper: number;
}

export interface ExtraRow {
  readonly entries: readonly (readonly [column: number, value: number])[];
  readonly lower: number;
  readonly upper: number;
}

/** The model with whole columns behind its own, and rows behind its own. */
export function extended(
  model: LinearModel,
  columns: readonly WholeColumn[],
  rows: readonly ExtraRow[],
): LinearModel {
  const entries = rows.flatMap((row) => row.entries);
  let end = model.indices.length;
  const starts = rows.map((row) => {
    end += row.entries.length;
    return end;
  });
  const integrality = new Int32Array(model.columnCosts.length + columns.length);
  if (model.integrality !== undefined) integrality.set(model.integrality);
  integrality.fill(1, model.columnCosts.length);
  const isWhole = columns.length > 0 || model.integrality !== undefined;
  return {
    columnCosts: joined(
      model.columnCosts,
      columns.map(() => 0),
    ),
    columnLowers: joined(
      model.columnLowers,
      columns.map(({ lower }) => lower),
    ),
    columnUppers: joined(
      model.columnUppers,
      columns.map(({ upper }) => upper),
    ),
    rowLowers: joined(
      model.rowLowers,
      rows.map(({ lower }) => lower),
    ),
    rowUppers: joined(
      model.rowUppers,
      rows.map(({ upper }) => upper),
    ),
    rowStarts: Int32Array.from([...model.rowStarts, ...starts]),
    indices: Int32Array.from([...model.indices, ...entries.map(([column]) => column)]),
    values: joined(
      model.values,
      entries.map(([, value]) => value),
    ),
    ...(isWhole && { integrality }),
  };
}

function joined(numbers: Float64Array, others: readonly number[]): Float64Array {
  const all = new Float64Array(numbers.length + others.length);
  all.set(numbers);
  all.set(others, numbers.length);
  return all;
}

/** The model with other upper bounds of some columns. */
export function capped(model: LinearModel, columns: readonly number[], upper: number): LinearModel {
  const columnUppers = model.columnUppers.slice();
  for (const column of columns) columnUppers[column] = upper;
  return { ...model, columnUppers };
}
