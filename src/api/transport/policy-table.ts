// The policies of the routes that are mounted, and who may use them.
import type { RouterRoute } from "hono/types";
import { ROUTE_ACCESS, type RouteAccess } from "./access.ts";
import type { DeclaredRoute, RoutePolicy } from "./route-policy.ts";

const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method} ${path}`;

/** What the middleware knows of a route before it is served. */
export interface MountedRoute {
  readonly policy: RoutePolicy;
  readonly access: RouteAccess;
}

/** @param declared Every route of the server. It is called once, for the first request. */
export function createPolicyTable(declared: () => readonly DeclaredRoute[]) {
  let byName: ReadonlyMap<string, MountedRoute> | undefined;
  /** Routes are few, and each is found by its name once. */
  const known = new WeakMap<RouterRoute, MountedRoute>();

  function find(route: RouterRoute): MountedRoute | undefined {
    byName ??= new Map(
      mounted(declared()).map((it) => [
        nameOf(it),
        { policy: it.policy, access: accessOf(nameOf(it)) },
      ]),
    );
    const found = byName.get(nameOf(route));
    if (found !== undefined) known.set(route, found);
    return found;
  }

  return (route: RouterRoute): MountedRoute | undefined => known.get(route) ?? find(route);
}

function accessOf(name: string): RouteAccess {
  const access = ROUTE_ACCESS[name];
  if (access === undefined) throw new Error(`bug: ${name} is not in the table of access`);
  return access;
}

/** Throws where a route that is mounted was declared without a policy, or is not in the table of access. */
export function refuseUndeclared(
  routes: readonly RouterRoute[],
  declared: readonly DeclaredRoute[],
): void {
  const names = new Set(mounted(declared).map(nameOf));
  const found = routes.find((it) => it.method !== "ALL" && !names.has(nameOf(it)));
  if (found !== undefined) throw new Error(`bug: ${nameOf(found)} has no policy`);
  for (const name of names) accessOf(name);
}

/** The routes that the router serves: those of other protocols have their own. */
function mounted(declared: readonly DeclaredRoute[]): readonly DeclaredRoute[] {
  return declared.filter(({ protocol }) => protocol === undefined);
}
