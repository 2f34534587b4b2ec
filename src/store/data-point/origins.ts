// Of what the values of a row come.
import { numbersOf } from "./block-cells.ts";
import type { BlockRow } from "./block-rows.ts";

/** Of what a value comes: known, recorded, author and expiry of its write. */
export type Origin = readonly [
  knownMs: number,
  recordedMs: number,
  author: string,
  expiresAtMs: number | null,
];

/** The origin of the value at a place. */
export type OriginAt = (place: number) => Origin;

export function createOrigins(row: BlockRow): OriginAt {
  const [, , , , knownMs, recordedMs, expiresAtMs, author] = row;
  const [origins, places] = [row[14], row[15]];
  if (origins === null || places === null) {
    const own: Origin = [knownMs, recordedMs, author, expiresAtMs];
    return () => own;
  }
  const all = JSON.parse(origins) as Origin[];
  const placeOf = numbersOf(places);
  return (place) => all[placeOf[place] ?? 0] as Origin;
}
