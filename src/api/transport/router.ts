// Sets of routes, each declared with its policy.
import { OpenAPIHono, type RouteConfig, type RouteHandler } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { ROUTE_ACCESS } from "./access.ts";
import type { Group } from "./groups.ts";
import { inputProblem } from "./input-problem.ts";
import { problemResponse } from "./problem.ts";
import type { DeclaredRoute, RoutePolicy } from "./route-policy.ts";

/** A route of the OpenAPI document, with its policy. */
type PolicedRoute = Omit<RouteConfig, "security"> & { readonly policy: RoutePolicy };

export interface Router {
  /** Adds a route of the OpenAPI document. */
  openapi<R extends PolicedRoute>(route: R, handler: RouteHandler<R>): Router;
  /** Adds a GET route that the document leaves out. */
  get(path: string, policy: RoutePolicy, handler: MiddlewareHandler): Router;
  /** Adds all routes of another router. */
  include(routes: Router): Router;
  /** Every route, in the order of their declaration. */
  readonly declared: readonly DeclaredRoute[];
  readonly hono: OpenAPIHono;
}

/** How most routes are allowed: with a token, or without where the server needs none. */
const BY_TOKEN = [{ token: [] }, {}];

/**
 * An empty set of routes. Input is validated by the schemas that document it.
 *
 * @param group That of its routes in the document; left out: it has no documented ones of its own.
 */
export function createRouter(group?: Group): Router {
  const declared: DeclaredRoute[] = [];
  const hono = new OpenAPIHono({
    strict: false,
    defaultHook: (result) => {
      // The input is present as well where it is refused.
      const { data } = result as { readonly data?: unknown };
      if (!result.success) return problemResponse(inputProblem(result.error, data));
      return undefined;
    },
  });
  const router: Router = {
    openapi(route, handler) {
      const { policy, ...described } = route;
      refuseContradiction(route);
      const path = route.path.replaceAll(/\{(.+?)\}/g, ":$1");
      declared.push({ method: route.method.toUpperCase(), path, policy });
      const isOpen = ROUTE_ACCESS[`${route.method.toUpperCase()} ${path}`] === "open";
      const security = !isOpen && { security: BY_TOKEN };
      const operation = {
        ...{ operationId: operationIdOf(route), ...described, ...security },
        ...(group !== undefined && { tags: [group] }),
      };
      hono.openapi(operation as RouteConfig, handler as never);
      return router;
    },
    get(path, policy, handler) {
      declared.push({ method: "GET", path, policy });
      hono.get(path, handler);
      return router;
    },
    include(routes) {
      declared.push(...routes.declared);
      hono.route("/", routes.hono);
      return router;
    },
    declared,
    hono,
  };
  return router;
}

/** The name of an operation, for programs that are made from the document: `get /assets/{id}` is `getAssetsById`. */
function operationIdOf({ method, path }: Pick<PolicedRoute, "method" | "path">): string {
  const words = path.replaceAll("{", "by-").match(/[a-z]+/g) ?? ["index"];
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

/** Throws where a route has no policy, or one that contradicts its schemas. */
function refuseContradiction({ method, path, policy, request }: PolicedRoute): void {
  const name = `${method.toUpperCase()} ${path}`;
  if (policy === undefined) throw new Error(`bug: ${name} has no policy`);
  if ((policy.query === "read") !== (request?.query !== undefined))
    throw new Error(`bug: the policy of ${name} contradicts the schema of its query string`);
  const types = Object.keys(request?.body?.content ?? {}).sort();
  if (types.join() !== [...(policy.body?.types ?? [])].sort().join())
    throw new Error(`bug: the policy of ${name} contradicts the media types of its body`);
}
