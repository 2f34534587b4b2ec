// The loads of sites with limits, for decisions on their assets.
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import { planLoad } from "../../domain/dispatch/plan-forecast.ts";
import { loadOfAll, type SiteLoad } from "../../domain/dispatch/site-load.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";

/** The state of an asset with the load of its site. @param stateOf The state of an asset by itself. */
export function withSite(
  table: FleetTable,
  index: number,
  stateOf: (index: number) => AssetState,
): AssetState {
  const site = siteLoadOf(table, index, stateOf);
  const state = stateOf(index);
  return site === undefined ? state : { ...state, site };
}

/**
 * The site of an asset with the load of its other assets; undefined where the site has no limits.
 *
 * @param stateOf The state of the asset at a position of the table.
 */
function siteLoadOf(
  table: FleetTable,
  index: number,
  stateOf: (index: number) => AssetState,
): SiteLoad | undefined {
  const site = table.siteOf(table.assets[index]?.siteId ?? "");
  if ((site?.maxExportMw ?? site?.maxImportMw) === undefined || site === undefined)
    return undefined;
  const { id, name, maxExportMw = Infinity, maxImportMw = Infinity } = site;
  const others = table.indexesOfSite(id).filter((other) => other !== index);
  const loads = others.map((other) => planLoad(stateOf(other)));
  return { name, maxExportMw, maxImportMw, others: loadOfAll(loads) };
}
