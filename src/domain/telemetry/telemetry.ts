// Telemetry, the report of one asset at one instant.
import type { Asset, Site } from "../fleet/asset.ts";
import type { SampleValues } from "./columns.ts";

export type AssetStatus = "charging" | "discharging" | "idle";

/** The limit that held an asset's power away from its setpoint. */
export type PowerLimit = "ramp" | "power" | "energy" | "site";

/** The report of one asset at one instant. */
export interface Telemetry extends SampleValues {
  readonly asset: Asset;
  readonly site: Site;
  /** The instant, in ms since the epoch, UTC. */
  readonly timestampMs: number;
  /** Since when a sample that came late is known, in ms since the epoch; null: since its instant. */
  readonly knownMs: number | null;
  /** Length of the tick that ends at the instant, in s. */
  readonly dtS: number;
  readonly status: AssetStatus;
  /** The last limit that changed the power; null where no limit applied. */
  readonly limitedBy: PowerLimit | null;
}
