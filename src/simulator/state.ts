// Where a fleet stands, in columns: at rest, or as it was left.
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { makeFrame } from "./columns.ts";

/** Where an asset was left. */
export interface RestoredState {
  /** Stored energy in MWh, cut to what the asset can hold now. */
  readonly socMwhr: number;
  /** Terminal power in MW from which the ramp goes on. */
  readonly currentMw: number;
  /** Requested power in MW that is in force. */
  readonly setpointMw: number;
  readonly energyInMwhr: number;
  readonly energyOutMwhr: number;
}

/** Where assets were left; undefined for one that starts at rest. */
export type StateOf = (assetId: string) => RestoredState | undefined;

/** A fleet at rest at its initial SoC. */
export function restFrame(table: FleetTable, tick: number, dtS: number): Frame {
  const frame = makeFrame(table, tick, dtS);
  table.assets.forEach((asset, i) => {
    frame.socMwhr[i] = (asset.initialSocPct / 100) * asset.capacityMwhr;
  });
  return frame;
}

/** Less than arithmetic with allowed values leaves over. It underflows where it is multiplied, which databases refuse. */
const NOTHING = 1e-100;

/** Puts the asset at this position where it was left. */
export function putState(frame: Frame, i: number, state: RestoredState): void {
  const { capacityMwhr = 0 } = frame.table.assets[i] ?? {};
  const kept = (value: number) => (Math.abs(value) < NOTHING ? 0 : value);
  frame.socMwhr[i] = Math.min(Math.max(0, kept(state.socMwhr)), capacityMwhr);
  frame.currentMw[i] = kept(state.currentMw);
  frame.setpointMw[i] = kept(state.setpointMw);
  frame.energyInMwhr[i] = kept(state.energyInMwhr);
  frame.energyOutMwhr[i] = kept(state.energyOutMwhr);
}
