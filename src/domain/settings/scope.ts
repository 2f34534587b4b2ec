// The scope of a setting: the platform, a flow, a site, or an asset; the nearest one that has a value counts.
import { isUuid } from "../base/uuid.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";

/** The kinds of scopes, with their meaning. */
export const SCOPE_KINDS = {
  platform: "Everything.",
  flow: "A flow, by its name: over the platform.",
  site: "A site with its assets: over the platform.",
  asset: "An asset: over its site and the platform.",
} as const;

export type ScopeKind = keyof typeof SCOPE_KINDS;

/** The scope that has everything, as its text. */
export const PLATFORM = "platform";

export type SettingScope =
  | { readonly kind: "platform" }
  | { readonly kind: "flow" | "site" | "asset"; readonly of: string };

/** A scope with those that it inherits from, as texts: itself first. */
export type ScopeChain = readonly [string, ...string[]];

const FLOW_NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** How a scope is written. */
export const SCOPE_FORMS = "platform, site:<uuid>, asset:<uuid> or flow:<name>";

/** The scope of a text; undefined where it is none. */
export function readScope(text: string): SettingScope | undefined {
  if (text === PLATFORM) return { kind: "platform" };
  const [kind, of = ""] = text.split(/:(.*)/s, 2);
  if ((kind === "site" || kind === "asset") && isUuid(of)) return { kind, of: of.toLowerCase() };
  return kind === "flow" && FLOW_NAME.test(of) ? { kind, of } : undefined;
}

export function scopeText(scope: SettingScope): string {
  return scope.kind === "platform" ? PLATFORM : `${scope.kind}:${scope.of}`;
}

/** The kind of a scope that is written as a text. */
export function kindOf(text: string): ScopeKind {
  return text.split(":", 1)[0] as ScopeKind;
}

/** The scopes that an asset has its values from, the nearest first. */
export function chainOfAsset(asset: { readonly id: string; readonly siteId: string }): ScopeChain {
  const { id, siteId } = asset;
  return [`asset:${id}`, `site:${siteId}`, PLATFORM];
}

/** The scopes from which a scope inherits, itself first; undefined where its site or asset is not in the table. */
export function chainOf(scope: SettingScope, table: FleetTable): ScopeChain | undefined {
  if (scope.kind === "platform") return [PLATFORM];
  if (scope.kind === "flow") return [scopeText(scope), PLATFORM];
  if (scope.kind === "site")
    return table.findSite(scope.of) === undefined ? undefined : [scopeText(scope), PLATFORM];
  const asset = table.findAsset(scope.of);
  return asset && chainOfAsset(asset);
}

/** The asset or site of a scope, where it is retired. */
export function findRetired(
  scope: SettingScope,
  table: FleetTable,
): { readonly name: string } | undefined {
  if (scope.kind === "asset" && table.assetOf(scope.of) === undefined)
    return table.findAsset(scope.of);
  if (scope.kind === "site" && table.siteOf(scope.of) === undefined)
    return table.findSite(scope.of);
  return undefined;
}

/** Whether something runs in a scope, as far as its kind is known. */
export function isInUse(text: string, table: FleetTable): boolean {
  const scope = readScope(text);
  if (scope?.kind === "asset") return table.assetOf(scope.of) !== undefined;
  return scope?.kind !== "site" || table.siteOf(scope.of) !== undefined;
}
