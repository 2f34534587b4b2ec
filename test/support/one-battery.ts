// One battery of any model, stepped tick by tick.
import type { ModelColumns } from "../../src/domain/battery/columns.ts";
import type { BatteryModel, BatteryState, OwnState } from "../../src/domain/battery/model.ts";
import type { Asset } from "../../src/domain/fleet/asset.ts";

export interface Ticked extends BatteryState {
  readonly limit: number;
  /** What the stages before energy left of the setpoint, in MW. */
  readonly aimMw: number;
  /** Meters over the tick, in MWh. */
  readonly inMwhr: number;
  readonly outMwhr: number;
}

/** Returns a tick of the battery: a setpoint in MW in, its state after it out. */
export function oneBattery(model: BatteryModel, asset: Asset, start: BatteryState, dtS: number) {
  const stepper = model.stepper([asset], Int32Array.of(0, 1), dtS);
  let last = columnsOf(model, dtS);
  let next = columnsOf(model, dtS);
  last.report.socMwhr[0] = start.socMwhr;
  last.report.currentMw[0] = start.powerMw;
  for (const [n, { name }] of model.ownColumns.entries())
    (last.own[n] as Float64Array)[0] = start.own[name] as number;
  const at = (column: Float64Array | Uint8Array) => column[0] as number;
  return (setpointMw: number): Ticked => {
    next.report.setpointMw[0] = setpointMw;
    stepper.step(last, next);
    const aimMw = stepper.aimedMw(last, next, 0);
    const { report } = next;
    const own: OwnState = Object.fromEntries(
      model.ownColumns.map(({ name }, n) => [name, at(next.own[n] as Float64Array)]),
    );
    const inMwhr = at(report.energyInMwhr) - at(last.report.energyInMwhr);
    const outMwhr = at(report.energyOutMwhr) - at(last.report.energyOutMwhr);
    [last, next] = [next, last];
    const [socMwhr, powerMw] = [at(report.socMwhr), at(report.currentMw)];
    return { socMwhr, powerMw, own, limit: at(report.limit), aimMw, inMwhr, outMwhr };
  };
}

function columnsOf(model: BatteryModel, dtS: number): ModelColumns {
  const column = () => new Float64Array(1);
  return {
    report: {
      dtS,
      socMwhr: column(),
      currentMw: column(),
      setpointMw: column(),
      energyInMwhr: column(),
      energyOutMwhr: column(),
      limit: new Uint8Array(1),
    },
    own: model.ownColumns.map(column),
  };
}
