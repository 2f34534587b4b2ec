// The registration of sites and assets: new ids, the defaults of the assets file, and the size of a list.
import { type CountViolation, refuseCount } from "../../domain/base/count.ts";
import {
  type GivenNumbers,
  type NameIn,
  type NumberFields,
  numbersOf,
} from "../../domain/base/number-field.ts";
import { type Asset, assetNumbers, type Site } from "../../domain/fleet/asset.ts";
import type { FleetChange, NewAsset, NewSite } from "../../domain/fleet/change.ts";
import { type ASSET_NUMBERS, SITE_NUMBERS } from "../../domain/fleet/fields.ts";
import type { FleetChangeResult } from "./queue.ts";

/** Assets in one list at most. */
export const MOST_ASSETS = 1000;

type Given<T, F extends NumberFields> = Omit<T, "id" | "retired" | NameIn<F>> &
  GivenNumbers<F> & { readonly id?: string | null | undefined };

/** An asset as an edge gives it: null and undefined stand for the default. */
export type GivenAsset = Omit<Given<Asset, typeof ASSET_NUMBERS>, "dataPath"> & {
  readonly dataPath?: string | null | undefined;
};
export type GivenSite = Given<Site, typeof SITE_NUMBERS>;

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
  fleet: { change(changes: readonly FleetChange[]): Promise<FleetChangeResult> },
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

function newAssetOf(given: GivenAsset, newId: () => string): NewAsset {
  const { siteId, name, dataPath } = given;
  const id = given.id ?? newId();
  return { id, siteId, name, ...(dataPath != null && { dataPath }), ...assetNumbers(given) };
}

function newSiteOf(given: GivenSite, newId: () => string): NewSite {
  const { id, name, location } = given;
  return { id: id ?? newId(), name, location, ...numbersOf(SITE_NUMBERS, given) };
}
