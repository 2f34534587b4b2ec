// The linear law: one tick of one battery. Pure: no clock, no chance, no I/O.
import type { Asset } from "../../fleet/asset.ts";
import { LIMIT, type Limit } from "../limit.ts";
import type { AssetLimits } from "../model.ts";
import {
  boundMwhr,
  cutMw,
  headroomMwhr,
  movedInTickMwhr,
  rampedMw,
  ratedMw,
  socAfterMwhr,
  storedMwhr,
} from "./tick-equations.ts";

/** What one battery can do in one tick. */
export interface BatteryLimits extends AssetLimits {
  /** How far the ramp moves the power within one tick, in MW: `rampRateMwPerMin / 60 × dt`. */
  readonly rampStepMw: number;
  /** Of each leg, in (0, 1]. */
  readonly efficiency: number;
}

/** What one battery delivered in one tick, and its state after it. */
export interface BatteryStep {
  /** Terminal power in MW held for the whole tick, discharge positive. */
  readonly powerMw: number;
  /** Stored energy after the tick, in MWh. */
  readonly socMwhr: number;
  readonly limit: Limit;
}

/** What an asset can do in a tick of `dtS` seconds. */
export function batteryLimits(asset: Asset, dtS: number): BatteryLimits {
  return {
    rampStepMw: (asset.rampRateMwPerMin / 60) * dtS,
    minMw: asset.minMw,
    maxMw: asset.maxMw,
    floorMwhr: asset.socMinRatio * asset.capacityMwhr,
    ceilingMwhr: asset.socMaxRatio * asset.capacityMwhr,
    efficiency: asset.efficiency,
  };
}

/**
 * Advances one battery by one tick toward a setpoint. The ramp, the rating and the energy bind in this
 * order, and energy may cut power faster than the ramp: it gives exactly what there is, and SoC lands
 * exactly on its bound. Losses are booked inside, on each leg: the cells give `1/efficiency` of what the
 * terminal delivers and keep `efficiency` of what it takes.
 *
 * @param socMwhr    Stored energy before the tick, in MWh.
 * @param powerMw    Terminal power of the tick before, in MW, discharge positive. The ramp starts from it.
 * @param setpointMw Requested power in MW, any finite value; what lies outside the limits is cut, not refused.
 * @param dtS        Length of the tick in s, above 0.
 */
export function stepBattery(
  limits: BatteryLimits,
  socMwhr: number,
  powerMw: number,
  setpointMw: number,
  dtS: number,
): BatteryStep {
  const movedMw = rampedMw(limits.rampStepMw, powerMw, setpointMw);
  const aimMw = withinMw(limits, movedMw);
  let limit: Limit = LIMIT.NONE;
  if (movedMw !== setpointMw) limit = LIMIT.RAMP;
  if (aimMw !== movedMw) limit = LIMIT.POWER;
  return deliver(limits, socMwhr, aimMw, limit, dtS);
}

/** The power that the ramp and the rating leave of a setpoint, before energy binds, as in `stepBattery`; in MW. */
export function aimedMw(limits: BatteryLimits, powerMw: number, setpointMw: number): number {
  return withinMw(limits, rampedMw(limits.rampStepMw, powerMw, setpointMw));
}

/** A power cut to the rating, in MW. */
export function withinMw({ minMw, maxMw }: BatteryLimits, mw: number): number {
  return ratedMw(minMw, maxMw, mw);
}

/**
 * The last stage of a tick: holds a power for the whole of it, or what energy leaves of it.
 *
 * @param aimMw What the stages before left, in MW.
 * @param limit The one of them that changed it last.
 */
export function deliver(
  limits: BatteryLimits,
  socMwhr: number,
  aimMw: number,
  limit: Limit,
  dtS: number,
): BatteryStep {
  const { floorMwhr, ceilingMwhr, efficiency } = limits;
  const stored = storedMwhr(floorMwhr, socMwhr);
  const headroom = headroomMwhr(ceilingMwhr, socMwhr);
  const moved = movedInTickMwhr(aimMw, efficiency, dtS);
  if (moved > (aimMw > 0 ? stored : headroom))
    return {
      powerMw: cutMw(aimMw, stored, headroom, efficiency, dtS),
      socMwhr: boundMwhr(aimMw, socMwhr, floorMwhr, ceilingMwhr),
      limit: LIMIT.ENERGY,
    };
  return {
    // Adding 0 writes -0 as 0.
    powerMw: aimMw + 0,
    socMwhr: socAfterMwhr(aimMw, moved, socMwhr, floorMwhr, ceilingMwhr),
    limit,
  };
}
