// The target of a record in words: the name of an asset or a site, else as the record has it.
import type { Fleet } from "../live/fleet.ts";
import { assetAddress, siteAddress } from "../route/place.ts";

/** @param target `asset:<id>` for example. */
export function targetName(target: string, fleet: Fleet | undefined): string {
  const { kind, id } = partsOf(target);
  const assets = fleet?.assets ?? [];
  const name =
    kind === "asset"
      ? assets.find((asset) => asset.id === id)?.name
      : kind === "site"
        ? assets.find(({ site }) => site.id === id)?.site.name
        : undefined;
  return name ?? target;
}

/** The page of a target; undefined: it has none. */
export function targetAddress(target: string): string | undefined {
  const { kind, id } = partsOf(target);
  if (kind === "asset") return assetAddress(id);
  return kind === "site" ? siteAddress(id) : undefined;
}

function partsOf(target: string): { readonly kind: string; readonly id: string } {
  const [, kind = "", id = ""] = /^(\w+):(.*)$/.exec(target) ?? [];
  return { kind, id };
}
