// What may be changed of which sites and assets there are, what came of it, and why it may be refused.

import type { RefusalCode } from "../base/codes.ts";
import type { Asset, Site } from "./asset.ts";
import type { FleetTable } from "./fleet-table.ts";

/** Who brought a site or an asset: the assets file, the default fleet where there is none, or the API. */
export type Origin = "file" | "default" | "api";

/** Who brought each site and asset of a fleet, retired ones too, by id. */
export type Origins = ReadonlyMap<string, Origin>;

/** Where all came the same way. */
export function originsOf(table: FleetTable, origin: Origin): Origins {
  const { sites, retiredSites, assets, retired } = table;
  return new Map([...sites, ...retiredSites, ...assets, ...retired].map(({ id }) => [id, origin]));
}

export type NewAsset = Omit<Asset, "retired">;
export type NewSite = Omit<Site, "retired">;

type Some<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** The fields that change; those left out stay. `initialSocPct` is of the first start, which is over. */
export type AssetUpdate = Some<
  Omit<Asset, "id" | "retired" | "initialSocPct" | "fallbackMw"> & {
    /** In MW; null: none any more. */
    fallbackMw: number | null;
  }
>;

/** The fields that change; those left out stay. */
export type SiteUpdate = Some<
  Pick<Site, "name" | "location"> & {
    /** In MW; null: no limit any more. */
    maxExportMw: number | null;
    /** In MW; null: no limit any more. */
    maxImportMw: number | null;
  }
>;

/** One change. Ids are taken in either case. */
export type FleetChange =
  | { readonly kind: "registerSite"; readonly site: NewSite }
  | { readonly kind: "updateSite"; readonly siteId: string; readonly update: SiteUpdate }
  /** For ever: no asset may run at it, and its id is not used again. */
  | { readonly kind: "retireSite"; readonly siteId: string }
  | { readonly kind: "registerAsset"; readonly asset: NewAsset }
  | { readonly kind: "updateAsset"; readonly assetId: string; readonly update: AssetUpdate }
  /** For ever: it is not simulated any more, what it reported stays, and its id is not used again. */
  | { readonly kind: "retireAsset"; readonly assetId: string };

/** A number that a change left outside its bounds, and that was brought to the nearer one. */
export interface Clamp {
  readonly assetId: string;
  /** Of the asset, or the energy that it stores. */
  readonly field: "fallbackMw" | "initialSocPct" | "socMwhr";
  /** In the unit of the field. */
  readonly from: number;
  readonly to: number;
}

/** Why something is refused, and the field at fault. */
export interface ChangeRefusal {
  readonly code: RefusalCode;
  readonly field: keyof Asset | keyof Site;
  readonly message: string;
}

export interface ChangesRefused {
  readonly accepted: false;
  /** All there are, in the order of the changes; `index` is the place of the change. */
  readonly refusals: readonly (ChangeRefusal & { readonly index: number })[];
}

/** What came of changes to a draft: all of them, or none. */
export type FleetDrafted =
  | {
      readonly accepted: true;
      /** In the order of the changes. */
      readonly clamps: readonly Clamp[];
    }
  | ChangesRefused;

/** What came of changes: all of them, or none. */
export type FleetChanged =
  | {
      readonly accepted: true;
      /** Shares what did not change; it is the one given where nothing did. */
      readonly table: FleetTable;
      readonly origins: Origins;
      /** In the order of the changes. */
      readonly clamps: readonly Clamp[];
    }
  | ChangesRefused;
