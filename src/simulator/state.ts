// The state of a fleet in columns: at rest, or as it was left.
import { readStoredState, type StoredModelState } from "../domain/battery/stored-state.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import { STATE_FIELDS, type StateValues } from "../domain/telemetry/columns.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import type { FleetModels, FleetState } from "./fleet-models.ts";
import { makeFrame } from "./new-frame.ts";

/** The state in which an asset was left; its stored energy is cut to what the asset can hold now. */
export interface RestoredState extends StateValues {
  /** The own state of its model; left out or null: none. */
  readonly modelState?: StoredModelState | null;
}

/** The state in which an asset was left; undefined for one that starts at rest. */
export type StateOf = (assetId: string) => RestoredState | undefined;

/** A fleet at rest at its initial SoC. */
export function restState(models: FleetModels, tick: number, dtS: number): FleetState {
  const state = models.stateWith(restFrame(models.table, tick, dtS));
  for (const [index, asset] of models.table.assets.entries())
    models.setOwn(state, index, models.modelAt(index).initialState(asset));
  return state;
}

function restFrame(table: FleetTable, tick: number, dtS: number): Frame {
  const frame = makeFrame(table, tick, dtS);
  table.assets.forEach((asset, i) => {
    frame.socMwhr[i] = (asset.initialSocPct / 100) * asset.capacityMwhr;
  });
  return frame;
}

/** Less than arithmetic with allowed values leaves over. It underflows where it is multiplied, which databases refuse. */
const NOTHING = 1e-100;

/**
 * Puts the asset at this position into the state in which it was left.
 *
 * @returns Whether the own state of its model could be read; else that is the one of a first start.
 */
export function putState(
  models: FleetModels,
  { frame, columns }: FleetState,
  i: number,
  state: RestoredState,
): boolean {
  const asset = models.table.assets[i];
  if (asset === undefined) throw new RangeError(`bug: a table has no asset ${i}`);
  const kept = (value: number) => (Math.abs(value) < NOTHING ? 0 : value);
  for (const field of STATE_FIELDS) frame[field][i] = kept(state[field]);
  frame.socMwhr[i] = Math.min(Math.max(0, frame.socMwhr[i] as number), asset.capacityMwhr);
  const { own, isUnreadable } = readStoredState(models.modelAt(i), asset, state.modelState);
  models.setOwn({ frame, columns }, i, own);
  return !isUnreadable;
}
