// The state of an asset that requests are decided on.
import type { BatteryModel, OwnState } from "../battery/model.ts";
import type { Asset } from "../fleet/asset.ts";
import type { Plan } from "./asset-plan.ts";
import type { SiteLoad } from "./site-load.ts";

/** An asset at the end of a tick. */
export interface AssetState {
  readonly asset: Asset;
  readonly model: BatteryModel;
  readonly plan: Plan;
  /** Stored energy in MWh. */
  readonly socMwhr: number;
  /** Terminal power in MW, from which the ramp continues. */
  readonly currentMw: number;
  /** The own state of its model. */
  readonly own: OwnState;
  /** Number on the grid of the tick that ended last. */
  readonly tick: number;
  /** Length of a tick in s. */
  readonly dtS: number;
  /** Its site with the load of the other assets there; left out where the site has no limits. */
  readonly site?: SiteLoad | undefined;
}
