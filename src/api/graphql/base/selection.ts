// The selection of assets in a request: by their ids, by their sites, or all.

import { assetRetired } from "../../../domain/dispatch/request.ts";
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import type { ClientTelemetry } from "../../../services/clients/client-telemetry.ts";
import {
  refuseSelection,
  type Selection,
  type SelectionViolation,
} from "../../../services/fleet/selection.ts";
import { choiceOf, selectionOf } from "../../stream/selection.ts";
import type { Limits } from "../../transport/limits.ts";
import { readId } from "./inputs.ts";
import { refusal } from "./refusal.ts";

type ListLimit = Pick<Limits, "maxListIds">;

/**
 * A selection in the form of the hub. Refuses an unknown id, a list that is empty or too long, and a retired asset or site,
 * unless the client continues after its last frame.
 */
export function readSelection(
  telemetry: ClientTelemetry,
  selection: Selection,
  limits: ListLimit,
  isResumed: boolean,
) {
  check(telemetry.table(), selection, limits, isResumed);
  return selectionOf(selection, telemetry.visible);
}

/** The ids of a selection, retired assets among them; undefined: all. Refuses unknown ids likewise. */
export function readAssetIds(
  table: FleetTable,
  selection: Selection,
  limits: ListLimit,
): string[] | undefined {
  check(table, selection, limits);
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
  telemetry: ClientTelemetry,
  selection: Selection,
  limits: ListLimit,
): (assetId: string) => boolean {
  check(telemetry.table(), selection, limits);
  const isChosen = choiceOf(telemetry, selection);
  return (assetId) => telemetry.table().findAsset(assetId) !== undefined && isChosen(assetId);
}

/** Throws the first rule that a selection breaks. */
function check(
  table: FleetTable,
  selection: Selection,
  { maxListIds }: ListLimit,
  takesRetired = true,
): void {
  for (const id of selection.assetIds ?? []) readId(id, "assetIds");
  for (const id of selection.siteIds ?? []) readId(id, "siteIds");
  const nameOf = (list: string) => list;
  const found = refuseSelection(table, selection, { maxListIds, takesRetired, nameOf });
  if (found !== undefined) throw refusalOf(found);
}

function refusalOf(found: SelectionViolation) {
  const { list } = found;
  switch (found.code) {
    case "EMPTY":
      return refusal("BAD_INPUT", `${list} is empty: leave it out to ask for all`, list);
    case "TOO_MANY_IDS":
      return refusal(found.code, found.message, list);
    case "ASSET_UNKNOWN":
    case "SITE_UNKNOWN": {
      const noun = list === "assetIds" ? "asset" : "site";
      return refusal(found.code, `${list}: no ${noun} has the id ${found.id.toLowerCase()}`, list);
    }
    case "ASSET_RETIRED":
      return refusal(found.code, `${list}: ${assetRetired(found.asset).message}`, list);
    case "SITE_RETIRED":
      return refusal(found.code, `${list}: ${found.site.name} is retired: leave it out`, list);
  }
}
