// One tick of one battery, linear model. Pure: no clock, no chance, no I/O.

/** Which stage of the law changed the power last; 0 where none did. Kept as a byte in frames. */
export const LIMIT = { NONE: 0, RAMP: 1, POWER: 2, ENERGY: 3 } as const;
export type Limit = (typeof LIMIT)[keyof typeof LIMIT];

/** What one battery can do in one tick. */
export interface BatteryLimits {
  /** How far the ramp moves the power within one tick, in MW: `rampRateMwPerMin / 60 × dt`. */
  readonly rampStepMw: number;
  readonly minMw: number;
  readonly maxMw: number;
  /** Stored energy below which it does not discharge, in MWh. */
  readonly floorMwhr: number;
  /** Stored energy above which it does not charge, in MWh. */
  readonly ceilingMwhr: number;
  /** Of each leg, in (0, 1]. */
  readonly efficiency: number;
}

/** What one battery delivered in one tick, and where it stands after it. */
export interface BatteryStep {
  /** Terminal power in MW held for the whole tick, discharge positive. */
  readonly powerMw: number;
  /** Stored energy after the tick, in MWh. */
  readonly socMwhr: number;
  readonly limit: Limit;
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
  let limit: Limit = LIMIT.NONE;

  const distanceMw = setpointMw - powerMw;
  let heldMw = setpointMw;
  if (distanceMw > limits.rampStepMw || distanceMw < -limits.rampStepMw) {
    heldMw = distanceMw > 0 ? powerMw + limits.rampStepMw : powerMw - limits.rampStepMw;
    limit = LIMIT.RAMP;
  }

  if (heldMw > limits.maxMw) {
    heldMw = limits.maxMw;
    limit = LIMIT.POWER;
  } else if (heldMw < limits.minMw) {
    heldMw = limits.minMw;
    limit = LIMIT.POWER;
  }

  let socAfterMwhr = socMwhr;
  if (heldMw > 0) {
    const storedMwhr = Math.max(0, socMwhr - limits.floorMwhr);
    const drawnMwhr = (heldMw * dtS) / 3600 / limits.efficiency;
    if (drawnMwhr > storedMwhr) {
      heldMw = (storedMwhr * limits.efficiency * 3600) / dtS;
      socAfterMwhr = Math.min(socMwhr, limits.floorMwhr);
      limit = LIMIT.ENERGY;
    } else socAfterMwhr = Math.max(socMwhr - drawnMwhr, limits.floorMwhr);
  } else if (heldMw < 0) {
    const roomMwhr = Math.max(0, limits.ceilingMwhr - socMwhr);
    const keptMwhr = ((-heldMw * dtS) / 3600) * limits.efficiency;
    if (keptMwhr > roomMwhr) {
      heldMw = (-roomMwhr / limits.efficiency) * (3600 / dtS);
      socAfterMwhr = Math.max(socMwhr, limits.ceilingMwhr);
      limit = LIMIT.ENERGY;
    } else socAfterMwhr = Math.min(socMwhr + keptMwhr, limits.ceilingMwhr);
  }

  // Adding 0 writes -0 as 0.
  return { powerMw: heldMw + 0, socMwhr: socAfterMwhr, limit };
}
