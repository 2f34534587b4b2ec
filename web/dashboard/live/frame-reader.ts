// The reader of frames into columns: no object is made per asset when a frame arrives.
import type { AssetStatus, FramesSubscription, PowerLimit } from "../api/operations.ts";

export type Frame = FramesSubscription["telemetry"];

export const STATUSES: readonly AssetStatus[] = ["IDLE", "CHARGING", "DISCHARGING"];
/** The limits; the first one, null, means no limit. */
export const LIMITS: readonly (PowerLimit | null)[] = [null, "ENERGY", "POWER", "RAMP", "SITE"];

/** Sums over the assets of the newest frame. */
export interface FleetTotals {
  readonly timestampMs: number;
  readonly reportedCount: number;
  readonly statusCounts: Readonly<Record<AssetStatus, number>>;
  readonly capacityMwhr: number;
  readonly socMwhr: number;
  /** Stored energy as a share of the capacity; 0 where there is none. */
  readonly socPct: number;
  readonly currentMw: number;
  readonly setpointMw: number;
  readonly availableMinMw: number;
  readonly availableMaxMw: number;
}

/** One value per asset, in the order of a list of assets. */
export interface Columns {
  /** 0 where the asset never reported. */
  readonly reportedAtMs: Float64Array;
  readonly socPct: Float64Array;
  readonly currentMw: Float64Array;
  readonly setpointMw: Float64Array;
  readonly availableMinMw: Float64Array;
  readonly availableMaxMw: Float64Array;
  /** Indexes into STATUSES. */
  readonly status: Uint8Array;
  /** Indexes into LIMITS. */
  readonly limit: Uint8Array;
}

/** The report of a frame on a list of assets. */
export interface Report {
  readonly timestampMs: number;
  readonly kind: Frame["kind"];
  readonly missedTicks: Frame["missedTicks"];
  /** False where the frame has an asset that is not in the list, which is out of date then. */
  readonly isKnown: boolean;
  /** The newest values of each asset, also of assets that are absent from this frame. */
  readonly columns: Columns;
  readonly totals: FleetTotals;
}

/** Reads one frame after the other. The columns of a report are written over by the next one. */
export function createFrameReader(ids: readonly string[]): (frame: Frame) => Report {
  const places = new Map(ids.map((id, place) => [id, place]));
  const columns = createColumns(ids.length);
  return (frame) => {
    const { kind, missedTicks, samples } = frame;
    const timestampMs = Date.parse(frame.timestamp);
    let isKnown = true;
    for (const sample of samples) {
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
    }
    return { timestampMs, kind, missedTicks, isKnown, columns, totals: sumUp(frame, timestampMs) };
  };
}

export function createColumns(size: number): Columns {
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
