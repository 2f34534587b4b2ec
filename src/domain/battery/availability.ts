// What an asset could deliver now, and for how long.

import type { Frame } from "../telemetry/frame.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { type BatteryLimits, batteryLimits, highestMw, lowestMw } from "./battery-law.ts";

/** What an asset could deliver throughout the next tick, ramp and site left aside: rating and energy bind. */
export interface Availability {
  /** Highest charge power in MW, negative or 0. */
  readonly minMw: number;
  /** Highest discharge power in MW, 0 or more. */
  readonly maxMw: number;
  /** How long `minMw` would last, in s; null: for ever, being 0. */
  readonly chargeDurationS: number | null;
  /** How long `maxMw` would last, in s; null: for ever, being 0. */
  readonly dischargeDurationS: number | null;
}

/** What a battery at this SoC could deliver in a tick; what `stepBattery` gives where no ramp binds. */
export function availabilityOf(limits: BatteryLimits, socMwhr: number, dtS: number): Availability {
  const { efficiency } = limits;
  const storedMwhr = Math.max(0, socMwhr - limits.floorMwhr);
  const headroomMwhr = Math.max(0, limits.ceilingMwhr - socMwhr);
  const maxMw = highestMw(limits.maxMw, storedMwhr, efficiency, dtS);
  const minMw = lowestMw(limits.minMw, headroomMwhr, efficiency, dtS);
  return {
    minMw,
    maxMw,
    chargeDurationS: minMw === 0 ? null : (headroomMwhr / efficiency / -minMw) * 3600,
    dischargeDurationS: maxMw === 0 ? null : ((storedMwhr * efficiency) / maxMw) * 3600,
  };
}

/** Of the asset at this position of a frame. */
export function availabilityAt(frame: Frame, index: number): Availability {
  const asset = frame.table.assets[index];
  if (asset === undefined) throw new RangeError(`bug: a frame has no asset ${index}`);
  return availabilityOf(batteryLimits(asset, frame.dtS), frame.socMwhr[index] as number, frame.dtS);
}

/** Of an asset as it was when it reported, by the rating that it had then. */
export function availabilityOfSample(sample: Telemetry): Availability {
  const { asset, minMw, maxMw, capacityMwhr, socMwhr, dtS } = sample;
  return availabilityOf(batteryLimits({ ...asset, minMw, maxMw, capacityMwhr }, dtS), socMwhr, dtS);
}

/** Adds up what the assets at these positions of a frame, or all of them, could deliver in the next tick; in MW. */
export function availableOf(
  frame: Frame,
  indexes?: readonly number[],
): { readonly minMw: number; readonly maxMw: number } {
  const { dtS, socMwhr, table } = frame;
  const count = indexes?.length ?? table.assets.length;
  let [low, high] = [0, 0];
  for (let n = 0; n < count; n++) {
    const i = indexes === undefined ? n : (indexes[n] as number);
    const asset = table.assets[i];
    if (asset === undefined) continue;
    const { capacityMwhr, efficiency, minMw, maxMw, socMinRatio, socMaxRatio } = asset;
    const soc = socMwhr[i] as number;
    high += highestMw(maxMw, Math.max(0, soc - socMinRatio * capacityMwhr), efficiency, dtS);
    low += lowestMw(minMw, Math.max(0, socMaxRatio * capacityMwhr - soc), efficiency, dtS);
  }
  return { minMw: low, maxMw: high };
}
