// Which sites and assets there are, and where assets were left: kept.
import type { Asset, Site } from "../fleet/asset.ts";
import type { Origin, Origins } from "../fleet/change.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";

/** Where one asset stood when it was last heard of. */
export interface AssetLeft {
  readonly timestampMs: number;
  readonly socMwhr: number;
  readonly currentMw: number;
  readonly setpointMw: number;
  readonly energyInMwhr: number;
  readonly energyOutMwhr: number;
}

/** The fleet as it was kept, with what the file says now. */
export interface OpenedFleet {
  readonly table: FleetTable;
  readonly origins: Origins;
  /** Where every asset was left that ticked before; retired ones too. */
  readonly states: ReadonlyMap<string, AssetLeft>;
}

/** What came to a fleet, or changed in it; retired ones too. */
export interface FleetDifference {
  readonly sites: readonly Site[];
  readonly assets: readonly Asset[];
  /** Who brought it, for each of them by id. */
  originOf(id: string): Origin;
}

/** Rejects with STORE_UNAVAILABLE where the store is away. Nothing was kept then, but where it went away in the act: to do it again is safe. */
export interface FleetStore {
  /**
   * Keeps all of it, or nothing. A new asset is known from then on, also if the server ends before its first tick.
   *
   * @throws Fault STORE_UNAVAILABLE also where the API brings an id that is still stored as one of the file.
   */
  put(difference: FleetDifference): Promise<void>;
  /**
   * Removes assets of the file that it no longer names, with their telemetry and dispatches, once all that was
   * reported is written. Called when they report no more. Those that came by the API stay; sites of the file
   * go at the next start.
   *
   * @param goneIds Ids of assets.
   */
  prune(goneIds: readonly string[]): Promise<void>;
  /** Where assets were left; without those that never ticked. */
  statesOf(assetIds: readonly string[]): Promise<ReadonlyMap<string, AssetLeft>>;
}
