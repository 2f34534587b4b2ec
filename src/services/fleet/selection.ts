// The rules on a selection of assets.
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";

/** Ids of assets, and of sites for all their assets; neither list: all assets. Each asset once. */
export interface Selection {
  readonly assetIds?: readonly string[] | null | undefined;
  readonly siteIds?: readonly string[] | null | undefined;
}

type List = keyof Selection;

/** The first rule that a selection breaks. */
export type SelectionViolation =
  | { readonly code: "EMPTY"; readonly list: List }
  | { readonly code: "TOO_MANY_IDS"; readonly list: List; readonly message: string }
  | { readonly code: "ASSET_UNKNOWN" | "SITE_UNKNOWN"; readonly list: List; readonly id: string }
  | { readonly code: "ASSET_RETIRED"; readonly list: "assetIds"; readonly asset: Asset }
  | { readonly code: "SITE_RETIRED"; readonly list: "siteIds"; readonly site: Site };

interface SelectionRules {
  /** Ids in one list at most. */
  readonly maxListIds: number;
  /** Whether retired assets and sites may be selected. */
  readonly takesRetired: boolean;
  /** The name of a list in the edge, for messages. */
  nameOf(list: List): string;
}

/** Refuses a list that is empty or too long, an unknown id, and a retired asset or site. */
export function refuseSelection(
  table: FleetTable,
  selection: Selection,
  { maxListIds, takesRetired, nameOf }: SelectionRules,
): SelectionViolation | undefined {
  for (const list of ["assetIds", "siteIds"] as const) {
    const count = selection[list]?.length ?? 1;
    if (count === 0) return { code: "EMPTY", list };
    if (count > maxListIds)
      return { code: "TOO_MANY_IDS", list, message: tooManyIds(nameOf(list), count, maxListIds) };
  }
  const assetIds = selection.assetIds ?? [];
  const siteIds = selection.siteIds ?? [];
  const noAsset = assetIds.find((id) => table.findAsset(id) === undefined);
  if (noAsset !== undefined) return { code: "ASSET_UNKNOWN", list: "assetIds", id: noAsset };
  const noSite = siteIds.find((id) => table.findSite(id) === undefined);
  if (noSite !== undefined) return { code: "SITE_UNKNOWN", list: "siteIds", id: noSite };
  if (takesRetired) return undefined;
  const asset = assetIds.map((id) => table.findAsset(id)).find((it) => it?.retired);
  if (asset !== undefined) return { code: "ASSET_RETIRED", list: "assetIds", asset };
  const site = siteIds.map((id) => table.findSite(id)).find((it) => it?.retired);
  return site && { code: "SITE_RETIRED", list: "siteIds", site };
}

function tooManyIds(list: string, count: number, most: number): string {
  return `${list} may have ${most} ids, not ${count}: ask for sites, or for all`;
}
