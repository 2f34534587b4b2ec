// The connection to the assets: which there are, and how one gets its setpoint.
import type { BatteryModel, OwnState } from "../battery/model.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";

export interface AssetGateway {
  /** The assets that can get a setpoint now. */
  readonly table: FleetTable;
  /** The model of the asset at a position of `table`. */
  modelAt(index: number): BatteryModel;
  /** The own state of that model, at the end of the last tick. */
  ownStateAt(index: number): OwnState;
  /**
   * Gives an asset a new setpoint. It is in force for every tick that starts at the instant or later.
   *
   * @param index     Position of the asset in `table`.
   * @param mw        Power to hold in MW, discharge positive, finite.
   * @param instantMs When it was decided, in ms since the epoch; not before that of an earlier call.
   */
  setSetpoint(index: number, mw: number, instantMs: number): void;
}
