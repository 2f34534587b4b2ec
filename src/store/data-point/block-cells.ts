// The cells of a row of a block: its numbers, and the offset of each.
import type { BlockRow } from "./block-rows.ts";

export interface BlockCells {
  readonly firstMs: number;
  readonly stepMs: number;
  /** undefined: one value a step. */
  readonly offsetsMs: readonly (number | null)[] | undefined;
  /** null: not written. */
  readonly values: readonly (number | null)[];
}

export function cellsOf(row: BlockRow): BlockCells {
  const [firstMs, stepMs, offsets, values] = [row[8] ?? 0, row[9] ?? 0, row[10], row[11]];
  const offsetsMs = offsets === null ? undefined : numbersOf(offsets);
  return { firstMs, stepMs, offsetsMs, values: numbersOf(values) };
}

export function offsetAt({ firstMs, stepMs, offsetsMs }: BlockCells, place: number): number {
  return offsetsMs?.[place] ?? firstMs + place * stepMs;
}

/** Calls with each value, its offset and its place. */
export function forEachValue(
  cells: BlockCells,
  use: (offsetMs: number, value: number, place: number) => void,
): void {
  const { values } = cells;
  for (let place = 0; place < values.length; place++) {
    const value = values[place] ?? null;
    if (value !== null) use(offsetAt(cells, place), value, place);
  }
}

/** An array of PostgreSQL. */
export function numbersOf(text: string): (number | null)[] {
  return JSON.parse(`[${text.slice(1, -1).replaceAll("NULL", "null")}]`) as (number | null)[];
}
