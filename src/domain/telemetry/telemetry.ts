// Telemetry, the report of one asset at one instant.
import type { Asset, Site } from "../fleet/asset.ts";

export type AssetStatus = "charging" | "discharging" | "idle";

/** The limit that held an asset's power away from its setpoint. */
export type PowerLimit = "ramp" | "power" | "energy" | "site";

/** The report of one asset at one instant. */
export interface Telemetry {
  readonly asset: Asset;
  readonly site: Site;
  /** The instant, in ms since the epoch, UTC. */
  readonly timestampMs: number;
  /** Length of the tick that ends at the instant, in s. */
  readonly dtS: number;
  /** Stored energy in MWh. */
  readonly socMwhr: number;
  /** Stored energy in per cent of the capacity. */
  readonly socPct: number;
  /** Energy at 100 % SoC at that instant, in MWh. */
  readonly capacityMwhr: number;
  /** Limits at that instant, in MW. */
  readonly maxMw: number;
  readonly minMw: number;
  /** Terminal power in MW held over the tick that ends at the instant, discharge positive. */
  readonly currentMw: number;
  /** Requested power in MW. */
  readonly setpointMw: number;
  readonly status: AssetStatus;
  /** The last limit that changed the power; null where no limit applied. */
  readonly limitedBy: PowerLimit | null;
  /** Meter of energy charged at the terminal, in MWh, only rising. */
  readonly energyInMwhr: number;
  /** Meter of energy discharged at the terminal, in MWh, only rising. */
  readonly energyOutMwhr: number;
}
