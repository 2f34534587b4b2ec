// Ticks of the linear law over a fleet in columns.
import { createColumn } from "../../base/column.ts";
import type { Asset } from "../../fleet/asset.ts";
import { type ModelColumns, writeReport } from "../columns.ts";
import { LIMIT } from "../limit.ts";
import type { BatteryStepper } from "../model.ts";
import { aimedMw, type BatteryLimits, batteryLimits, deliver } from "./law.ts";
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

/** What the law needs of each asset, by its position in the fleet. */
type LimitColumns = { readonly [K in keyof BatteryLimits]: Float64Array };

/** As `BatteryModel.stepper`. */
export function createLinearStepper(
  assets: readonly Asset[],
  segments: Int32Array,
  dtS: number,
): BatteryStepper {
  const limits = limitColumns(assets, segments, dtS);
  return {
    step: (last, next) => stepSegments(limits, segments, last, next),
    aimedMw: ({ report }, next, index) =>
      aimedMw(
        limitsAt(limits, index),
        report.currentMw[index] as number,
        next.report.setpointMw[index] as number,
      ),
    deliver({ report }, next, index, mw) {
      const soc = report.socMwhr[index] as number;
      const step = deliver(limitsAt(limits, index), soc, mw, LIMIT.SITE, dtS);
      writeReport(report, next.report, index, step.powerMw, step.socMwhr, step.limit);
    },
  };
}

function limitColumns(assets: readonly Asset[], segments: Int32Array, dtS: number): LimitColumns {
  // The columns of frames have the places before.
  const column = (n: number) => createColumn(assets.length, 6 + n);
  const columns = {
    rampStepMw: column(0),
    minMw: column(1),
    maxMw: column(2),
    floorMwhr: column(3),
    ceilingMwhr: column(4),
    efficiency: column(5),
  };
  for (let n = 0; n < segments.length; n += 2)
    for (let i = segments[n] as number; i < (segments[n + 1] as number); i++) {
      const limits = batteryLimits(assets[i] as Asset, dtS);
      columns.rampStepMw[i] = limits.rampStepMw;
      columns.minMw[i] = limits.minMw;
      columns.maxMw[i] = limits.maxMw;
      columns.floorMwhr[i] = limits.floorMwhr;
      columns.ceilingMwhr[i] = limits.ceilingMwhr;
      columns.efficiency[i] = limits.efficiency;
    }
  return columns;
}

/** The limits of the asset at this position, as a row. */
function limitsAt(columns: LimitColumns, index: number): BatteryLimits {
  return {
    rampStepMw: columns.rampStepMw[index] as number,
    minMw: columns.minMw[index] as number,
    maxMw: columns.maxMw[index] as number,
    floorMwhr: columns.floorMwhr[index] as number,
    ceilingMwhr: columns.ceilingMwhr[index] as number,
    efficiency: columns.efficiency[index] as number,
  };
}

/**
 * The hot loop: `last` and the setpoints of `next` in, the rest of `next` out. It is `stepBattery` of every asset, in
 * numbers alone: an object for each would take a third of its time.
 */
function stepSegments(
  limits: LimitColumns,
  segments: Int32Array,
  { report: last }: ModelColumns,
  { report: next }: ModelColumns,
): void {
  const { NONE, RAMP, POWER, ENERGY } = LIMIT;
  const { rampStepMw, minMw, maxMw, floorMwhr, ceilingMwhr, efficiency } = limits;
  const {
    socMwhr: lastSoc,
    currentMw: lastMw,
    energyInMwhr: lastIn,
    energyOutMwhr: lastOut,
  } = last;
  const { dtS, socMwhr, currentMw, setpointMw, energyInMwhr, energyOutMwhr, limit } = next;
  for (let n = 0; n < segments.length; n += 2) {
    const end = segments[n + 1] as number;
    for (let i = segments[n] as number; i < end; i++) {
      const wantedMw = setpointMw[i] as number;
      const soc = lastSoc[i] as number;
      const floor = floorMwhr[i] as number;
      const ceiling = ceilingMwhr[i] as number;
      const legEfficiency = efficiency[i] as number;
      const movedMw = rampedMw(rampStepMw[i] as number, lastMw[i] as number, wantedMw);
      const aimMw = ratedMw(minMw[i] as number, maxMw[i] as number, movedMw);
      const stored = storedMwhr(floor, soc);
      const headroom = headroomMwhr(ceiling, soc);
      const moved = movedInTickMwhr(aimMw, legEfficiency, dtS);
      let powerMw = aimMw + 0;
      if (moved > (aimMw > 0 ? stored : headroom)) {
        powerMw = cutMw(aimMw, stored, headroom, legEfficiency, dtS);
        socMwhr[i] = boundMwhr(aimMw, soc, floor, ceiling);
        limit[i] = ENERGY;
      } else {
        socMwhr[i] = socAfterMwhr(aimMw, moved, soc, floor, ceiling);
        limit[i] = aimMw !== movedMw ? POWER : movedMw !== wantedMw ? RAMP : NONE;
      }
      currentMw[i] = powerMw;
      const terminalMwhr = (powerMw * dtS) / 3600;
      energyOutMwhr[i] = (lastOut[i] as number) + (terminalMwhr > 0 ? terminalMwhr : 0);
      energyInMwhr[i] = (lastIn[i] as number) - (terminalMwhr < 0 ? terminalMwhr : 0);
    }
  }
}
