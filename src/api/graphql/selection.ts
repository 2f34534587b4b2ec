// Which assets a subscription means: by their ids, by their sites, or all.
import type { FleetTable } from "../../domain/fleet-table.ts";
import type { StreamRequest } from "../stream/stream.ts";
import { refusal } from "./errors.ts";
import { readId } from "./inputs.ts";

interface Selection {
  readonly assetIds?: readonly string[] | null | undefined;
  readonly siteIds?: readonly string[] | null | undefined;
}

/** What a selection means to the hub. An unknown id or an empty list is refused. */
export function readSelection(
  table: FleetTable,
  { assetIds, siteIds }: Selection,
): Pick<StreamRequest, "selectionKey" | "select"> {
  refuseSelection(table, { assetIds, siteIds });
  const ids = (list: Selection["assetIds"]) => list?.map((id) => id.toLowerCase()).sort() ?? null;
  const [ofAssets, ofSites] = [ids(assetIds), ids(siteIds)];
  return {
    selectionKey: `${ofAssets}|${ofSites}`,
    select: (current) => select(current, { assetIds: ofAssets, siteIds: ofSites }),
  };
}

function refuseSelection(table: FleetTable, { assetIds, siteIds }: Selection): void {
  const refuseList = (
    argument: "assetIds" | "siteIds",
    ids: readonly string[] | null | undefined,
    isKnown: (id: string) => boolean,
  ) => {
    if (ids?.length === 0)
      throw refusal("BAD_INPUT", `${argument} is empty: leave it out to ask for all`, argument);
    const unknown = ids?.map((id) => readId(id, argument)).find((id) => !isKnown(id));
    if (unknown === undefined) return;
    const [code, noun] =
      argument === "assetIds"
        ? (["ASSET_UNKNOWN", "asset"] as const)
        : (["SITE_UNKNOWN", "site"] as const);
    throw refusal(code, `${argument}: no ${noun} has the id ${unknown}`, argument);
  };
  refuseList("assetIds", assetIds, (id) => table.indexOf(id) !== undefined);
  refuseList("siteIds", siteIds, (id) => table.siteOf(id) !== undefined);
}

/** The positions that a selection means, whose ids are known, each once and in order; undefined: all. */
function select(table: FleetTable, { assetIds, siteIds }: Selection): number[] | undefined {
  if (assetIds == null && siteIds == null) return undefined;
  const positions = new Set((siteIds ?? []).flatMap((id) => table.indexesOfSite(id)));
  for (const id of assetIds ?? []) {
    const index = table.indexOf(id);
    if (index !== undefined) positions.add(index);
  }
  return [...positions].sort((a, b) => a - b);
}
