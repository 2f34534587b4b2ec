import type { FleetTable } from "../../domain/fleet-table.ts";
import { MOST_IDS, type Selection, selectionOf } from "../stream/selection.ts";
import { refusal } from "./errors.ts";
import { readId } from "./inputs.ts";

/** What a selection means to the hub. An unknown id, an empty list and one that is too long are refused. */
export function readSelection(table: FleetTable, selection: Selection) {
  const refuseList = (
    argument: "assetIds" | "siteIds",
    isKnown: (id: string) => boolean,
    [code, noun]: readonly ["ASSET_UNKNOWN" | "SITE_UNKNOWN", string],
  ) => {
    const ids = selection[argument];
    if (ids?.length === 0)
      throw refusal("BAD_INPUT", `${argument} is empty: leave it out to ask for all`, argument);
    if (ids && ids.length > MOST_IDS)
      throw refusal(
        "TOO_MANY_IDS",
        `${argument} may have ${MOST_IDS} ids, not ${ids.length}: ask for sites, or for all`,
        argument,
      );
    const unknown = ids?.map((id) => readId(id, argument)).find((id) => !isKnown(id));
    if (unknown !== undefined)
      throw refusal(code, `${argument}: no ${noun} has the id ${unknown}`, argument);
  };
  refuseList("assetIds", (id) => table.indexOf(id) !== undefined, ["ASSET_UNKNOWN", "asset"]);
  refuseList("siteIds", (id) => table.siteOf(id) !== undefined, ["SITE_UNKNOWN", "site"]);
  return selectionOf(selection);
}
