// The newest sample of every asset, in columns: nothing is made per asset when a frame comes.
import type { AssetStatus, AssetsQuery, FramesSubscription, PowerLimit } from "./operations.ts";

export type FleetAsset = AssetsQuery["assets"]["nodes"][number];
export type Frame = FramesSubscription["telemetry"];

export const STATUSES: readonly AssetStatus[] = ["IDLE", "CHARGING", "DISCHARGING"];
/** In the place of null stands no limit. */
export const LIMITS: readonly (PowerLimit | null)[] = [null, "ENERGY", "POWER", "RAMP", "SITE"];
/** Samples of power that are kept of each asset. */
export const TRAIL = 60;

/** Sums over the assets of the newest frame. */
export interface FleetTotals {
  readonly timestampMs: number;
  readonly reportedCount: number;
  readonly statusCounts: Readonly<Record<AssetStatus, number>>;
  readonly capacityMwhr: number;
  readonly socMwhr: number;
  /** Of the capacity; 0 where there is none. */
  readonly socPct: number;
  readonly currentMw: number;
  readonly setpointMw: number;
  readonly availableMinMw: number;
  readonly availableMaxMw: number;
}

/** One value per asset, in the order of `Fleet.assets`. */
interface Columns {
  /** 0 where the asset never reported. */
  readonly reportedAtMs: Float64Array;
  readonly socPct: Float64Array;
  readonly currentMw: Float64Array;
  readonly setpointMw: Float64Array;
  readonly availableMinMw: Float64Array;
  readonly availableMaxMw: Float64Array;
  /** Places in STATUSES. */
  readonly status: Uint8Array;
  /** Places in LIMITS. */
  readonly limit: Uint8Array;
}

export interface Fleet {
  readonly assets: readonly FleetAsset[];
  readonly columns: Columns;
  /** Undefined before the first frame. */
  readonly totals: FleetTotals | undefined;
  /** Place of an asset; undefined where the fleet has none of this id. */
  placeOf(id: string): number | undefined;
  /** Takes a frame in. False where it has an asset that the fleet has not: its list is out of date. */
  apply(frame: Frame): boolean;
  /** Begins the trail of an asset with powers that came before its frames, oldest first. */
  beginTrail(place: number, powers: readonly number[]): void;
  /** The newest powers of an asset in MW, oldest first, at most TRAIL. */
  trailOf(place: number): Float32Array;
}

export function createFleet(assets: readonly FleetAsset[]): Fleet {
  const size = assets.length;
  const places = new Map(assets.map(({ id }, place) => [id, place]));
  const columns = createColumns(size);
  const trails = new Float32Array(size * TRAIL);
  const trailLengths = new Uint8Array(size);
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
    columns,
    get totals() {
      return totals;
    },
    placeOf: (id) => places.get(id),
    apply(frame) {
      const timestampMs = Date.parse(frame.timestamp);
      let isKnown = true;
      for (const sample of frame.samples) {
        const place = places.get(sample.assetId);
        if (place === undefined) {
          isKnown = false;
          continue;
        }
        columns.reportedAtMs[place] = timestampMs;
        columns.socPct[place] = sample.socPct;
        columns.currentMw[place] = sample.currentMw;
        columns.setpointMw[place] = sample.setpointMw;
        columns.availableMinMw[place] = sample.availableMinMw;
        columns.availableMaxMw[place] = sample.availableMaxMw;
        columns.status[place] = STATUSES.indexOf(sample.status);
        columns.limit[place] = LIMITS.indexOf(sample.limitedBy);
        extendTrail(place, sample.currentMw);
      }
      totals = sumUp(frame, timestampMs);
      return isKnown;
    },
    beginTrail(place, powers) {
      for (const mw of powers) extendTrail(place, mw);
    },
    trailOf: (place) =>
      trails.subarray(place * TRAIL, place * TRAIL + (trailLengths[place] as number)),
  };
}

function createColumns(size: number): Columns {
  const numbers = () => new Float64Array(size);
  return {
    reportedAtMs: numbers(),
    socPct: numbers(),
    currentMw: numbers(),
    setpointMw: numbers(),
    availableMinMw: numbers(),
    availableMaxMw: numbers(),
    status: new Uint8Array(size),
    limit: new Uint8Array(size),
  };
}

function sumUp({ samples }: Frame, timestampMs: number): FleetTotals {
  const sums = {
    capacityMwhr: 0,
    socMwhr: 0,
    currentMw: 0,
    setpointMw: 0,
    availableMinMw: 0,
    availableMaxMw: 0,
  };
  const statusCounts = { IDLE: 0, CHARGING: 0, DISCHARGING: 0 };
  for (const sample of samples) {
    statusCounts[sample.status]++;
    sums.capacityMwhr += sample.capacityMwhr;
    sums.socMwhr += sample.socMwhr;
    sums.currentMw += sample.currentMw;
    sums.setpointMw += sample.setpointMw;
    sums.availableMinMw += sample.availableMinMw;
    sums.availableMaxMw += sample.availableMaxMw;
  }
  const socPct = sums.capacityMwhr === 0 ? 0 : (100 * sums.socMwhr) / sums.capacityMwhr;
  return { timestampMs, reportedCount: samples.length, statusCounts, socPct, ...sums };
}
