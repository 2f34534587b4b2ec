// The selection of assets by their ids and by their sites.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Selection } from "../../services/fleet/selection.ts";
import type { Indexes, StreamRequest } from "./stream.ts";

/** A selection in the form of the hub. */
export function selectionOf(given: Selection): Pick<StreamRequest, "selectionKey" | "select"> {
  const inOrder = (ids: Selection["assetIds"]) =>
    ids ? [...new Set(ids.map((id) => id.toLowerCase()))].sort() : null;
  const [assetIds, siteIds] = [inOrder(given.assetIds), inOrder(given.siteIds)];
  return {
    selectionKey: `${assetIds}|${siteIds}`,
    select: (table) => indexesOf(table, { assetIds, siteIds }),
  };
}

/**
 * A predicate: whether a selection contains an asset, retired or not, in the fleet of the moment of the call. An
 * asset that is gone has no site any more.
 */
export function choiceOf(
  tableNow: () => FleetTable,
  given: Selection,
): (assetId: string) => boolean {
  const setOf = (ids: Selection["assetIds"]) => ids && new Set(ids.map((id) => id.toLowerCase()));
  const [assetIds, siteIds] = [setOf(given.assetIds), setOf(given.siteIds)];
  if (assetIds == null && siteIds == null) return () => true;
  return (assetId) =>
    Boolean(assetIds?.has(assetId) || siteIds?.has(tableNow().findAsset(assetId)?.siteId ?? ""));
}

/** Unknown ids are left out: an older or newer frame need not have an asset. */
function indexesOf(table: FleetTable, { assetIds, siteIds }: Selection): Indexes {
  if (assetIds == null && siteIds == null) return undefined;
  const indexes = new Set((siteIds ?? []).flatMap((id) => table.indexesOfSite(id)));
  for (const id of assetIds ?? []) {
    const index = table.indexOf(id);
    if (index !== undefined) indexes.add(index);
  }
  return [...indexes].sort((a, b) => a - b);
}
