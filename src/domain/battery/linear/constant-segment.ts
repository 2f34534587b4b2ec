// Ticks in which the power of a battery stays or moves evenly, on one side of 0, and in which energy surely lasts:
// what the tick law makes of them is a sum.
import { type BatteryLimits, withinMw } from "./law.ts";
import { drawnInTickMwhr, keptInTickMwhr } from "./tick-equations.ts";

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
 * @param spareMwhr  Energy that is to be left for the power at its end, in MWh.
 */
export function constantSegmentOf(
  limits: BatteryLimits,
  socMwhr: number,
  powerMw: number,
  setpointMw: number,
  left: number,
  dtS: number,
  spareMwhr: number,
): ConstantSegment {
  const aimMw = withinMw(limits, setpointMw);
  // Each tick rounds its energy once, here and in the law.
  const eachMwhr = Number.EPSILON * Math.max(socMwhr, limits.ceilingMwhr);
  if (powerMw === aimMw) {
    if (powerMw === 0) return NO_SEGMENT;
    const moreMwhr = Math.abs(storedInTickMwhr(limits, powerMw, dtS));
    const lasts = Math.floor((hasMwhr(limits, socMwhr, powerMw) - spareMwhr) / moreMwhr) - 2;
    const ticks = Math.min(left, Math.max(0, lasts));
    return { ticks, meanMw: powerMw, lastMw: powerMw, doubtMwhr: ticks * eachMwhr };
  }

  if (withinMw(limits, powerMw) !== powerMw) return NO_SEGMENT;
  const goalMw = powerMw * aimMw < 0 ? 0 : aimMw;
  if (goalMw === aimMw) {
    const whole = wholeRamp(limits, socMwhr, powerMw, aimMw, left, dtS, spareMwhr);
    if (whole !== undefined) return whole;
  }
  const steps = Math.floor(Math.abs(goalMw - powerMw) / limits.rampStepMw) - 2;
  const stepMw = goalMw > powerMw ? limits.rampStepMw : -limits.rampStepMw;
  const availableMwhr = hasMwhr(limits, socMwhr, powerMw + stepMw) - spareMwhr;
  const lasts = (ticks: number) =>
    rampNeedsMwhr(limits, powerMw, stepMw, ticks, dtS) <= availableMwhr;
  const ticks = mostThat(Math.min(left, steps), lasts);
  if (ticks < 2) return NO_SEGMENT;
  const lastMw = powerMw + ticks * stepMw;
  // And its power, on top of the ticks before.
  const mostMwhr = Math.abs(storedInTickMwhr(limits, farthest(powerMw, lastMw), dtS));
  const powerDoubtMwhr = (ticks + 1) ** 2 * Number.EPSILON * mostMwhr;
  const doubtMwhr = ticks * eachMwhr + powerDoubtMwhr;
  return { ticks, meanMw: (powerMw + stepMw + lastMw) / 2, lastMw, doubtMwhr };
}

/** A ramp up to its last, shorter step, where energy surely lasts for all of it; undefined where it may not. */
function wholeRamp(
  limits: BatteryLimits,
  socMwhr: number,
  powerMw: number,
  aimMw: number,
  left: number,
  dtS: number,
  spareMwhr: number,
): ConstantSegment | undefined {
  // Where rounding decides whether there is one step more, that step moves nothing.
  const ticks = Math.ceil(Math.abs(aimMw - powerMw) / limits.rampStepMw - 1e-9);
  if (ticks < 2 || ticks > left) return undefined;
  const stepMw = aimMw > powerMw ? limits.rampStepMw : -limits.rampStepMw;
  const firstMw = powerMw + stepMw;
  const meanMw = ((ticks - 1) * (powerMw + (stepMw * ticks) / 2) + aimMw) / ticks;
  const mostMwhr = Math.abs(storedInTickMwhr(limits, farthest(firstMw, aimMw), dtS));
  const needsMwhr = ticks * Math.abs(storedInTickMwhr(limits, meanMw, dtS)) + 2 * mostMwhr;
  if (hasMwhr(limits, socMwhr, meanMw) - spareMwhr < needsMwhr) return undefined;
  const eachMwhr = Number.EPSILON * Math.max(socMwhr, limits.ceilingMwhr);
  const powerDoubtMwhr = ((ticks + 1) ** 2 * Number.EPSILON + 1e-9) * mostMwhr;
  return { ticks, meanMw, lastMw: aimMw, doubtMwhr: ticks * eachMwhr + powerDoubtMwhr };
}

/** The energy for some steps of a ramp on one side of 0, and for two ticks more at its farthest power; in MWh. */
function rampNeedsMwhr(
  limits: BatteryLimits,
  powerMw: number,
  stepMw: number,
  ticks: number,
  dtS: number,
): number {
  const [firstMw, lastMw] = [powerMw + stepMw, powerMw + ticks * stepMw];
  const meanMwhr = Math.abs(storedInTickMwhr(limits, (firstMw + lastMw) / 2, dtS));
  const mostMwhr = Math.abs(storedInTickMwhr(limits, farthest(firstMw, lastMw), dtS));
  return ticks * meanMwhr + 2 * mostMwhr;
}

function farthest(aMw: number, bMw: number): number {
  return Math.abs(aMw) > Math.abs(bMw) ? aMw : bMw;
}

/** The largest whole number, up to a bound, for which a condition holds that holds for all smaller ones too. */
function mostThat(bound: number, holds: (n: number) => boolean): number {
  if (bound < 2 || holds(bound)) return bound;
  let [low, high] = [0, bound];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
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
