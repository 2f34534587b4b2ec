// Ticks of the linear law over a fleet in columns.
import type { Asset } from "../../fleet/asset.ts";
import { type ModelColumns, writeReport } from "../columns.ts";
import { LIMIT } from "../limit.ts";
import type { BatteryStepper } from "../model.ts";
import { aimedMw, type BatteryLimits, batteryLimits, deliver, stepBattery } from "./law.ts";

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
  const column = () => new Float64Array(assets.length);
  const columns = {
    rampStepMw: column(),
    minMw: column(),
    maxMw: column(),
    floorMwhr: column(),
    ceilingMwhr: column(),
    efficiency: column(),
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

/** The hot loop: `last` and the setpoints of `next` in, the rest of `next` out. */
function stepSegments(
  limits: LimitColumns,
  segments: Int32Array,
  { report: last }: ModelColumns,
  { report: next }: ModelColumns,
): void {
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
      // The optimising compiler inlines the law and keeps both objects in registers: none is made.
      const step = stepBattery(
        {
          rampStepMw: rampStepMw[i] as number,
          minMw: minMw[i] as number,
          maxMw: maxMw[i] as number,
          floorMwhr: floorMwhr[i] as number,
          ceilingMwhr: ceilingMwhr[i] as number,
          efficiency: efficiency[i] as number,
        },
        lastSoc[i] as number,
        lastMw[i] as number,
        setpointMw[i] as number,
        dtS,
      );
      const terminalMwhr = (step.powerMw * dtS) / 3600;
      socMwhr[i] = step.socMwhr;
      currentMw[i] = step.powerMw;
      limit[i] = step.limit;
      energyOutMwhr[i] = (lastOut[i] as number) + Math.max(0, terminalMwhr);
      energyInMwhr[i] = (lastIn[i] as number) + Math.max(0, -terminalMwhr);
    }
  }
}
