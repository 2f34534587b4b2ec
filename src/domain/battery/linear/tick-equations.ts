// The equations of one tick of the linear law, in numbers alone: a loop over columns calls them and makes no object.

/** The power that the ramp leaves of a setpoint, from the power of the tick before; in MW. */
export function rampedMw(rampStepMw: number, powerMw: number, setpointMw: number): number {
  const distanceMw = setpointMw - powerMw;
  if (distanceMw > rampStepMw) return powerMw + rampStepMw;
  return distanceMw < -rampStepMw ? powerMw - rampStepMw : setpointMw;
}

/** A power cut to the rating, in MW. */
export function ratedMw(minMw: number, maxMw: number, mw: number): number {
  if (mw > maxMw) return maxMw;
  return mw < minMw ? minMw : mw;
}

/** Stored energy above the floor, in MWh, 0 or more. */
export function storedMwhr(floorMwhr: number, socMwhr: number): number {
  return socMwhr > floorMwhr ? socMwhr - floorMwhr : 0;
}

/** Room below the ceiling, in MWh, 0 or more. */
export function headroomMwhr(ceilingMwhr: number, socMwhr: number): number {
  return ceilingMwhr > socMwhr ? ceilingMwhr - socMwhr : 0;
}

/** What a power held for a tick moves out of the cells or into them, in MWh, 0 or more. */
export function movedInTickMwhr(mw: number, efficiency: number, dtS: number): number {
  return mw > 0 ? drawnInTickMwhr(mw, efficiency, dtS) : keptInTickMwhr(mw, efficiency, dtS);
}

/** What energy leaves of a power that it cuts, in MW. */
export function cutMw(
  aimMw: number,
  stored: number,
  headroom: number,
  efficiency: number,
  dtS: number,
): number {
  // Adding 0 writes -0 as 0.
  return aimMw > 0 ? emptyingMw(stored, efficiency, dtS) : fillingMw(headroom, efficiency, dtS) + 0;
}

/** Stored energy after a tick that energy cut, in MWh: its bound, or what lay beyond it. */
export function boundMwhr(
  aimMw: number,
  socMwhr: number,
  floorMwhr: number,
  ceilingMwhr: number,
): number {
  if (aimMw > 0) return socMwhr < floorMwhr ? socMwhr : floorMwhr;
  return socMwhr > ceilingMwhr ? socMwhr : ceilingMwhr;
}

/** Stored energy after a tick that energy did not cut, in MWh. Rounding does not carry it over a bound. */
export function socAfterMwhr(
  mw: number,
  movedMwhr: number,
  socMwhr: number,
  floorMwhr: number,
  ceilingMwhr: number,
): number {
  if (mw === 0) return socMwhr;
  const afterMwhr = mw > 0 ? socMwhr - movedMwhr : socMwhr + movedMwhr;
  if (mw > 0) return afterMwhr < floorMwhr ? floorMwhr : afterMwhr;
  return afterMwhr > ceilingMwhr ? ceilingMwhr : afterMwhr;
}

/** What the cells give where the terminal delivers a power, 0 or more, for a tick; in MWh. */
export function drawnInTickMwhr(mw: number, efficiency: number, dtS: number): number {
  return (mw * dtS) / 3600 / efficiency;
}

/** What the cells keep where the terminal takes a power, negative or 0, for a tick; in MWh, 0 or more. */
export function keptInTickMwhr(mw: number, efficiency: number, dtS: number): number {
  return ((-mw * dtS) / 3600) * efficiency;
}

/** The highest power, up to a rating, that stored energy allows throughout a tick; in MW. */
export function highestMw(maxMw: number, stored: number, efficiency: number, dtS: number): number {
  return drawnInTickMwhr(maxMw, efficiency, dtS) > stored
    ? emptyingMw(stored, efficiency, dtS)
    : maxMw;
}

/** The lowest power, down to a rating, that headroom allows throughout a tick; in MW, negative or 0. */
export function lowestMw(minMw: number, headroom: number, efficiency: number, dtS: number): number {
  // Adding 0 writes -0 as 0.
  return keptInTickMwhr(minMw, efficiency, dtS) > headroom
    ? fillingMw(headroom, efficiency, dtS) + 0
    : minMw;
}

/** The power that takes all the stored energy out within a tick, in MW. */
function emptyingMw(stored: number, efficiency: number, dtS: number): number {
  return (stored * efficiency * 3600) / dtS;
}

/** The power that fills all the headroom within a tick, in MW, negative or 0. */
function fillingMw(headroom: number, efficiency: number, dtS: number): number {
  return (-headroom / efficiency) * (3600 / dtS);
}
