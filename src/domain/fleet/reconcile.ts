// Reconciliation of the assets file with a fleet that has sites and assets of the API as well.
import type { Asset, Site } from "./asset.ts";
import type { Violation } from "./asset-rules.ts";
import type { Origin, Origins } from "./change.ts";
import { createFleetTable, type FleetTable } from "./fleet-table.ts";
import { hasSameFields } from "./update.ts";

/** A valid fleet of the file, or the default one. */
export interface GivenFleet {
  readonly sites: readonly Site[];
  readonly assets: readonly Asset[];
}

export type Reconciled =
  | {
      readonly accepted: true;
      /** Shares the unchanged parts. */
      readonly table: FleetTable;
      readonly origins: Origins;
      /** Ids of the assets that are no longer named, in order: they are neither in use nor retired. */
      readonly goneIds: readonly string[];
    }
  | { readonly accepted: false; readonly violations: readonly Violation[] };

/**
 * Replaces all sites and assets of other origins than the API by the given ones; those of the API stay. Refuses ids
 * of the API, and to retire a site at which assets of the API run. A site that is no longer named
 * stays while assets of the API belong to it.
 */
export function reconcileFleet(
  table: FleetTable,
  origins: Origins,
  given: GivenFleet,
  origin: Exclude<Origin, "api">,
): Reconciled {
  const isOfApi = ({ id }: Site | Asset) => origins.get(id) === "api";
  const violations = [
    ...takenIds("sites", given.sites, origins),
    ...busySites(table, given.sites, isOfApi),
    ...takenIds("assets", given.assets, origins),
  ];
  if (violations.length > 0) return { accepted: false, violations };

  const before = [...table.assets, ...table.retired];
  const ofApi = before.filter(isOfApi);
  const usedSiteIds = new Set(ofApi.map(({ siteId }) => siteId));
  const givenSiteIds = new Set(given.sites.map(({ id }) => id));
  const staying = [...table.sites, ...table.retiredSites].filter(
    (site) => isOfApi(site) || (usedSiteIds.has(site.id) && !givenSiteIds.has(site.id)),
  );
  const sites = given.sites.map((site) => shared(table.findSite(site.id), site));
  const assets = given.assets.map((asset) => shared(table.findAsset(asset.id), asset));
  const brought = [...sites, ...assets].map(({ id }) => [id, origin] as const);
  const kept = [...staying, ...ofApi].map(({ id }) => [id, origins.get(id) ?? origin] as const);
  const next = createFleetTable([...sites, ...staying], [...assets, ...ofApi]);
  return {
    accepted: true,
    table: next,
    origins: new Map([...kept, ...brought]),
    goneIds: before.flatMap(({ id }) => (next.findAsset(id) === undefined ? [id] : [])).sort(),
  };
}

function takenIds(
  list: Violation["list"],
  items: readonly (Site | Asset)[],
  origins: Origins,
): Violation[] {
  return items.flatMap(({ id }, index) => {
    if (origins.get(id) !== "api") return [];
    const message = `${id} was registered by the API: take one that was never used`;
    return [{ list, index, field: "id" as const, message }];
  });
}

function busySites(
  table: FleetTable,
  sites: readonly Site[],
  isOfApi: (asset: Asset) => boolean,
): Violation[] {
  return sites.flatMap(({ id, name, retired }, index) => {
    const count = retired ? table.assetsOfSite(id).filter(isOfApi).length : 0;
    if (count === 0) return [];
    const message = `must not be true: ${count} assets of the API run at ${name}: retire them first`;
    return [{ list: "sites" as const, index, field: "retired" as const, message }];
  });
}

/** The present item, where the given one is equal. */
function shared<T extends object>(before: T | undefined, item: T): T {
  return before !== undefined && hasSameFields(before, item) ? before : item;
}
