// The texts of a dictionary of an Arrow stream, measured before the library makes all of them at once.
import { wholeAt } from "./flat-table.ts";

/** Texts of the dictionaries of one part at most, and their bytes, counted as often as they are named. */
export const MOST_TEXTS = 100_000;
export const MOST_TEXT_BYTES = 2 ** 23;

/** The types of texts, by the numbers that Arrow gives them. */
const [UTF8, LARGE_UTF8, UTF8_VIEW] = [5, 20, 24];

/**
 * The bytes of all texts, or of those up to the bound: places that overlap make a short body long.
 *
 * @param places The buffer of places of the texts, or of their views; a RangeError is thrown where it is too short.
 */
export function textBytesOf(places: DataView, typeId: number, count: number): number {
  const lengthAt = lengthReader(places, typeId);
  let bytes = 0;
  for (let n = 0; n < count && bytes <= MOST_TEXT_BYTES; n++) bytes += Math.max(0, lengthAt(n));
  return bytes;
}

function lengthReader(places: DataView, typeId: number): (n: number) => number {
  if (typeId === UTF8)
    return (n) => places.getInt32(4 * n + 4, true) - places.getInt32(4 * n, true);
  if (typeId === LARGE_UTF8) return (n) => wholeAt(places, 8 * n + 8) - wholeAt(places, 8 * n);
  if (typeId === UTF8_VIEW)
    return (n) => {
      places.getInt32(16 * n + 12, true);
      return places.getInt32(16 * n, true);
    };
  // Numbers, of which each has the length that its type has.
  return () => 0;
}
