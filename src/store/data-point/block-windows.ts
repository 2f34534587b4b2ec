// A block in windows of its offsets, each with some thousand values: a day of a million is folded in slices.
import { type BlockCells, cellsOf, offsetAt, placeFrom } from "./block-cells.ts";
import type { BlockRow } from "./block-rows.ts";
import { createOrigins, type OriginAt } from "./origins.ts";

/** A row, with those of its values that lie in a window. */
export interface Layer {
  readonly row: BlockRow;
  readonly cells: BlockCells;
  readonly originAt: OriginAt;
}

/** Values of all rows in one window at most, and rows that are read in one slice. */
const WINDOW_VALUES = 2_000;
/** Values of one row in a window, where many rows meet. */
const LEAST_VALUES = 16;

/** A row that is being read, and its place in the order of the rows. */
interface Open extends Layer {
  readonly rank: number;
  /** The first value that was in no window yet. */
  next: number;
}

/**
 * The windows of a block, in the order of their offsets; undefined: its work is to be continued in another turn.
 *
 * @param rows Of one block, in any order of sources, the rows of each oldest first; a window has them in the same order.
 */
export function* windowsOf(rows: readonly BlockRow[]): Generator<readonly Layer[] | undefined> {
  const ranked = rows.map((row, rank) => ({ row, rank }));
  const withdrawals = ranked.filter(({ row }) => row[12] !== null).map(openOf);
  const waiting = ranked
    .filter(({ row }) => row[8] !== null)
    .sort((a, b) => (a.row[8] as number) - (b.row[8] as number));
  let begun = 0;
  let open: Open[] = [];
  for (let slice = 0; begun < waiting.length || open.length > 0; ) {
    const fromMs = Math.min(...[waiting[begun]?.row[8] ?? Infinity], firstOf(open));
    for (let it = waiting[begun]; it && (it.row[8] as number) <= fromMs; it = waiting[++begun]) {
      const opened = openOf(it);
      open.push(opened);
      slice += opened.cells.values.length + 1;
      if (slice < WINDOW_VALUES) continue;
      yield undefined;
      slice = 0;
    }
    const most = Math.max(LEAST_VALUES, Math.floor(WINDOW_VALUES / open.length));
    const untilMs = Math.min(waiting[begun]?.row[8] ?? Infinity, endOf(open, most));
    yield layersOf(open, withdrawals, untilMs);
    open = open.filter(({ cells, next }) => next < cells.until);
  }
}

function openOf({ row, rank }: { readonly row: BlockRow; readonly rank: number }): Open {
  return { row, rank, cells: cellsOf(row), originAt: createOrigins(row), next: 0 };
}

function firstOf(open: readonly Open[]): number {
  return open.reduce((first, { cells, next }) => Math.min(first, offsetAt(cells, next)), Infinity);
}

/** The offset before which no row has more values than this. */
function endOf(open: readonly Open[], most: number): number {
  const ends = open.filter(({ cells, next }) => next + most < cells.until);
  return ends.reduce(
    (end, { cells, next }) => Math.min(end, offsetAt(cells, next + most)),
    Infinity,
  );
}

function layersOf(open: readonly Open[], withdrawals: readonly Open[], untilMs: number): Layer[] {
  const layers = [...withdrawals];
  for (const it of open) {
    const until = placeFrom({ ...it.cells, from: it.next }, untilMs);
    if (until > it.next) layers.push({ ...it, cells: { ...it.cells, from: it.next, until } });
    it.next = until;
  }
  return layers.sort((a, b) => a.rank - b.rank);
}
