// A fleet while one change after the other is made to it; the table is made once, at the end.
import type { Asset, Site } from "./asset.ts";
import type { Origin, Origins } from "./change.ts";
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
  /** What was put, each in its last form. */
  puts(): { readonly sites: readonly Site[]; readonly assets: readonly Asset[] };
  /** One that begins as this one is now; what is put there is not put here. This one is left alone meanwhile. */
  fork(): FleetDraft;
  /** Puts all that was put into another one. */
  take(other: FleetDraft): void;
}

/** A draft that a table can be made of. */
export interface WholeFleetDraft extends FleetDraft {
  /** The fleet as it is now; the given table where nothing was put. Costs as much as the table. */
  finish(): { readonly table: FleetTable; readonly origins: Origins };
}

/** What a draft begins with. */
type Beginning = Pick<FleetDraft, "site" | "asset" | "originOf" | "runningAt" | "running">;

export function createFleetDraft(table: FleetTable, origins: Origins): WholeFleetDraft {
  const draft = draftOf({
    site: table.findSite,
    asset: table.findAsset,
    originOf: (id) => origins.get(id),
    runningAt: (siteId) => table.indexesOfSite(siteId).length,
    running: () => table.assets.length,
  });
  return {
    ...draft,
    finish() {
      const { sites, assets } = draft.puts();
      if (sites.length + assets.length === 0) return { table, origins };
      const added = [...sites, ...assets].filter(({ id }) => !origins.has(id));
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

function draftOf(beginning: Beginning): FleetDraft {
  const sites = new Map<string, Site>();
  const assets = new Map<string, Asset>();
  const moreAt = new Map<string, number>();
  let more = 0;

  function count(counted: Asset | undefined, step: 1 | -1): void {
    if (counted === undefined || counted.retired) return;
    more += step;
    moreAt.set(counted.siteId, (moreAt.get(counted.siteId) ?? 0) + step);
  }

  const draft: FleetDraft = {
    site: (id) => sites.get(id) ?? beginning.site(id),
    asset: (id) => assets.get(id) ?? beginning.asset(id),
    originOf: (id) =>
      beginning.originOf(id) ?? (sites.has(id) || assets.has(id) ? "api" : undefined),
    runningAt: (siteId) => beginning.runningAt(siteId) + (moreAt.get(siteId) ?? 0),
    running: () => beginning.running() + more,
    putSite: (put) => void sites.set(put.id, put),
    putAsset(put) {
      count(draft.asset(put.id), -1);
      assets.set(put.id, put);
      count(put, 1);
    },
    puts: () => ({ sites: [...sites.values()], assets: [...assets.values()] }),
    fork: () => draftOf(draft),
    take(other) {
      const put = other.puts();
      for (const site of put.sites) draft.putSite(site);
      for (const asset of put.assets) draft.putAsset(asset);
    },
  };
  return draft;
}

/** What there was, with what was put in its place or added. */
function withPut<T extends { readonly id: string }>(
  before: readonly T[],
  put: readonly T[],
  find: (id: string) => T | undefined,
): T[] {
  const putById = new Map(put.map((item) => [item.id, item]));
  const added = put.filter(({ id }) => find(id) === undefined);
  return [...before.map((item) => putById.get(item.id) ?? item), ...added];
}
