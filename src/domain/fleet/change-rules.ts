// The rules of changes to the sites and assets of a fleet.

import type { RefusalCode } from "../base/codes.ts";
import type { Asset, Site } from "./asset.ts";
import { assetFindings, siteFindings } from "./asset-rules.ts";
import type { ChangeRefusal } from "./change.ts";
import type { FleetDraft } from "./draft.ts";

/** The refusal of a change that leaves nothing to simulate. */
export const ASSET_LAST = refuse(
  "ASSET_LAST",
  "id",
  "no asset would be left that runs: register another one first",
);

/** Broken rules of a site by itself. */
export function siteRefusals(site: Site): readonly ChangeRefusal[] {
  return siteFindings(site).map(([field, message]) => refuse("SITE_INVALID", field, message));
}

/** Broken rules of an asset by itself, with its site, and with the data paths of other assets. */
export function assetRefusals(draft: FleetDraft, asset: Asset): readonly ChangeRefusal[] {
  const refusals = [
    ...assetFindings(asset).map(([field, message]) => refuse("ASSET_INVALID", field, message)),
    ...takenPath(draft, asset),
  ];
  const site = draft.site(asset.siteId);
  if (site?.retired) return [...refusals, siteRetired(site, "siteId")];
  if (site !== undefined) return refusals;
  const message = `${asset.siteId} is the id of no site: register it first`;
  return [...refusals, refuse("SITE_UNKNOWN", "siteId", message)];
}

/** Whether an id was used before, for a site or for an asset. */
export function usedId(draft: FleetDraft, id: string): readonly ChangeRefusal[] {
  const asset = draft.asset(id);
  if (asset === undefined && draft.site(id) === undefined) return [];
  const code = asset === undefined ? "SITE_EXISTS" : "ASSET_EXISTS";
  // A client may not see what has the id: nothing of it is said.
  return [refuse(code, "id", `${id} is in use, or was: take an id that was never used`)];
}

function takenPath(draft: FleetDraft, { id, dataPath }: Asset): readonly ChangeRefusal[] {
  if (!draft.isPathTaken(dataPath, id)) return [];
  // A client may not see the asset that has the path: nothing of it is said.
  const message = `${dataPath} is, or lies above or below, the data path of another asset: give this one a path of its own`;
  return [refuse("DATA_PATH_TAKEN", "dataPath", message)];
}

/** The refusal of an unknown id. */
export function unknown(code: "SITE_UNKNOWN" | "ASSET_UNKNOWN", id: string): ChangeRefusal {
  const noun = code === "SITE_UNKNOWN" ? "site" : "asset";
  return refuse(code, "id", `no ${noun} has the id ${id}: see the list of ${noun}s`);
}

/** The refusal to change a site or asset of another origin than the API. */
export function ofFile({ name }: Site | Asset): ChangeRefusal {
  const message = `${name} does not come by the API: change the assets file`;
  return refuse("MANAGED_BY_FILE", "id", message);
}

/** The refusal of a retired site; `field` holds its id. */
export function siteRetired({ name }: Site, field: "id" | "siteId"): ChangeRefusal {
  return refuse(
    "SITE_RETIRED",
    field,
    `${name} is retired: register another site, or take the key retired from it where the assets file has it`,
  );
}

/** The refusal to change a retired asset. */
export function assetRetired({ name }: Asset): ChangeRefusal {
  const message = `${name} is retired for ever: register another asset under a new id`;
  return refuse("ASSET_RETIRED", "id", message);
}

/** The refusal to retire a site at which assets run. */
export function siteNotEmpty({ name }: Site, count: number): ChangeRefusal {
  return refuse("SITE_NOT_EMPTY", "id", `${count} assets run at ${name}: retire them first`);
}

function refuse(code: RefusalCode, field: ChangeRefusal["field"], message: string): ChangeRefusal {
  return { code, field, message };
}
