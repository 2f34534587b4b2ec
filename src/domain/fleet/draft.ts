// The draft of a fleet, to which changes are applied one after the other; the table is made once, at the end.
import type { Asset, Site } from "./asset.ts";
import type { Origin, Origins } from "./change.ts";
import { clashes, createPathCounts, type PathCounts } from "./data-path.ts";
import { createFleetTable, type FleetTable } from "./fleet-table.ts";

/** Ids are in lower case. */
export interface FleetDraft {
  /** The site of this id as it is now, in use or retired, or undefined. */
  site(id: string): Site | undefined;
  /** The asset of this id as it is now, running or retired, or undefined. */
  asset(id: string): Asset | undefined;
  /** The origin of the site or asset of this id. */
  originOf(id: string): Origin | undefined;
  /** The number of assets in use at a site. */
  runningAt(siteId: string): number;
  /** The number of assets in use. */
  running(): number;
  /** The numbers of assets at data paths, and below them. */
  readonly paths: Pick<PathCounts, "at" | "below">;
  /** Whether a data path clashes with that of an asset other than the one of this id. */
  isPathTaken(dataPath: string, besidesId: string): boolean;
  /** Replaces the site of the same id, or adds a site of the API. */
  putSite(site: Site): void;
  /** Replaces the asset of the same id, or adds an asset of the API. */
  putAsset(asset: Asset): void;
  /** The sites and assets that were put, each in its last form. */
  puts(): { readonly sites: readonly Site[]; readonly assets: readonly Asset[] };
  /** A draft on top of this one; changes to it do not change this one, which must not be changed meanwhile. */
  fork(): FleetDraft;
  /** Applies all changes to another draft. */
  take(other: FleetDraft): void;
}

/** A draft that a table can be made of. */
export interface WholeFleetDraft extends FleetDraft {
  /** The fleet with the changes; the given table where nothing was put. The cost is that of the table. */
  finish(): { readonly table: FleetTable; readonly origins: Origins };
}

/** The base of a draft. */
type Beginning = Pick<
  FleetDraft,
  "site" | "asset" | "originOf" | "runningAt" | "running" | "paths"
>;

export function createFleetDraft(table: FleetTable, origins: Origins): WholeFleetDraft {
  const draft = draftOf({
    site: table.findSite,
    asset: table.findAsset,
    originOf: (id) => origins.get(id),
    runningAt: (siteId) => table.indexesOfSite(siteId).length,
    running: () => table.assets.length,
    paths: pathsOf(table),
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

/** Counted once they are needed: few changes look at them. */
function pathsOf({ assets, retired }: FleetTable): Pick<PathCounts, "at" | "below"> {
  let counts: PathCounts | undefined;
  function counted(): PathCounts {
    if (counts !== undefined) return counts;
    counts = createPathCounts();
    for (const { dataPath } of assets) counts.count(dataPath, 1);
    for (const { dataPath } of retired) counts.count(dataPath, 1);
    return counts;
  }
  return { at: (path) => counted().at(path), below: (path) => counted().below(path) };
}

function draftOf(beginning: Beginning): FleetDraft {
  const sites = new Map<string, Site>();
  const assets = new Map<string, Asset>();
  const moreAt = new Map<string, number>();
  const paths = createPathCounts(beginning.paths);
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
    paths,
    isPathTaken(dataPath, besidesId) {
      const own = draft.asset(besidesId)?.dataPath;
      const others = {
        at: (path: string) => paths.at(path) - (path === own ? 1 : 0),
        below: (path: string) => paths.below(path) - (own?.startsWith(`${path}/`) ? 1 : 0),
      };
      return clashes(others, dataPath);
    },
    putSite: (put) => void sites.set(put.id, put),
    putAsset(put) {
      const before = draft.asset(put.id);
      count(before, -1);
      assets.set(put.id, put);
      count(put, 1);
      if (before?.dataPath === put.dataPath) return;
      if (before !== undefined) paths.count(before.dataPath, -1);
      paths.count(put.dataPath, 1);
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

/** The items of the base, with replaced and added ones. */
function withPut<T extends { readonly id: string }>(
  before: readonly T[],
  put: readonly T[],
  find: (id: string) => T | undefined,
): T[] {
  const putById = new Map(put.map((item) => [item.id, item]));
  const added = put.filter(({ id }) => find(id) === undefined);
  return [...before.map((item) => putById.get(item.id) ?? item), ...added];
}
