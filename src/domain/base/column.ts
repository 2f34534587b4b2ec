// Columns of numbers, one value an asset, placed so that a loop over many of them is fast.

/** From one column to the next, within a page of memory; 12 columns have lines of the cache apart. */
const STRIDE_BYTES = 320;
const PAGE_BYTES = 4096;

/**
 * A column of `size` zeros. Large arrays all begin at the begin of a page, so that values of one position lie in the
 * same few places of a cache and drive each other out: each column of a loop is to have a place of its own, 0 to 11.
 */
export function createColumn(size: number, place: number): Float64Array {
  const bytes = size * Float64Array.BYTES_PER_ELEMENT;
  if (bytes < PAGE_BYTES) return new Float64Array(size);
  const offset = place * STRIDE_BYTES;
  return new Float64Array(new ArrayBuffer(bytes + offset), offset, size);
}
