// The state of a fleet in the order of one table, put into that of another.

import type { Asset } from "../domain/fleet/asset.ts";
import type { Clamp } from "../domain/fleet/change.ts";
import { STATE_FIELDS } from "../domain/telemetry/columns.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import type { FleetModels, FleetState } from "./fleet-models.ts";
import { putState, restState, type StateOf } from "./state.ts";

/** A fleet in the order of another table. */
export interface Moved {
  /** The fleet at the instant of the newest frame. It is not published: that frame stays what it was. */
  readonly state: FleetState;
  /** What stored energy was brought to, where an asset changed so that it cannot hold it; in MWh. */
  readonly clamps: readonly Clamp[];
  /** Ids of the assets that came back with a model's state that cannot be read. */
  readonly unreadableIds: readonly string[];
}

/**
 * Puts a fleet into the order of another table. Each asset keeps its energy, power, setpoint, meters and the own
 * state of its model; where it has another model, that begins anew.
 *
 * @param before  The models of `last`.
 * @param models  Those of the new table.
 * @param indexes Where each asset of the new table stands in `last`, as `indexesIn` says.
 * @param stateOf The states in which assets that are new to `last` were left.
 */
export function moveFleet(
  before: FleetModels,
  last: FleetState,
  models: FleetModels,
  indexes: Int32Array,
  stateOf: StateOf,
): Moved {
  const { frame } = last;
  const state = restState(models, frame.tick, frame.dtS);
  const clamps: Clamp[] = [];
  const unreadableIds: string[] = [];
  models.table.assets.forEach((asset, i) => {
    const at = indexes[i] as number;
    if (at < 0) {
      const left = stateOf(asset.id);
      if (left !== undefined && !putState(models, state, i, left)) unreadableIds.push(asset.id);
      return;
    }
    copyAsset(frame, at, state.frame, i);
    const model = models.modelAt(i);
    if (before.modelAt(at) === model && model.ownColumns.length > 0)
      models.setOwn(state, i, before.ownAt(last, at));
    const clamp = fitEnergy(models, state.frame, i, before.table.assets[at] as Asset);
    if (clamp !== undefined) clamps.push(clamp);
  });
  return { state, clamps, unreadableIds };
}

function copyAsset(from: Frame, at: number, to: Frame, i: number): void {
  for (const field of STATE_FIELDS) to[field][i] = from[field][at] as number;
  to.limit[i] = from.limit[at] as number;
}

/** Brings stored energy within the bounds of an asset, where these changed: else it may lie outside, as it was left. */
function fitEnergy(
  models: FleetModels,
  { table, socMwhr }: Frame,
  i: number,
  before: Asset,
): Clamp | undefined {
  const asset = table.assets[i] as Asset;
  if (asset === before) return undefined;
  const model = models.modelAt(i);
  const bounds = model.limits(asset);
  const old = model.limits(before);
  if (bounds.floorMwhr === old.floorMwhr && bounds.ceilingMwhr === old.ceilingMwhr)
    return undefined;
  const from = socMwhr[i] as number;
  const to = Math.min(Math.max(from, bounds.floorMwhr), bounds.ceilingMwhr);
  if (to === from) return undefined;
  socMwhr[i] = to;
  return { assetId: asset.id, field: "socMwhr", from, to };
}
