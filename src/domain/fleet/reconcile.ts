// Reconciliation of the assets file with a fleet that has sites and assets of the API as well.
import type { Asset, Site } from "./asset.ts";
import { pathViolation, type Violation } from "./asset-rules.ts";
import type { Origin, Origins } from "./change.ts";
import { createPathClaims, distinctDataPath } from "./data-path.ts";
import { createFleetTable, type FleetTable } from "./fleet-table.ts";
import { hasSameFields } from "./update.ts";

/** A valid fleet of the file, or the default one. */
export interface GivenFleet {
  readonly sites: readonly Site[];
  readonly assets: readonly Asset[];
  /** Ids of the assets whose data path is given by name. The others keep the one that they have. Left out: none. */
  readonly ownPathIds?: ReadonlySet<string> | undefined;
}

/** The data path that an asset has already; undefined where it has none. */
export type PathOf = (assetId: string) => string | undefined;

export type Reconciled =
  | {
      readonly accepted: true;
      /** Shares the unchanged parts. */
      readonly table: FleetTable;
      readonly origins: Origins;
      /** The given assets, with the data paths that they kept. */
      readonly assets: readonly Asset[];
      /** Ids of the assets that are no longer named, in order: they are neither in use nor retired. */
      readonly goneIds: readonly string[];
    }
  | { readonly accepted: false; readonly violations: readonly Violation[] };

/**
 * Replaces all sites and assets of other origins than the API by the given ones; those of the API stay. Refuses ids
 * of the API, data paths that clash, and to retire a site at which assets of the API run. A site that is no longer
 * named stays while assets of the API belong to it.
 */
export function reconcileFleet(
  table: FleetTable,
  origins: Origins,
  given: GivenFleet,
  origin: Exclude<Origin, "api">,
  pathOf: PathOf = (id) => table.findAsset(id)?.dataPath,
): Reconciled {
  const isOfApi = ({ id }: Site | Asset) => origins.get(id) === "api";
  const before = [...table.assets, ...table.retired];
  const ofApi = before.filter(isOfApi);
  const pathed = withPaths(given, ofApi, origin, pathOf);
  const violations = [
    ...takenIds("sites", given.sites, origins),
    ...busySites(table, given.sites, isOfApi),
    ...takenIds("assets", given.assets, origins),
    ...pathed.violations,
  ];
  if (violations.length > 0) return { accepted: false, violations };

  const usedSiteIds = new Set(ofApi.map(({ siteId }) => siteId));
  const givenSiteIds = new Set(given.sites.map(({ id }) => id));
  const staying = [...table.sites, ...table.retiredSites].filter(
    (site) => isOfApi(site) || (usedSiteIds.has(site.id) && !givenSiteIds.has(site.id)),
  );
  const sites = given.sites.map((site) => shared(table.findSite(site.id), site));
  const assets = pathed.assets.map((asset) => shared(table.findAsset(asset.id), asset));
  const brought = [...sites, ...assets].map(({ id }) => [id, origin] as const);
  const kept = [...staying, ...ofApi].map(({ id }) => [id, origins.get(id) ?? origin] as const);
  const next = createFleetTable([...sites, ...staying], [...assets, ...ofApi]);
  return {
    accepted: true,
    table: next,
    assets,
    origins: new Map([...kept, ...brought]),
    goneIds: before.flatMap(({ id }) => (next.findAsset(id) === undefined ? [id] : [])).sort(),
  };
}

/**
 * The given assets with the data paths that they keep, and those whose path clashes. A path that is kept
 * comes before a new one. In the default fleet, which no person wrote, a new path that clashes is made distinct.
 */
function withPaths(given: GivenFleet, ofApi: readonly Asset[], origin: Origin, pathOf: PathOf) {
  const assets = withKeptPaths(given, pathOf) as Asset[];
  const claims = createPathClaims<{ readonly place: string; readonly asset: Asset }>();
  for (const asset of ofApi)
    claims.claim(asset.dataPath, { place: `${asset.name}, an asset of the API`, asset });
  const violations: Violation[] = [];
  const claim = (index: number, asset: Asset) =>
    claims.claim(asset.dataPath, { place: `assets[${index}]`, asset });
  // An id of the API is refused by itself.
  const apiIds = new Set(ofApi.map(({ id }) => id));
  const isKept = ({ id, dataPath }: Asset) => pathOf(id) === dataPath;
  for (const kept of [true, false])
    for (const [index, asset] of assets.entries()) {
      if (apiIds.has(asset.id) || isKept(asset) !== kept) continue;
      const other = claim(index, asset);
      if (other === undefined) continue;
      const distinct = { ...asset, dataPath: distinctDataPath(asset) };
      if (origin === "default" && claim(index, distinct) === undefined) assets[index] = distinct;
      else violations.push(pathViolation(index, asset, other.place, other.asset));
    }
  return { assets, violations };
}

/** The given assets, with the data path that each has already, unless another one is given by name. */
export function withKeptPaths(
  { assets, ownPathIds }: GivenFleet,
  pathOf: PathOf,
): readonly Asset[] {
  return assets.map((asset) => {
    const kept = ownPathIds?.has(asset.id) ? undefined : pathOf(asset.id);
    return kept === undefined || kept === asset.dataPath ? asset : { ...asset, dataPath: kept };
  });
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
