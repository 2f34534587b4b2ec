// The window of rows of a long list that are drawn.
/** The rows of a long list to draw: [first, last). */
export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** Rows beyond each edge that are drawn too, so that a scroll shows them at once. */
const MARGIN_ROWS = 8;
/** The edges move by so many rows at once: each move costs a layout of the table. */
const STEP_ROWS = 8;

/**
 * @param topPx Distance of the list's first row above the top of the screen; negative below it.
 * @param heightPx Height of the screen.
 */
export function windowOf(
  topPx: number,
  heightPx: number,
  rowPx: number,
  rowCount: number,
): RowWindow {
  const stepPx = rowPx * STEP_ROWS;
  const first = Math.floor(topPx / stepPx) * STEP_ROWS - MARGIN_ROWS;
  const last = Math.ceil((topPx + heightPx) / stepPx) * STEP_ROWS + MARGIN_ROWS;
  // A list that is still below the screen has its first rows, for who searches or listens.
  return { first: clamp(first, rowCount), last: clamp(Math.max(last, MARGIN_ROWS), rowCount) };
}

const clamp = (row: number, rowCount: number) => Math.min(Math.max(row, 0), rowCount);
