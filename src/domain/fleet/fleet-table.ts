// The table of the assets and sites of a fleet.
import { assert } from "../base/assert.ts";
import type { Asset, Site } from "./asset.ts";

/**
 * The assets of a fleet, in the order of their ids: index `i` here is index `i` of every column
 * of a frame, and a list stays in order while assets are added and removed. Retired ones have no index: queries of
 * history find them by `findAsset` and `findSite`.
 */
export interface FleetTable {
  /** Sites in use, in the order of their ids. */
  readonly sites: readonly Site[];
  /** Retired sites, in the order of their ids. */
  readonly retiredSites: readonly Site[];
  /** Assets in use, in the order of their ids. */
  readonly assets: readonly Asset[];
  /** Retired assets, in the order of their ids. */
  readonly retired: readonly Asset[];
  /** The site of the asset at this index. */
  siteAt(index: number): Site;
  /** The index of an asset, or undefined where no asset in use has this id. Ids are compared in lower case. */
  indexOf(assetId: string): number | undefined;
  /** The asset in use of this id, or undefined. */
  assetOf(assetId: string): Asset | undefined;
  /** The asset of this id, in use or retired, or undefined. */
  findAsset(assetId: string): Asset | undefined;
  /** The site in use of this id, or undefined. */
  siteOf(siteId: string): Site | undefined;
  /** The site of this id, in use or retired, or undefined. */
  findSite(siteId: string): Site | undefined;
  /** The indexes of a site's assets in use, in order; empty for an unknown site. */
  indexesOfSite(siteId: string): readonly number[];
  /** A site's assets in use, in order; empty for an unknown site. */
  assetsOfSite(siteId: string): readonly Asset[];
}

/** Makes the table of a valid fleet (see `fleetViolations`). */
export function createFleetTable(
  givenSites: readonly Site[],
  givenAssets: readonly Asset[],
): FleetTable {
  const sites = inOrder(givenSites.filter((site) => !site.retired));
  const retiredSites = inOrder(givenSites.filter((site) => site.retired));
  const assets = inOrder(givenAssets.filter(({ retired }) => !retired));
  const retired = inOrder(givenAssets.filter(({ retired }) => retired));
  const retiredById = new Map(retired.map((asset) => [asset.id, asset]));
  const siteById = new Map(sites.map((site) => [site.id, site]));
  const retiredSiteById = new Map(retiredSites.map((site) => [site.id, site]));
  const indexById = new Map<string, number>();
  const indexesBySite = new Map<string, number[]>(sites.map((site) => [site.id, []]));
  assets.forEach((asset, index) => {
    assert(!indexById.has(asset.id), "an asset's id is used once");
    indexById.set(asset.id, index);
    const siblings = indexesBySite.get(asset.siteId);
    assert(siblings !== undefined, "the site of an asset that runs is in use");
    siblings.push(index);
  });
  const indexesOfSite = (siteId: string) => indexesBySite.get(siteId.toLowerCase()) ?? [];
  for (const { id, siteId } of retired) {
    assert(!indexById.has(id), "an asset's id is used once");
    assert(siteById.has(siteId) || retiredSiteById.has(siteId), "an asset's site is in the fleet");
  }
  const indexOf = (assetId: string) => indexById.get(assetId.toLowerCase());
  const assetOf = (assetId: string) => assets[indexOf(assetId) ?? -1];
  const siteOf = (siteId: string) => siteById.get(siteId.toLowerCase());
  return {
    sites,
    retiredSites,
    assets,
    retired,
    siteAt: (index) => siteById.get((assets[index] as Asset).siteId) as Site,
    indexOf,
    assetOf,
    findAsset: (assetId) => assetOf(assetId) ?? retiredById.get(assetId.toLowerCase()),
    siteOf,
    findSite: (siteId) => siteOf(siteId) ?? retiredSiteById.get(siteId.toLowerCase()),
    indexesOfSite,
    assetsOfSite: (siteId) => indexesOfSite(siteId).map((index) => assets[index] as Asset),
  };
}

/**
 * Where the assets of one table stood in another, in one walk over both: the position in `from` of each asset
 * that runs in `to`, -1 where none of its id runs there.
 */
export function indexesIn(from: FleetTable, to: FleetTable): Int32Array {
  const indexes = new Int32Array(to.assets.length);
  let at = 0;
  to.assets.forEach(({ id }, index) => {
    while ((from.assets[at]?.id ?? id) < id) at++;
    indexes[index] = from.assets[at]?.id === id ? at : -1;
  });
  return indexes;
}

function inOrder<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
