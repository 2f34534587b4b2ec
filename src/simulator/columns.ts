import type { Asset } from "../domain/asset.ts";
import type { FleetTable } from "../domain/fleet-table.ts";
import type { Frame } from "../domain/frame.ts";
import { tickInstantMs } from "../domain/grid.ts";

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
  const column = (of: (asset: Asset) => number) => Float64Array.from(table.assets, of);
  return {
    rampStepMw: column((asset) => (asset.rampRateMwPerMin / 60) * dtS),
    minMw: column((asset) => asset.minMw),
    maxMw: column((asset) => asset.maxMw),
    floorMwhr: column((asset) => asset.socMinRatio * asset.capacityMwhr),
    ceilingMwhr: column((asset) => asset.socMaxRatio * asset.capacityMwhr),
    efficiency: column((asset) => asset.efficiency),
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
