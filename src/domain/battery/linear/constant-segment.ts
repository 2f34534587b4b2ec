// Ticks in which the power of a battery stays or moves evenly, on one side of 0, and in which energy surely lasts:
// what the tick law makes of them is a sum.
import { type BatteryLimits, drawnInTickMwhr, keptInTickMwhr, withinMw } from "./law.ts";

export interface ConstantSegment {
  /** 0 where no more than the next tick is sure. */
  readonly ticks: number;
  /** The power over all of them, and in the last of them, in MW. */
  readonly meanMw: number;
  readonly lastMw: number;
  /** By how much the stored energy after them may differ from the law tick by tick, which rounds, in MWh. */
  readonly doubtMwhr: number;
}

export const NO_SEGMENT: ConstantSegment = { ticks: 0, meanMw: 0, lastMw: 0, doubtMwhr: 0 };

/**
 * The longest constant segment that begins now. The ticks around its end are left to the law: the last before the end of the
 * energy, and the last steps of a ramp, of which one is shorter.
 *
 * @param socMwhr    Stored energy, in MWh.
 * @param powerMw    Terminal power of the tick before, in MW.
 * @param setpointMw Requested power, in MW.
 * @param left       Ticks for which it is requested.
 */
export function constantSegmentOf(
  limits: BatteryLimits,
  socMwhr: number,
  powerMw: number,
  setpointMw: number,
  left: number,
  dtS: number,
): ConstantSegment {
  const aimMw = withinMw(limits, setpointMw);
  // Each tick rounds its energy once, here and in the law.
  const eachMwhr = Number.EPSILON * Math.max(socMwhr, limits.ceilingMwhr);
  if (powerMw === aimMw) {
    if (powerMw === 0) return NO_SEGMENT;
    const moreMwhr = Math.abs(storedInTickMwhr(limits, powerMw, dtS));
    const lasts = Math.floor(hasMwhr(limits, socMwhr, powerMw) / moreMwhr) - 2;
    const ticks = Math.min(left, Math.max(0, lasts));
    return { ticks, meanMw: powerMw, lastMw: powerMw, doubtMwhr: ticks * eachMwhr };
  }

  if (withinMw(limits, powerMw) !== powerMw) return NO_SEGMENT;
  const goalMw = powerMw * aimMw < 0 ? 0 : aimMw;
  const steps = Math.floor(Math.abs(goalMw - powerMw) / limits.rampStepMw) - 2;
  const ticks = Math.min(left, steps);
  if (ticks < 2) return NO_SEGMENT;
  const stepMw = goalMw > powerMw ? limits.rampStepMw : -limits.rampStepMw;
  const lastMw = powerMw + ticks * stepMw;
  const farthestMw = Math.abs(lastMw) > Math.abs(powerMw) ? lastMw : powerMw;
  const mostMwhr = Math.abs(storedInTickMwhr(limits, farthestMw, dtS));
  if (hasMwhr(limits, socMwhr, lastMw) <= (ticks + 2) * mostMwhr) return NO_SEGMENT;
  // And its power, on top of the ticks before.
  const powerDoubtMwhr = (ticks + 1) ** 2 * Number.EPSILON * mostMwhr;
  const doubtMwhr = ticks * eachMwhr + powerDoubtMwhr;
  return { ticks, meanMw: (powerMw + stepMw + lastMw) / 2, lastMw, doubtMwhr };
}

/** The energy for a power of this sign, in MWh: stored energy, or headroom. */
export function hasMwhr(
  { floorMwhr, ceilingMwhr }: BatteryLimits,
  socMwhr: number,
  mw: number,
): number {
  return mw > 0 ? socMwhr - floorMwhr : ceilingMwhr - socMwhr;
}

/** What a tick at a power adds to the stored energy, in MWh. */
export function storedInTickMwhr(
  { efficiency }: BatteryLimits,
  powerMw: number,
  dtS: number,
): number {
  return powerMw > 0
    ? -drawnInTickMwhr(powerMw, efficiency, dtS)
    : keptInTickMwhr(powerMw, efficiency, dtS);
}
