// Refuses what is asked in the address of a route that takes nothing there. For all of them in one place: a check of
// its own costs each answer as much as two steps of Hono.

import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { inputProblem } from "./input-problem.ts";
import type { Problem } from "./problem.ts";

type Definitions = OpenAPIHono["openAPIRegistry"]["definitions"];

const Nothing = z.strictObject({});

/** @param definitions Those of the routes that are mounted; asked for once, when the first request asks something. */
export function createQueryRule(definitions: () => Definitions) {
  let silent: ReadonlyMap<string, boolean> | undefined;
  return (c: Context): Problem | undefined => {
    silent ??= isSilentByRoute(definitions());
    const isSilent = ({ method, path }: { readonly method: string; readonly path: string }) =>
      silent?.get(`${method} ${path}`);
    // More than one may fit an address: the first answers.
    const first = matchedRoutes(c).find((route) => isSilent(route) !== undefined);
    if (first === undefined || !isSilent(first)) return undefined;
    const query = c.req.query();
    const requested = Nothing.safeParse(query);
    return requested.success ? undefined : inputProblem(requested.error, query);
  };
}

/** Whether a route takes no query, by its method and its path as Hono has it. */
function isSilentByRoute(definitions: Definitions): ReadonlyMap<string, boolean> {
  const routes = definitions.flatMap((it) => (it.type === "route" ? [it.route] : []));
  return new Map(
    routes.map(({ method, path, request }) => [
      `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
      request?.query === undefined,
    ]),
  );
}
