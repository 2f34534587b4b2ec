// Totals over the assets of a site or of the fleet.
import { type Frame, statusOf } from "./frame.ts";

/** Totals over the assets of a site or of the fleet, at one instant. */
export interface Totals {
  readonly timestampMs: number;
  readonly assetCount: number;
  readonly capacityMwhr: number;
  readonly socMwhr: number;
  /** Stored energy in per cent of the capacity; 0 where there is no asset. */
  readonly socPct: number;
  /** Net terminal power in MW, discharge positive. */
  readonly currentMw: number;
  readonly setpointMw: number;
  readonly chargingCount: number;
  readonly dischargingCount: number;
  readonly idleCount: number;
}

/** Sums a frame over the assets at these indexes, or over all of them. */
export function totalsOf(frame: Frame, indexes?: readonly number[]): Totals {
  const { assets } = frame.table;
  const assetCount = indexes?.length ?? assets.length;
  let capacityMwhr = 0;
  let socMwhr = 0;
  let currentMw = 0;
  let setpointMw = 0;
  const count = { charging: 0, discharging: 0, idle: 0 };
  for (let n = 0; n < assetCount; n++) {
    const i = indexes === undefined ? n : (indexes[n] as number);
    const powerMw = frame.currentMw[i] as number;
    const asset = assets[i];
    if (asset === undefined) continue;
    capacityMwhr += asset.capacityMwhr;
    socMwhr += frame.socMwhr[i] as number;
    currentMw += powerMw;
    setpointMw += frame.setpointMw[i] as number;
    count[statusOf(powerMw, asset.minMw, asset.maxMw)]++;
  }
  return {
    timestampMs: frame.timestampMs,
    assetCount,
    capacityMwhr,
    socMwhr,
    socPct: capacityMwhr === 0 ? 0 : (socMwhr / capacityMwhr) * 100,
    currentMw,
    setpointMw,
    chargingCount: count.charging,
    dischargingCount: count.discharging,
    idleCount: count.idle,
  };
}
