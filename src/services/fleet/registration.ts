// The registration of sites and assets: new ids, the defaults of the assets file, and the size of a list.
import { type CountViolation, refuseCount } from "../../domain/base/count.ts";
import { ASSET_DEFAULTS, defaultInitialSocPct } from "../../domain/fleet/asset.ts";
import type { NewAsset, NewSite } from "../../domain/fleet/change.ts";
import type { FleetService } from "./fleet.ts";
import type { FleetChangeResult } from "./queue.ts";

/** Assets in one list at most. */
export const MOST_ASSETS = 1000;

type Given<T, Optional extends keyof T> = Omit<T, Optional> & {
  readonly [K in Optional]?: T[K] | null | undefined;
};

/** An asset as an edge gives it: null and undefined stand for the default. */
export type GivenAsset = Given<
  NewAsset,
  "id" | "socMinRatio" | "socMaxRatio" | "initialSocPct" | "fallbackMw"
>;
export type GivenSite = Given<NewSite, "id" | "maxExportMw" | "maxImportMw">;

/** The outcome for one site or asset, with its id. */
export type Registered = FleetChangeResult & { readonly id: string };

export interface Registration {
  site(given: GivenSite): Promise<Registered>;
  asset(given: GivenAsset): Promise<Registered>;
  /** Several assets, each decided by itself, in their order. */
  assets(given: readonly GivenAsset[]): Promise<readonly Registered[] | CountViolation>;
}

/** @param newId Makes an id where none is given. */
export function createRegistration(
  fleet: Pick<FleetService, "change">,
  newId: () => string,
): Registration {
  async function asset(given: GivenAsset): Promise<Registered> {
    const made = newAssetOf(given, newId);
    return { ...(await fleet.change([{ kind: "registerAsset", asset: made }])), id: made.id };
  }

  return {
    async site(given) {
      const site = newSiteOf(given, newId);
      return { ...(await fleet.change([{ kind: "registerSite", site }])), id: site.id };
    },
    asset,
    assets: async (given) => refuseCount(given, MOST_ASSETS) ?? Promise.all(given.map(asset)),
  };
}

function newAssetOf(
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

function newSiteOf(
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
