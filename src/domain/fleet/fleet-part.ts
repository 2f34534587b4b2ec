// A part of a fleet, as a table of its own: what lies outside does not exist in it.
import type { Asset, Site } from "./asset.ts";
import { createFleetTable, type FleetTable } from "./fleet-table.ts";

export interface PartRules {
  hasSite(site: Site): boolean;
  hasAsset(asset: Asset): boolean;
}

/** The chosen assets with their sites, and the chosen sites. */
export function partOf(table: FleetTable, { hasSite, hasAsset }: PartRules): FleetTable {
  const assets = [...table.assets, ...table.retired].filter(hasAsset);
  const siteIds = new Set(assets.map(({ siteId }) => siteId));
  const sites = [...table.sites, ...table.retiredSites].filter(
    (site) => siteIds.has(site.id) || hasSite(site),
  );
  return createFleetTable(sites, assets);
}
