// A registration as every transport takes it: the fields of the assets file, with the same defaults.
import { ASSET_DEFAULTS, defaultInitialSocPct } from "../../domain/fleet/asset.ts";
import type { NewAsset, NewSite } from "../../domain/fleet/change.ts";

type Given<T, Optional extends keyof T> = Omit<T, Optional> & {
  readonly [K in Optional]?: T[K] | null | undefined;
};

export type GivenAsset = Given<
  NewAsset,
  "id" | "socMinRatio" | "socMaxRatio" | "initialSocPct" | "fallbackMw"
>;
export type GivenSite = Given<NewSite, "id" | "maxExportMw" | "maxImportMw">;

/** @param newId Makes an id where none is given. */
export function newAssetOf(
  { id, socMinRatio, socMaxRatio, initialSocPct, fallbackMw, ...fields }: GivenAsset,
  newId: () => string,
): NewAsset {
  const low = socMinRatio ?? ASSET_DEFAULTS.socMinRatio;
  const high = socMaxRatio ?? ASSET_DEFAULTS.socMaxRatio;
  return {
    ...fields,
    id: id ?? newId(),
    socMinRatio: low,
    socMaxRatio: high,
    initialSocPct: initialSocPct ?? defaultInitialSocPct(low, high),
    ...(fallbackMw != null && { fallbackMw }),
  };
}

/** @param newId Makes an id where none is given. */
export function newSiteOf(
  { id, maxExportMw, maxImportMw, ...fields }: GivenSite,
  newId: () => string,
): NewSite {
  return {
    ...fields,
    id: id ?? newId(),
    ...(maxExportMw != null && { maxExportMw }),
    ...(maxImportMw != null && { maxImportMw }),
  };
}
