/** Which rows of a long list are worth drawing: [first, last). */
export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** Rows beyond each edge that are drawn too, so that a scroll finds them there. */
const MARGIN_ROWS = 8;
/** The edges move by so many rows at once: each move costs a layout of the table. */
const STEP_ROWS = 8;

/**
 * @param topPx How far the list's first row lies above the top of the screen; negative below it.
 * @param heightPx Of the screen.
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
  return { first: clamp(first, rowCount), last: clamp(last, rowCount) };
}

const clamp = (row: number, rowCount: number) => Math.min(Math.max(row, 0), rowCount);
