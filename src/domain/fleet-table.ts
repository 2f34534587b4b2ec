import { assert } from "./assert.ts";
import type { Asset, Site } from "./asset.ts";

/** Which assets a fleet has, in a fixed order: position `i` here is position `i` of every column of a frame. */
export interface FleetTable {
  readonly sites: readonly Site[];
  readonly assets: readonly Asset[];
  /** The site of the asset at this position. */
  siteAt(index: number): Site;
  /** The position of an asset, or undefined where no asset has this id. Ids are compared in lower case. */
  indexOf(assetId: string): number | undefined;
  siteOf(siteId: string): Site | undefined;
  /** The positions of a site's assets, in order; empty for an unknown site. */
  indexesOfSite(siteId: string): readonly number[];
}

/** Makes the table of a sound fleet (see `fleetViolations`). */
export function createFleetTable(sites: readonly Site[], assets: readonly Asset[]): FleetTable {
  const siteById = new Map(sites.map((site) => [site.id, site]));
  const indexById = new Map<string, number>();
  const indexesBySite = new Map<string, number[]>(sites.map((site) => [site.id, []]));
  assets.forEach((asset, index) => {
    assert(!indexById.has(asset.id), "an asset's id is used once");
    indexById.set(asset.id, index);
    const siblings = indexesBySite.get(asset.siteId);
    assert(siblings !== undefined, "an asset's site is in the fleet");
    siblings.push(index);
  });
  return {
    sites,
    assets,
    siteAt: (index) => siteById.get((assets[index] as Asset).siteId) as Site,
    indexOf: (assetId) => indexById.get(assetId.toLowerCase()),
    siteOf: (siteId) => siteById.get(siteId.toLowerCase()),
    indexesOfSite: (siteId) => indexesBySite.get(siteId.toLowerCase()) ?? [],
  };
}
