// Changes to the sites and assets of a fleet, their outcome and their refusals.

import type { RefusalCode } from "../base/codes.ts";
import type { NumberChanges } from "../base/number-field.ts";
import type { Asset, Site } from "./asset.ts";
import type { ASSET_NUMBERS, SITE_NUMBERS } from "./fields.ts";
import type { FleetTable } from "./fleet-table.ts";

/** The origin of a site or an asset: the assets file, the default fleet where there is none, or the API. */
export type Origin = "file" | "default" | "api";

/** The origin of each site and asset of a fleet, also of retired ones, by id. */
export type Origins = ReadonlyMap<string, Origin>;

/** The origins of a fleet with one origin. */
export function originsOf(table: FleetTable, origin: Origin): Origins {
  const { sites, retiredSites, assets, retired } = table;
  return new Map([...sites, ...retiredSites, ...assets, ...retired].map(({ id }) => [id, origin]));
}

/** Without a data path it gets a default one that is free. */
export type NewAsset = Omit<Asset, "retired" | "dataPath"> & Partial<Pick<Asset, "dataPath">>;
export type NewSite = Omit<Site, "retired">;

type Some<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** The fields that change; others stay, and null removes one. */
export type AssetUpdate = Some<Pick<Asset, "siteId" | "name" | "dataPath">> &
  NumberChanges<typeof ASSET_NUMBERS>;
export type SiteUpdate = Some<Pick<Site, "name" | "location">> & NumberChanges<typeof SITE_NUMBERS>;

/** One change. Ids are accepted in either case. */
export type FleetChange =
  | { readonly kind: "registerSite"; readonly site: NewSite }
  | { readonly kind: "updateSite"; readonly siteId: string; readonly update: SiteUpdate }
  /** For ever: no asset may run at it, and its id is not used again. */
  | { readonly kind: "retireSite"; readonly siteId: string }
  | { readonly kind: "registerAsset"; readonly asset: NewAsset }
  | { readonly kind: "updateAsset"; readonly assetId: string; readonly update: AssetUpdate }
  /** For ever: it is no longer simulated, its history stays, and its id is not used again. */
  | { readonly kind: "retireAsset"; readonly assetId: string };

/** A number that a change left outside its bounds, and that was corrected to the nearer bound. */
export interface Clamp {
  readonly assetId: string;
  /** A field of the asset, or its stored energy. */
  readonly field: "fallbackMw" | "initialSocPct" | "socMwhr";
  /** In the unit of the field. */
  readonly from: number;
  readonly to: number;
}

/** The reason of a refusal, and the field at fault. */
export interface ChangeRefusal {
  readonly code: RefusalCode;
  readonly field: keyof Asset | keyof Site;
  readonly message: string;
}

export interface ChangesRefused {
  readonly accepted: false;
  /** All refusals, in the order of the changes; `index` is that of the change. */
  readonly refusals: readonly (ChangeRefusal & { readonly index: number })[];
}

/** The outcome of changes to a draft: all of them, or none. */
export type FleetDrafted =
  | {
      readonly accepted: true;
      /** In the order of the changes. */
      readonly clamps: readonly Clamp[];
    }
  | ChangesRefused;

/** The outcome of changes: all of them, or none. */
export type FleetChanged =
  | {
      readonly accepted: true;
      /** Shares the unchanged parts; the given table where nothing changed. */
      readonly table: FleetTable;
      readonly origins: Origins;
      /** In the order of the changes. */
      readonly clamps: readonly Clamp[];
    }
  | ChangesRefused;
