// By how much rows of a model would have to give way so that it has a solution.
import type { LinearModel } from "../domain/ports/solver.ts";
import type { Budget } from "./budget.ts";

/**
 * The least, by row, that brings a solution; undefined where rows that are kept contradict each other.
 *
 * @param penalties Per unit by which a row is broken; negative: it is kept.
 */
export function leastBreaches(
  model: LinearModel,
  penalties: Float64Array,
  budget: Budget,
): Float64Array | undefined {
  const columnCount = model.columnCosts.length;
  const soft = [...penalties.keys()].filter((row) => (penalties[row] as number) >= 0);
  const { isFeasible, values } = budget.solve(elastic(model, soft, penalties));
  if (!isFeasible) return undefined;
  const breaches = new Float64Array(penalties.length);
  for (const [n, row] of soft.entries()) {
    const [under, over] = [columnCount + 2 * n, columnCount + 2 * n + 1];
    breaches[row] = (values[under] as number) + (values[over] as number);
  }
  return breaches;
}

/** The model with two columns for each soft row, by which it lies under and over its bounds; nothing else has a cost. */
function elastic(
  model: LinearModel,
  soft: readonly number[],
  penalties: Float64Array,
): LinearModel {
  const columnCount = model.columnCosts.length;
  const places = new Map(soft.map((row, n) => [row, columnCount + 2 * n]));
  const indices: number[] = [];
  const values: number[] = [];
  const rowStarts = [0];
  for (let row = 0; row < penalties.length; row++) {
    const [from, until] = [model.rowStarts[row], model.rowStarts[row + 1]] as [number, number];
    for (let n = from; n < until; n++) {
      indices.push(model.indices[n] as number);
      values.push(model.values[n] as number);
    }
    const place = places.get(row);
    if (place !== undefined) {
      indices.push(place, place + 1);
      values.push(1, -1);
    }
    rowStarts.push(indices.length);
  }
  const extra = soft.flatMap((row) => [penalties[row] as number, penalties[row] as number]);
  return {
    columnCosts: Float64Array.from([...new Float64Array(columnCount), ...extra]),
    columnLowers: Float64Array.from([...model.columnLowers, ...extra.map(() => 0)]),
    columnUppers: Float64Array.from([...model.columnUppers, ...extra.map(() => Infinity)]),
    rowLowers: model.rowLowers,
    rowUppers: model.rowUppers,
    rowStarts: Int32Array.from(rowStarts),
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
  };
}
