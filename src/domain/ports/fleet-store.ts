// The port of a store of sites, assets and their states.
import type { AuditRecord } from "../audit/record.ts";
import type { StoredModelState } from "../battery/stored-state.ts";
import type { Asset, Site } from "../fleet/asset.ts";
import type { Origin, Origins } from "../fleet/change.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";
import type { StateValues } from "../telemetry/columns.ts";

/** The last stored state of an asset. */
export interface AssetLeft extends StateValues {
  readonly timestampMs: number;
  /** The own state of its battery model, as it is stored; left out or null: none. */
  readonly modelState?: StoredModelState | null;
}

/** The stored fleet, reconciled with the file. */
export interface OpenedFleet {
  readonly table: FleetTable;
  readonly origins: Origins;
  /** The last states of assets that ticked before; also of retired ones. */
  readonly states: ReadonlyMap<string, AssetLeft>;
}

/** New and changed sites and assets; also retired ones. */
export interface FleetDifference {
  readonly sites: readonly Site[];
  readonly assets: readonly Asset[];
  /** The origin of each by id. */
  originOf(id: string): Origin;
}

/** Rejects with STORE_UNAVAILABLE where the store is unavailable. Nothing was stored then, unless it became unavailable meanwhile: a repetition is safe. */
export interface FleetStore {
  /**
   * Stores all of it, or nothing. A new asset is stored from then on, also if the server ends before its first tick.
   *
   * @throws Fault STORE_UNAVAILABLE also where the API brings an id that is still stored as one of the file.
   */
  put(difference: FleetDifference, audit?: readonly AuditRecord[]): Promise<void>;
  /**
   * Removes assets of the file that it no longer names, with their telemetry and dispatches, once all their
   * samples are written. Called when they no longer report. Assets of the API stay; sites of the file
   * are removed at the next start.
   *
   * @param goneIds Ids of assets.
   */
  prune(goneIds: readonly string[]): Promise<void>;
  /** The last states of assets; without assets that never ticked. */
  statesOf(assetIds: readonly string[]): Promise<ReadonlyMap<string, AssetLeft>>;
}
