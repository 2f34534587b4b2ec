// What stands in the columns of one table, put into those of another.

import { batteryLimits } from "../domain/battery/battery-law.ts";
import type { Asset } from "../domain/fleet/asset.ts";
import type { Clamp } from "../domain/fleet/change.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { putState, restFrame, type StateOf } from "./state.ts";

/** A fleet in the order of another table. */
export interface Moved {
  /** Where it stands, at the instant of the newest frame. Nobody reports it: that frame is what was. */
  readonly state: Frame;
  /** What stored energy was brought to, where an asset changed so that it cannot hold it; in MWh. */
  readonly clamps: readonly Clamp[];
}

/**
 * Puts a fleet into the order of another table. Each asset keeps its energy, power, setpoint and meters.
 *
 * @param indexes Where each asset of the new table stands in `last`, as `indexesIn` says.
 * @param stateOf   Where assets that are new to `last` were left.
 */
export function moveFleet(
  last: Frame,
  table: FleetTable,
  indexes: Int32Array,
  stateOf: StateOf,
): Moved {
  const state = restFrame(table, last.tick, last.dtS);
  const clamps: Clamp[] = [];
  table.assets.forEach((asset, i) => {
    const at = indexes[i] as number;
    if (at < 0) {
      const left = stateOf(asset.id);
      if (left !== undefined) putState(state, i, left);
      return;
    }
    copyAsset(last, at, state, i);
    const clamp = fitEnergy(state, i, last.table.assets[at] as Asset);
    if (clamp !== undefined) clamps.push(clamp);
  });
  return { state, clamps };
}

function copyAsset(from: Frame, at: number, to: Frame, i: number): void {
  to.socMwhr[i] = from.socMwhr[at] as number;
  to.currentMw[i] = from.currentMw[at] as number;
  to.setpointMw[i] = from.setpointMw[at] as number;
  to.energyInMwhr[i] = from.energyInMwhr[at] as number;
  to.energyOutMwhr[i] = from.energyOutMwhr[at] as number;
  to.limit[i] = from.limit[at] as number;
}

/** Brings stored energy within the bounds of an asset, where these changed: else it may lie outside, as it was left. */
function fitEnergy(state: Frame, i: number, before: Asset): Clamp | undefined {
  const asset = state.table.assets[i] as Asset;
  if (asset === before) return undefined;
  const bounds = batteryLimits(asset, state.dtS);
  const old = batteryLimits(before, state.dtS);
  if (bounds.floorMwhr === old.floorMwhr && bounds.ceilingMwhr === old.ceilingMwhr)
    return undefined;
  const from = state.socMwhr[i] as number;
  const to = Math.min(Math.max(from, bounds.floorMwhr), bounds.ceilingMwhr);
  if (to === from) return undefined;
  state.socMwhr[i] = to;
  return { assetId: asset.id, field: "socMwhr", from, to };
}
