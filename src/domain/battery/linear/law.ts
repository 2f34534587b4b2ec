// The linear law: one tick of one battery. Pure: no clock, no chance, no I/O.
import type { Asset } from "../../fleet/asset.ts";
import { LIMIT, type Limit } from "../limit.ts";
import type { AssetLimits } from "../model.ts";

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
  const ratedMw = withinMw(limits, movedMw);
  let limit: Limit = LIMIT.NONE;
  if (movedMw !== setpointMw) limit = LIMIT.RAMP;
  if (ratedMw !== movedMw) limit = LIMIT.POWER;
  return deliver(limits, socMwhr, ratedMw, limit, dtS);
}

/** The power that the ramp and the rating leave of a setpoint, before energy binds, as in `stepBattery`; in MW. */
export function aimedMw(limits: BatteryLimits, powerMw: number, setpointMw: number): number {
  return withinMw(limits, rampedMw(limits.rampStepMw, powerMw, setpointMw));
}

function rampedMw(rampStepMw: number, powerMw: number, setpointMw: number): number {
  const distanceMw = setpointMw - powerMw;
  if (distanceMw > rampStepMw) return powerMw + rampStepMw;
  return distanceMw < -rampStepMw ? powerMw - rampStepMw : setpointMw;
}

/** A power cut to the rating, in MW. */
export function withinMw({ minMw, maxMw }: BatteryLimits, mw: number): number {
  if (mw > maxMw) return maxMw;
  return mw < minMw ? minMw : mw;
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
  let heldMw = aimMw;
  let lastLimit = limit;
  let socAfterMwhr = socMwhr;
  if (heldMw > 0) {
    const storedMwhr = Math.max(0, socMwhr - limits.floorMwhr);
    const drawnMwhr = drawnInTickMwhr(heldMw, limits.efficiency, dtS);
    if (drawnMwhr > storedMwhr) {
      heldMw = emptyingMw(storedMwhr, limits.efficiency, dtS);
      socAfterMwhr = Math.min(socMwhr, limits.floorMwhr);
      lastLimit = LIMIT.ENERGY;
    } else socAfterMwhr = Math.max(socMwhr - drawnMwhr, limits.floorMwhr);
  } else if (heldMw < 0) {
    const headroomMwhr = Math.max(0, limits.ceilingMwhr - socMwhr);
    const keptMwhr = keptInTickMwhr(heldMw, limits.efficiency, dtS);
    if (keptMwhr > headroomMwhr) {
      heldMw = fillingMw(headroomMwhr, limits.efficiency, dtS);
      socAfterMwhr = Math.max(socMwhr, limits.ceilingMwhr);
      lastLimit = LIMIT.ENERGY;
    } else socAfterMwhr = Math.min(socMwhr + keptMwhr, limits.ceilingMwhr);
  }

  // Adding 0 writes -0 as 0.
  return { powerMw: heldMw + 0, socMwhr: socAfterMwhr, limit: lastLimit };
}

/** What the cells give where the terminal delivers a power, 0 or more, for a tick; in MWh. */
export function drawnInTickMwhr(mw: number, efficiency: number, dtS: number): number {
  return (mw * dtS) / 3600 / efficiency;
}

/** What the cells keep where the terminal takes a power, negative or 0, for a tick; in MWh, 0 or more. */
export function keptInTickMwhr(mw: number, efficiency: number, dtS: number): number {
  return ((-mw * dtS) / 3600) * efficiency;
}

/** The power that takes all the stored energy out within a tick, in MW. */
function emptyingMw(storedMwhr: number, efficiency: number, dtS: number): number {
  return (storedMwhr * efficiency * 3600) / dtS;
}

/** The power that fills all the headroom within a tick, in MW, negative or 0. */
function fillingMw(headroomMwhr: number, efficiency: number, dtS: number): number {
  return (-headroomMwhr / efficiency) * (3600 / dtS);
}

/** The highest power, up to a rating, that stored energy allows throughout a tick; in MW. */
export function highestMw(
  maxMw: number,
  storedMwhr: number,
  efficiency: number,
  dtS: number,
): number {
  return drawnInTickMwhr(maxMw, efficiency, dtS) > storedMwhr
    ? emptyingMw(storedMwhr, efficiency, dtS)
    : maxMw;
}

/** The lowest power, down to a rating, that headroom allows throughout a tick; in MW, negative or 0. */
export function lowestMw(
  minMw: number,
  headroomMwhr: number,
  efficiency: number,
  dtS: number,
): number {
  // Adding 0 writes -0 as 0.
  return keptInTickMwhr(minMw, efficiency, dtS) > headroomMwhr
    ? fillingMw(headroomMwhr, efficiency, dtS) + 0
    : minMw;
}
