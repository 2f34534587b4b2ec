// The cells of a row of a block: its numbers, and the offset of each.
import type { BlockRow } from "./block-rows.ts";

export interface BlockCells {
  readonly firstMs: number;
  readonly stepMs: number;
  /** undefined: one value a step. */
  readonly offsetsMs: readonly (number | null)[] | undefined;
  /** null: not written. */
  readonly values: readonly (number | null)[];
  /** The places that count, `[from, until)`. */
  readonly from: number;
  readonly until: number;
}

export function cellsOf(row: BlockRow): BlockCells {
  const [firstMs, stepMs, offsets, text] = [row[8] ?? 0, row[9] ?? 0, row[10], row[11]];
  const offsetsMs = offsets === null ? undefined : numbersOf(offsets);
  const values = numbersOf(text);
  return { firstMs, stepMs, offsetsMs, values, from: 0, until: values.length };
}

export function offsetAt({ firstMs, stepMs, offsetsMs }: BlockCells, place: number): number {
  return offsetsMs?.[place] ?? firstMs + place * stepMs;
}

/** The first place whose offset is not before this one. */
export function placeFrom(cells: BlockCells, offsetMs: number): number {
  let [low, high] = [cells.from, cells.until];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsetAt(cells, middle) < offsetMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Calls with each value that counts, its offset and its place. */
export function forEachValue(
  cells: BlockCells,
  use: (offsetMs: number, value: number, place: number) => void,
): void {
  const { values, from, until } = cells;
  for (let place = from; place < until; place++) {
    const value = values[place] ?? null;
    if (value !== null) use(offsetAt(cells, place), value, place);
  }
}

/** An array of PostgreSQL. */
export function numbersOf(text: string): (number | null)[] {
  return JSON.parse(`[${text.slice(1, -1).replaceAll("NULL", "null")}]`) as (number | null)[];
}
