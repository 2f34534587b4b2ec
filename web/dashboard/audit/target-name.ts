// The target of a record in words: the name of an asset or a site, else as the record has it.
import type { Fleet } from "../live/fleet.ts";
import { assetAddress, siteAddress } from "../route/place.ts";
import { scopeName } from "../settings/scope.ts";
import { nameOf } from "../settings/setting-groups.ts";
import { settingAddress } from "../settings/settings-params.ts";

/** @param target `asset:<id>` for example. */
export function targetName(target: string, fleet: Fleet | undefined): string {
  const { kind, id } = partsOf(target);
  const assets = fleet?.assets ?? [];
  if (kind === "setting") {
    const [setting, scope] = settingOf(id);
    return `${nameOf(setting)}, ${scopeName(scope, fleet)}`;
  }
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
  if (kind === "setting") return settingAddress(...settingOf(id));
  return kind === "site" ? siteAddress(id) : undefined;
}

function partsOf(target: string): { readonly kind: string; readonly id: string } {
  const [, kind = "", id = ""] = /^(\w+):(.*)$/.exec(target) ?? [];
  return { kind, id };
}

/** The id of a setting, and the scope. */
function settingOf(target: string): [id: string, scope: string] {
  const [, id = target, scope = ""] = /^([^/]*)\/(.*)$/.exec(target) ?? [];
  return [id, scope];
}
