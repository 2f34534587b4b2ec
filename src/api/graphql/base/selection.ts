// The selection of assets in a request: by their ids, by their sites, or all.

import { assetRetired } from "../../../domain/dispatch/request.ts";
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import { choiceOf, type Selection, selectionOf, tooManyIds } from "../../stream/selection.ts";
import type { Limits } from "../../transport/limits.ts";
import { readId } from "./inputs.ts";
import { refusal } from "./refusal.ts";

type ListLimit = Pick<Limits, "maxListIds">;

/**
 * A selection in the form of the hub. Refuses an unknown id, a list that is empty or too long, and a retired asset or site,
 * unless the client continues after its last frame.
 */
export function readSelection(
  table: FleetTable,
  selection: Selection,
  limits: ListLimit,
  isResumed: boolean,
) {
  refuseSelection(table, selection, limits);
  if (!isResumed) refuseRetired(table, selection);
  return selectionOf(selection);
}

/** The ids of a selection, retired assets among them; undefined: all. Refuses unknown ids likewise. */
export function readAssetIds(
  table: FleetTable,
  selection: Selection,
  limits: ListLimit,
): string[] | undefined {
  refuseSelection(table, selection, limits);
  const { assetIds, siteIds } = selection;
  if (assetIds == null && siteIds == null) return undefined;
  const ofSites = (siteIds ?? []).flatMap((given) => {
    const id = given.toLowerCase();
    return [...table.assetsOfSite(id), ...table.retired.filter(({ siteId }) => siteId === id)];
  });
  const named = (assetIds ?? []).map((id) => id.toLowerCase());
  return [...new Set([...named, ...ofSites.map(({ id }) => id)])];
}

/**
 * A predicate: whether a selection contains an asset, retired or not, in the fleet of the moment of the call. Refuses
 * unknown ids likewise.
 */
export function readChoice(
  tableNow: () => FleetTable,
  selection: Selection,
  limits: ListLimit,
): (assetId: string) => boolean {
  refuseSelection(tableNow(), selection, limits);
  const isChosen = choiceOf(tableNow, selection);
  return (assetId) => tableNow().findAsset(assetId) !== undefined && isChosen(assetId);
}

function refuseRetired(table: FleetTable, { assetIds, siteIds }: Selection): void {
  const asset = assetIds?.map((id) => table.findAsset(id)).find((it) => it?.retired);
  if (asset !== undefined) {
    const { code, message } = assetRetired(asset);
    throw refusal(code, `assetIds: ${message}`, "assetIds");
  }
  const site = siteIds?.map((id) => table.findSite(id)).find((it) => it?.retired);
  if (site !== undefined)
    throw refusal("SITE_RETIRED", `siteIds: ${site.name} is retired: leave it out`, "siteIds");
}

function refuseSelection(table: FleetTable, selection: Selection, { maxListIds }: ListLimit): void {
  const refuseList = (
    argument: "assetIds" | "siteIds",
    isKnown: (id: string) => boolean,
    [code, noun]: readonly ["ASSET_UNKNOWN" | "SITE_UNKNOWN", string],
  ) => {
    const ids = selection[argument];
    if (ids?.length === 0)
      throw refusal("BAD_INPUT", `${argument} is empty: leave it out to ask for all`, argument);
    if (ids && ids.length > maxListIds)
      throw refusal("TOO_MANY_IDS", tooManyIds(argument, ids.length, maxListIds), argument);
    const unknown = ids?.map((id) => readId(id, argument)).find((id) => !isKnown(id));
    if (unknown !== undefined)
      throw refusal(code, `${argument}: no ${noun} has the id ${unknown}`, argument);
  };
  refuseList("assetIds", (id) => table.findAsset(id) !== undefined, ["ASSET_UNKNOWN", "asset"]);
  refuseList("siteIds", (id) => table.findSite(id) !== undefined, ["SITE_UNKNOWN", "site"]);
}
