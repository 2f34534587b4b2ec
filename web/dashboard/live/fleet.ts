// The newest report of every asset, and its last powers.

import type { FleetAsset } from "./asset-list.ts";
import { type Columns, createColumns, type FleetTotals, type Report } from "./frame-reader.ts";

/** Number of retained samples of power of each asset. */
export const TRAIL = 60;

export interface Fleet {
  readonly assets: readonly FleetAsset[];
  /** Columns in the order of `assets`; a new object with every report. */
  readonly columns: Columns;
  /** Totals of the fleet; undefined before the first report. */
  readonly totals: FleetTotals | undefined;
  /** Index of an asset; undefined where the fleet has none of this id. */
  placeOf(id: string): number | undefined;
  /** Applies a report. */
  apply(report: Report): void;
  /** Begins the trail of an asset with powers that came before its frames, oldest first. */
  beginTrail(place: number, powers: readonly number[]): void;
  /** The newest powers of an asset in MW, oldest first, at most TRAIL. */
  trailOf(place: number): Float32Array;
}

export function createFleet(assets: readonly FleetAsset[]): Fleet {
  const size = assets.length;
  const places = new Map(assets.map(({ id }, place) => [id, place]));
  const trails = new Float32Array(size * TRAIL);
  const trailLengths = new Uint8Array(size);
  let columns = createColumns(size);
  let totals: FleetTotals | undefined;

  function extendTrail(place: number, mw: number): void {
    const begin = place * TRAIL;
    const length = trailLengths[place] as number;
    if (length === TRAIL) trails.copyWithin(begin, begin + 1, begin + TRAIL);
    else trailLengths[place] = length + 1;
    trails[begin + Math.min(length, TRAIL - 1)] = mw;
  }

  return {
    assets,
    get columns() {
      return columns;
    },
    get totals() {
      return totals;
    },
    placeOf: (id) => places.get(id),
    apply(report) {
      ({ columns, totals } = report);
      const { reportedAtMs, currentMw } = columns;
      for (let place = 0; place < size; place++)
        if (reportedAtMs[place] === report.timestampMs)
          extendTrail(place, currentMw[place] as number);
    },
    beginTrail(place, powers) {
      for (const mw of powers) extendTrail(place, mw);
    },
    trailOf: (place) =>
      trails.subarray(place * TRAIL, place * TRAIL + (trailLengths[place] as number)),
  };
}
