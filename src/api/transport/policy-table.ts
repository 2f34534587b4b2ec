// The policies of the routes that are mounted.
import type { RouterRoute } from "hono/types";
import type { DeclaredRoute, RoutePolicy } from "./route-policy.ts";

const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method} ${path}`;

/** @param declared Every route of the server. It is called once, for the first request. */
export function createPolicyTable(declared: () => readonly DeclaredRoute[]) {
  let byName: ReadonlyMap<string, RoutePolicy> | undefined;
  /** Routes are few, and each is found by its name once. */
  const known = new WeakMap<RouterRoute, RoutePolicy>();

  function find(route: RouterRoute): RoutePolicy | undefined {
    byName ??= new Map(mounted(declared()).map((it) => [nameOf(it), it.policy]));
    const policy = byName.get(nameOf(route));
    if (policy !== undefined) known.set(route, policy);
    return policy;
  }

  return (route: RouterRoute): RoutePolicy | undefined => known.get(route) ?? find(route);
}

/** Throws where a route that is mounted was declared without a policy. */
export function refuseUndeclared(
  routes: readonly RouterRoute[],
  declared: readonly DeclaredRoute[],
): void {
  const names = new Set(mounted(declared).map(nameOf));
  const found = routes.find((it) => it.method !== "ALL" && !names.has(nameOf(it)));
  if (found !== undefined) throw new Error(`bug: ${nameOf(found)} has no policy`);
}

/** The routes that the router serves: those of other protocols have their own. */
function mounted(declared: readonly DeclaredRoute[]): readonly DeclaredRoute[] {
  return declared.filter(({ protocol }) => protocol === undefined);
}
