// The scope of a principal: the sites and assets for which some roles are granted to it.
import { isEverywhere, type RoleGrant } from "./principal.ts";
import { type Action, roleMay } from "./role.ts";

export interface Scope {
  /** Equal for equal scopes. */
  readonly key: string;
  /** Whether it is everything; the lists are empty then. */
  readonly isWhole: boolean;
  /** Sites with all their assets. */
  readonly siteIds: ReadonlySet<string>;
  /** Assets of other sites. */
  readonly assetIds: ReadonlySet<string>;
  /** Data points with these paths, and below them. */
  readonly pathPrefixes: readonly string[];
}

export const WHOLE: Scope = {
  ...{ key: "all", isWhole: true, siteIds: new Set(), assetIds: new Set() },
  pathPrefixes: [],
};

/** Where an action may be done by these grants. */
export function scopeOf(grants: readonly RoleGrant[], action: Action): Scope {
  const siteIds = new Set<string>();
  const assetIds = new Set<string>();
  const pathPrefixes = new Set<string>();
  for (const grant of grants) {
    if (!roleMay(grant.role, action)) continue;
    if (isEverywhere(grant)) return WHOLE;
    for (const id of grant.siteIds ?? []) siteIds.add(id);
    for (const id of grant.assetIds ?? []) assetIds.add(id);
    for (const prefix of grant.pathPrefixes ?? []) pathPrefixes.add(prefix);
  }
  const key = [siteIds, assetIds, pathPrefixes].map((it) => [...it].sort().join()).join("|");
  return { key, isWhole: false, siteIds, assetIds, pathPrefixes: [...pathPrefixes] };
}

/** Whether a scope has a site with all its assets. */
export function hasSite({ isWhole, siteIds }: Scope, siteId: string): boolean {
  return isWhole || siteIds.has(siteId.toLowerCase());
}

/** Whether a scope has an asset. */
export function hasAsset(
  scope: Scope,
  { id, siteId }: { readonly id: string; readonly siteId: string },
): boolean {
  return hasSite(scope, siteId) || scope.assetIds.has(id.toLowerCase());
}

/** Whether an action may be done somewhere. */
export function mayDo(grants: readonly RoleGrant[], action: Action): boolean {
  return grants.some(({ role }) => roleMay(role, action));
}
