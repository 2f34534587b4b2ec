import type { FleetTable } from "../fleet/fleet-table.ts";

/** The way to the assets: who they are, and how one is told what to do. */
export interface AssetGateway {
  /** The assets that can be told something now. */
  readonly table: FleetTable;
  /**
   * Gives an asset a new setpoint. It is in force for every tick that starts at the instant or later.
   *
   * @param index     Position of the asset in `table`.
   * @param mw        Power to hold in MW, discharge positive, finite.
   * @param instantMs When it was decided, in ms since the epoch; not before that of an earlier call.
   */
  setSetpoint(index: number, mw: number, instantMs: number): void;
}
