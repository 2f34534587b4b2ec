import { type BatteryLimits, batteryLimits } from "../domain/battery/battery-law.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { tickInstantMs } from "../domain/time/grid.ts";

/** What the law needs of each asset, in columns. */
export interface LimitColumns {
  readonly rampStepMw: Float64Array;
  readonly minMw: Float64Array;
  readonly maxMw: Float64Array;
  readonly floorMwhr: Float64Array;
  readonly ceilingMwhr: Float64Array;
  readonly efficiency: Float64Array;
}

/** The limits of a fleet for ticks of `dtS` seconds. */
export function limitColumns(table: FleetTable, dtS: number): LimitColumns {
  const rows = table.assets.map((asset) => batteryLimits(asset, dtS));
  const column = (of: keyof BatteryLimits) => Float64Array.from(rows, (row) => row[of]);
  return {
    rampStepMw: column("rampStepMw"),
    minMw: column("minMw"),
    maxMw: column("maxMw"),
    floorMwhr: column("floorMwhr"),
    ceilingMwhr: column("ceilingMwhr"),
    efficiency: column("efficiency"),
  };
}

/** The limits of the asset at this position, as a row. */
export function limitsAt(columns: LimitColumns, index: number): BatteryLimits {
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
 * A frame to be written: over the columns of `spare` where it belongs to the same table, else over new
 * ones, all 0.
 */
export function makeFrame(table: FleetTable, tick: number, dtS: number, spare?: Frame): Frame {
  const size = table.assets.length;
  const old = spare?.table === table ? spare : undefined;
  return {
    table,
    tick,
    timestampMs: tickInstantMs(tick, dtS),
    dtS,
    socMwhr: old?.socMwhr ?? new Float64Array(size),
    currentMw: old?.currentMw ?? new Float64Array(size),
    setpointMw: old?.setpointMw ?? new Float64Array(size),
    energyInMwhr: old?.energyInMwhr ?? new Float64Array(size),
    energyOutMwhr: old?.energyOutMwhr ?? new Float64Array(size),
    limit: old?.limit ?? new Uint8Array(size),
  };
}
