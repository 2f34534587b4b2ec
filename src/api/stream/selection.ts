// The selection of assets by their ids and by their sites, within what a client may see.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { hasAsset, type Scope } from "../../domain/identity/scope.ts";
import type { ClientTelemetry } from "../../services/clients/client-telemetry.ts";
import type { Selection } from "../../services/fleet/selection.ts";
import type { Indexes, StreamRequest } from "./stream.ts";

/** A selection in the form of the hub: equal for clients that select the same of the same scope. */
export function selectionOf(
  given: Selection,
  visible: Scope,
): Pick<StreamRequest, "selectionKey" | "select"> {
  const inOrder = (ids: Selection["assetIds"]) =>
    ids ? [...new Set(ids.map((id) => id.toLowerCase()))].sort() : null;
  const [assetIds, siteIds] = [inOrder(given.assetIds), inOrder(given.siteIds)];
  return {
    selectionKey: `${assetIds}|${siteIds}|${visible.key}`,
    select: (table) => visibleOf(table, indexesOf(table, { assetIds, siteIds }), visible),
  };
}

/**
 * A predicate: whether a selection contains an asset, retired or not, in the fleet of the moment of the call. An
 * asset that is gone has no site any more.
 */
export function choiceOf(
  { table, visible }: Pick<ClientTelemetry, "table" | "visible">,
  given: Selection,
): (assetId: string) => boolean {
  const setOf = (ids: Selection["assetIds"]) => ids && new Set(ids.map((id) => id.toLowerCase()));
  const [assetIds, siteIds] = [setOf(given.assetIds), setOf(given.siteIds)];
  const isVisible = (assetId: string) =>
    visible.isWhole || table().findAsset(assetId) !== undefined;
  if (assetIds == null && siteIds == null) return isVisible;
  return (assetId) =>
    isVisible(assetId) &&
    Boolean(assetIds?.has(assetId) || siteIds?.has(table().findAsset(assetId)?.siteId ?? ""));
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

/** Of these positions, or of all, those that a scope has. */
function visibleOf(table: FleetTable, indexes: Indexes, visible: Scope): Indexes {
  if (visible.isWhole) return indexes;
  if (indexes !== undefined) return indexes.filter((index) => isVisibleAt(table, index, visible));
  const bySites = [...visible.siteIds].flatMap((id) => table.indexesOfSite(id));
  const byIds = [...visible.assetIds].flatMap((id) => table.indexOf(id) ?? []);
  return [...new Set([...bySites, ...byIds])].sort((a, b) => a - b);
}

function isVisibleAt({ assets }: FleetTable, index: number, visible: Scope): boolean {
  const asset = assets[index];
  return asset !== undefined && hasAsset(visible, asset);
}
