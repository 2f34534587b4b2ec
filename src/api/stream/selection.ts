// Which assets a subscription means, in whatever table of assets a frame has.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Indexes, StreamRequest } from "./stream.ts";

/** Says why a list is refused. */
export function tooManyIds(list: string, count: number, most: number): string {
  return `${list} may have ${most} ids, not ${count}: ask for sites, or for all`;
}

/** Ids whose assets, and sites whose assets, are meant; neither list: all. Each asset once. */
export interface Selection {
  readonly assetIds?: readonly string[] | null | undefined;
  readonly siteIds?: readonly string[] | null | undefined;
}

/** What a selection means to the hub. */
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
 * Whether a selection means an asset, retired or not, as the fleet is when it is asked. One that is gone has no
 * site any more.
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

/** Unknown ids are left out: an asset may have left a frame that is older or newer. */
function indexesOf(table: FleetTable, { assetIds, siteIds }: Selection): Indexes {
  if (assetIds == null && siteIds == null) return undefined;
  const indexes = new Set((siteIds ?? []).flatMap((id) => table.indexesOfSite(id)));
  for (const id of assetIds ?? []) {
    const index = table.indexOf(id);
    if (index !== undefined) indexes.add(index);
  }
  return [...indexes].sort((a, b) => a - b);
}
