// The reload of the assets file, decided against the fleet that runs.

import type { RefusalCode } from "../../domain/base/codes.ts";
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import type { Violation } from "../../domain/fleet/asset-rules.ts";
import type { Clamp, Origin, Origins } from "../../domain/fleet/change.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { type GivenFleet, reconcileFleet } from "../../domain/fleet/reconcile.ts";
import { countsOf, type FleetCounts } from "./counts.ts";

/** A fleet, with the origin of each of its sites and assets. */
export interface OwnedFleet {
  readonly table: FleetTable;
  readonly origins: Origins;
}

export type ReloadRefused =
  /** The file contradicts what came by the API. */
  | { readonly accepted: false; readonly violations: readonly Violation[] }
  /** More than half of the stored assets would be removed. */
  | {
      readonly accepted: false;
      readonly refusal: { readonly code: RefusalCode; readonly message: string };
    };

export type ReloadResult =
  | { readonly accepted: true; readonly counts: FleetCounts; readonly clamps: readonly Clamp[] }
  | ReloadRefused;

/** An accepted reload. */
export interface Reload {
  readonly accepted: true;
  readonly next: OwnedFleet;
  /** The sites and assets that differ. */
  readonly sites: readonly Site[];
  readonly assets: readonly Asset[];
  readonly counts: FleetCounts;
  /** Assets that the file names no more. */
  readonly goneIds: readonly string[];
  /** Assets that were retired and run again. */
  readonly backIds: readonly string[];
}

/** @param mayPrune Whether more than half of the assets of the file may go. */
export function decideReload(
  before: OwnedFleet,
  given: GivenFleet,
  origin: Exclude<Origin, "api">,
  mayPrune: boolean,
): Reload | ReloadRefused {
  const { table, origins } = before;
  const next = reconcileFleet(table, origins, given, origin);
  if (!next.accepted) return next;
  const isOfFile = (id: string) => origins.get(id) === "file";
  const goneIds = next.goneIds.filter(isOfFile);
  const fileCount = [...table.assets, ...table.retired].filter(({ id }) => isOfFile(id)).length;
  if (goneIds.length * 2 > fileCount && !mayPrune) {
    const message = `the assets file no longer names ${goneIds.length} of ${fileCount} assets, and their history would be removed: start again with PRUNE=1 if this is meant`;
    return { accepted: false, refusal: { code: "PRUNE_REFUSED", message } };
  }
  const isNew = (item: Site | Asset, known: Site | Asset | undefined) =>
    item !== known || origins.get(item.id) !== next.origins.get(item.id);
  const sites = sitesOf(next.table).filter((site) => isNew(site, table.findSite(site.id)));
  const assets = assetsOf(next.table).filter((asset) => isNew(asset, table.findAsset(asset.id)));
  const goneSites = sitesOf(table).filter(({ id }) => next.table.findSite(id) === undefined);
  const isSame = [sites, assets, goneSites, next.goneIds].every(({ length }) => length === 0);
  return {
    accepted: true,
    next: isSame ? before : next,
    sites,
    assets,
    counts: {
      sites: countsOf(sites, table.findSite, goneSites.length),
      assets: countsOf(assets, table.findAsset, next.goneIds.length),
    },
    goneIds,
    backIds: assets
      .filter(({ id, retired }) => !retired && table.findAsset(id)?.retired)
      .map(({ id }) => id),
  };
}

const sitesOf = ({ sites, retiredSites }: FleetTable) => [...sites, ...retiredSites];
const assetsOf = ({ assets, retired }: FleetTable) => [...assets, ...retired];
