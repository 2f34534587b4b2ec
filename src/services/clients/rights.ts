// The rights of a principal: where it may do what, and the refusals.

import { isBelow } from "../../domain/data-point/path.ts";
import type { Principal, RoleGrant } from "../../domain/identity/principal.ts";
import { ACTIONS, type Action } from "../../domain/identity/role.ts";
import { hasAsset, hasSite, type Scope, scopeOf } from "../../domain/identity/scope.ts";

/** Something that may be forbidden: an asset, a site with all its assets, the path of a data point, or the whole fleet. */
export type Subject =
  | { readonly asset: { readonly id: string; readonly siteId: string; readonly name: string } }
  | { readonly site: { readonly id: string; readonly name: string } }
  | { readonly path: string }
  | "fleet";

export interface Forbidden {
  readonly code: "FORBIDDEN";
  readonly message: string;
}

export interface Rights {
  /** What may be seen. */
  readonly visible: Scope;
  /** Why an action is not granted for a subject; undefined where it is. */
  refuse(action: Action, subject: Subject): Forbidden | undefined;
}

/** Grants are few and are shared by all requests of a principal. */
const known = new WeakMap<readonly RoleGrant[], Rights>();

export function rightsOf({ grants }: Pick<Principal, "grants">): Rights {
  const found = known.get(grants) ?? createRights(grants);
  known.set(grants, found);
  return found;
}

function createRights(grants: readonly RoleGrant[]): Rights {
  const scopes = Object.fromEntries(
    Object.keys(ACTIONS).map((action) => [action, scopeOf(grants, action as Action)]),
  ) as Record<Action, Scope>;
  return {
    visible: scopes.read,
    refuse(action, subject) {
      const scope = scopes[action];
      if (scope.isWhole) return undefined;
      if (subject === "fleet") return forbidden(action, "the whole fleet");
      if ("path" in subject)
        return hasPath(scope, subject.path) ? undefined : forbidden(action, subject.path);
      if ("asset" in subject)
        return hasAsset(scope, subject.asset) ? undefined : forbidden(action, subject.asset.name);
      if (hasSite(scope, subject.site.id)) return undefined;
      return forbidden(action, `${subject.site.name} with all its assets`);
    },
  };
}

/** Whether a scope has the data point of a path. */
export function hasPath({ isWhole, pathPrefixes }: Scope, path: string): boolean {
  return isWhole || pathPrefixes.some((prefix) => isBelow(path, prefix));
}

function forbidden(action: Action, where: string): Forbidden {
  const roles = rolesText(action);
  return {
    code: "FORBIDDEN",
    message: `this needs the role ${roles} for ${where}: have an admin grant it`,
  };
}

/** The roles that may do something, in words. */
export function rolesText(action: Action): string {
  return ACTIONS[action].join(" or ");
}
