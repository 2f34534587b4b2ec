// The energy of periods whose power moves along a ramp.
import { periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanPeriods, PlanRamp } from "../domain/plan/input.ts";
import type { RampEnergy } from "./ramp-energies.ts";

/** Energy at the terminal, in MWh, 0 or more. */
interface Energies {
  chargeMwhr: number;
  dischargeMwhr: number;
}

/**
 * What the ramp makes of the energy of setpoints.
 *
 * @param setpointMw By period, discharge positive.
 */
export function rampEnergy(
  asset: PlanAsset,
  ramp: PlanRamp,
  periods: PlanPeriods,
  setpointMw: Float64Array,
): RampEnergy {
  const hr = periodHr(periods);
  const column = () => new Float64Array(periods.count);
  const energy = {
    ...{ chargeMwhr: column(), dischargeMwhr: column(), aboveMwhr: column(), belowMwhr: column() },
  };
  let fromMw = ramp.startMw;
  for (let t = 0; t < periods.count; t++) {
    const toMw = setpointMw[t] as number;
    const moved = ramp.tickS > 0 ? tickedMove(ramp, fromMw, toMw) : evenMove(ramp, fromMw, toMw);
    const restHr = hr - moved.hr;
    const chargeMwhr = moved.chargeMwhr + Math.max(0, -toMw) * restHr;
    const dischargeMwhr = moved.dischargeMwhr + Math.max(0, toMw) * restHr;
    energy.chargeMwhr[t] = Math.max(0, -toMw) * hr - chargeMwhr;
    energy.dischargeMwhr[t] = Math.max(0, toMw) * hr - dischargeMwhr;
    if (fromMw < 0 && toMw > 0) energy.aboveMwhr[t] = chargeMwhr * asset.chargeEfficiencyRatio;
    if (fromMw > 0 && toMw < 0)
      energy.belowMwhr[t] = dischargeMwhr / asset.dischargeEfficiencyRatio;
    fromMw = toMw;
  }
  return energy;
}

/** Power that moves by a step at the start of each tick, and holds throughout it. */
function tickedMove({ rateMwPerMin, tickS }: PlanRamp, fromMw: number, toMw: number) {
  const stepMw = (rateMwPerMin / 60) * tickS;
  const tickHr = tickS / 3600;
  const energies: Energies & { hr: number } = { chargeMwhr: 0, dischargeMwhr: 0, hr: 0 };
  let mw = fromMw;
  while (Math.abs(toMw - mw) > stepMw) {
    mw += toMw > mw ? stepMw : -stepMw;
    energies.hr += tickHr;
    if (mw < 0) energies.chargeMwhr -= mw * tickHr;
    else energies.dischargeMwhr += mw * tickHr;
  }
  return energies;
}

/** Power that moves evenly. */
function evenMove({ rateMwPerMin }: PlanRamp, fromMw: number, toMw: number) {
  const perHr = rateMwPerMin * 60;
  const part = (positive: (mw: number) => number) =>
    Math.abs(positive(toMw) ** 2 - positive(fromMw) ** 2) / (2 * perHr);
  return {
    chargeMwhr: part((mw) => Math.max(0, -mw)),
    dischargeMwhr: part((mw) => Math.max(0, mw)),
    hr: Math.abs(toMw - fromMw) / perHr,
  };
}
