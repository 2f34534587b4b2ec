// The scopes of settings as the address has them: the platform, a site, an asset or a flow; what each inherits from, and who may change it.
import type { Action, ActionPlace } from "../../sign-in/viewer.ts";
import type { FleetAsset } from "../live/asset-list.ts";
import type { Fleet } from "../live/fleet.ts";
import { words } from "../text/words.ts";

export const PLATFORM = "platform";

export const siteScope = (id: string) => `site:${id}`;
export const assetScope = (id: string) => `asset:${id}`;

interface ScopeParts {
  readonly kind: string;
  /** Empty: of the platform. */
  readonly id: string;
}

function partsOf(scope: string): ScopeParts {
  const [, kind = scope, id = ""] = /^(\w+):(.*)$/s.exec(scope) ?? [];
  return { kind, id };
}

/** A scope in words; a site or an asset that the pages do not know, by its id. */
export function scopeName(scope: string, fleet: Fleet | undefined): string {
  const { kind, id } = partsOf(scope);
  const assets = fleet?.assets ?? [];
  if (kind === PLATFORM) return words.settings.platform;
  if (kind === "site")
    return words.settings.siteOf(assets.find(({ site }) => site.id === id)?.site.name ?? id);
  if (kind === "asset") return words.settings.assetOf(assetOf(id, fleet)?.name ?? id);
  return kind === "flow" ? words.settings.flowOf(id) : scope;
}

function assetOf(id: string, fleet: Fleet | undefined): FleetAsset | undefined {
  const place = fleet?.placeOf(id);
  return place === undefined ? undefined : fleet?.assets[place];
}

/** The scopes that a scope inherits from, from the farthest, with itself as the last. */
export function chainOf(scope: string, fleet: Fleet | undefined): readonly string[] {
  if (scope === PLATFORM) return [PLATFORM];
  const { kind, id } = partsOf(scope);
  const asset = kind === "asset" ? assetOf(id, fleet) : undefined;
  return asset === undefined
    ? [PLATFORM, scope]
    : [PLATFORM, siteScope(asset.site.id), assetScope(id)];
}

/** What a person must be allowed, and where. */
interface Right {
  readonly action: Action;
  readonly place: ActionPlace;
}

/** What lets a person change the settings of a scope. */
export function rightOf(scope: string, fleet: Fleet | undefined): Right {
  const { kind, id } = partsOf(scope);
  if (kind === "site") return { action: "administer", place: { siteId: id } };
  if (kind === "asset")
    return { action: "administer", place: { assetId: id, siteId: assetOf(id, fleet)?.site.id } };
  return { action: kind === "flow" ? "configure" : "administer", place: { isWhole: true } };
}

/** What lets a person read them: who changes what inherits from the platform sees that of the platform. */
export function readRightOf(scope: string, fleet: Fleet | undefined): Right {
  return scope === PLATFORM ? { action: "configure", place: {} } : rightOf(scope, fleet);
}

interface OfferedScope {
  readonly scope: string;
  readonly name: string;
}

/** Scopes that are offered for what is typed. */
const MOST_OFFERED = 8;

/** The sites and assets whose names have a text: sites first. */
export function offeredScopes(fleet: Fleet | undefined, text: string): readonly OfferedScope[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === "") return [];
  const sites = new Map<string, OfferedScope>();
  const assets: OfferedScope[] = [];
  const has = (name: string) => name.toLocaleLowerCase().includes(wanted);
  for (const { id, name, site } of fleet?.assets ?? []) {
    if (has(site.name) && sites.size < MOST_OFFERED)
      sites.set(site.id, { scope: siteScope(site.id), name: words.settings.siteOf(site.name) });
    if (has(name) && assets.length < MOST_OFFERED)
      assets.push({ scope: assetScope(id), name: words.settings.assetOf(name) });
  }
  return [...sites.values(), ...assets].slice(0, MOST_OFFERED);
}
