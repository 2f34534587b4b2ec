// A fleet while one change after the other is made to it; the table is made once, at the end.
import type { Asset, Site } from "./asset.ts";
import type { Origin, Origins } from "./fleet-change.ts";
import { createFleetTable, type FleetTable } from "./fleet-table.ts";

/** Ids are in lower case. */
export interface FleetDraft {
  /** The site of this id as it is now, in use or retired, or undefined. */
  site(id: string): Site | undefined;
  /** The asset of this id as it is now, running or retired, or undefined. */
  asset(id: string): Asset | undefined;
  /** Who brought the site or asset of this id. */
  originOf(id: string): Origin | undefined;
  /** How many assets run at a site now. */
  runningAt(siteId: string): number;
  /** How many assets run now. */
  running(): number;
  /** Puts a site in the place of the one of its id, or adds it as one of the API. */
  putSite(site: Site): void;
  /** Likewise an asset. */
  putAsset(asset: Asset): void;
  /** The fleet as it is now; the given table where nothing was put. */
  finish(): { readonly table: FleetTable; readonly origins: Origins };
}

export function createFleetDraft(table: FleetTable, origins: Origins): FleetDraft {
  const sites = new Map<string, Site>();
  const assets = new Map<string, Asset>();
  const moreAt = new Map<string, number>();
  let running = table.assets.length;

  const site = (id: string) => sites.get(id) ?? table.findSite(id);
  const asset = (id: string) => assets.get(id) ?? table.findAsset(id);
  const isNew = ({ id }: Site | Asset) => !origins.has(id);
  function count(counted: Asset | undefined, more: 1 | -1): void {
    if (counted === undefined || counted.retired) return;
    running += more;
    moreAt.set(counted.siteId, (moreAt.get(counted.siteId) ?? 0) + more);
  }

  return {
    site,
    asset,
    originOf: (id) => origins.get(id) ?? (sites.has(id) || assets.has(id) ? "api" : undefined),
    runningAt: (siteId) => table.indexesOfSite(siteId).length + (moreAt.get(siteId) ?? 0),
    running: () => running,
    putSite: (put) => void sites.set(put.id, put),
    putAsset(put) {
      count(asset(put.id), -1);
      assets.set(put.id, put);
      count(put, 1);
    },
    finish() {
      if (sites.size + assets.size === 0) return { table, origins };
      const added = [...sites.values(), ...assets.values()].filter(isNew);
      return {
        table: createFleetTable(
          withPut([...table.sites, ...table.retiredSites], sites, table.findSite),
          withPut([...table.assets, ...table.retired], assets, table.findAsset),
        ),
        origins:
          added.length === 0
            ? origins
            : new Map([...origins, ...added.map(({ id }) => [id, "api"] as const)]),
      };
    },
  };
}

/** What there was, with what was put in its place or added. */
function withPut<T extends { readonly id: string }>(
  before: readonly T[],
  put: ReadonlyMap<string, T>,
  find: (id: string) => T | undefined,
): T[] {
  const added = [...put.values()].filter(({ id }) => find(id) === undefined);
  return [...before.map((item) => put.get(item.id) ?? item), ...added];
}
