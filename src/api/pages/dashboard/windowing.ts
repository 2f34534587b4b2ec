/** Which rows of a long list are worth drawing: [first, last). */
export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** Rows beyond each edge that are drawn too, so that a scroll finds them there. */
const MARGIN_ROWS = 12;

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
  const first = Math.floor(topPx / rowPx) - MARGIN_ROWS;
  const last = Math.ceil((topPx + heightPx) / rowPx) + MARGIN_ROWS;
  return { first: clamp(first, rowCount), last: clamp(last, rowCount) };
}

const clamp = (row: number, rowCount: number) => Math.min(Math.max(row, 0), rowCount);
