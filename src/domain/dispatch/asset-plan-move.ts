// The plans of a fleet, from one table to another.
import { type FleetTable, indexesIn } from "../fleet/fleet-table.ts";
import { makePlan, type Plan } from "./asset-plan.ts";

export interface MovedPlans {
  /** One for each asset of the new table, in its order. */
  readonly plans: Plan[];
  /** Positions in the new table of the assets that did not run in the old one. */
  readonly come: readonly number[];
  /** Positions in the old table of the assets that do not run in the new one. */
  readonly gone: readonly number[];
}

/**
 * Orders plans, one for each asset of a table, by another table. Each stays as it is but for the fallback of its
 * asset: a power that an asset holds, and its open dispatches, stay.
 */
export function movePlans(plans: readonly Plan[], from: FleetTable, to: FleetTable): MovedPlans {
  const indexes = indexesIn(from, to);
  const come: number[] = [];
  const moved = to.assets.map(({ fallbackMw = 0 }, index) => {
    const plan = plans[indexes[index] as number];
    if (plan === undefined) come.push(index);
    if (plan?.fallbackMw === fallbackMw) return plan;
    return plan === undefined ? makePlan([], 0, fallbackMw) : { ...plan, fallbackMw };
  });
  const gone = [...indexesIn(to, from).entries()].flatMap(([index, at]) => (at < 0 ? [index] : []));
  return { plans: moved, come, gone };
}

/**
 * The assets of a new table whose promises a change may have touched: those that differ from the old table, and all
 * at a site with limits, old or new, where one differs, or the site itself does.
 */
export function changedAssetIds(from: FleetTable, to: FleetTable): readonly string[] {
  const changed = new Set<string>();
  const siteIds = new Set<string>();
  const differs = (a: FleetTable, b: FleetTable) => {
    for (const asset of a.assets) {
      if (b.assetOf(asset.id) === asset) continue;
      siteIds.add(asset.siteId);
      if (to.assetOf(asset.id) !== undefined) changed.add(asset.id);
    }
    for (const site of a.sites) if (b.siteOf(site.id) !== site) siteIds.add(site.id);
  };
  differs(from, to);
  differs(to, from);
  const hasLimits = (table: FleetTable, id: string) => {
    const site = table.siteOf(id);
    return (site?.maxExportMw ?? site?.maxImportMw) !== undefined;
  };
  for (const id of siteIds)
    if (hasLimits(from, id) || hasLimits(to, id))
      for (const asset of to.assetsOfSite(id)) changed.add(asset.id);
  return [...changed];
}
