// The state of a fleet in columns: at rest, or as it was left.
import { readStoredState, type StoredModelState } from "../domain/battery/stored-state.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import type { FleetModels, FleetState } from "./fleet-models.ts";
import { makeFrame } from "./new-frame.ts";

/** The state in which an asset was left. */
export interface RestoredState {
  /** Stored energy in MWh, cut to what the asset can hold now. */
  readonly socMwhr: number;
  /** Terminal power in MW from which the ramp continues. */
  readonly currentMw: number;
  /** Requested power in MW that is in force. */
  readonly setpointMw: number;
  readonly energyInMwhr: number;
  readonly energyOutMwhr: number;
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
  frame.socMwhr[i] = Math.min(Math.max(0, kept(state.socMwhr)), asset.capacityMwhr);
  frame.currentMw[i] = kept(state.currentMw);
  frame.setpointMw[i] = kept(state.setpointMw);
  frame.energyInMwhr[i] = kept(state.energyInMwhr);
  frame.energyOutMwhr[i] = kept(state.energyOutMwhr);
  const { own, isUnreadable } = readStoredState(models.modelAt(i), asset, state.modelState);
  models.setOwn({ frame, columns }, i, own);
  return !isUnreadable;
}
