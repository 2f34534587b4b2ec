// Every route behind one door: who may ask, how large, and what an error looks like.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { GraphServer } from "../graphql/server.ts";
import { problem, problemResponse } from "../problem.ts";
import { assetRoutes } from "../rest/assets.ts";
import { dispatchRoutes } from "../rest/dispatch.ts";
import { documentRoutes } from "../rest/documents.ts";
import { fleetRoutes } from "../rest/fleet.ts";
import { healthRoutes } from "../rest/health.ts";
import { createMetrics } from "../rest/metrics.ts";
import { createRouter } from "../rest/router.ts";
import { telemetryRoutes } from "../rest/telemetry.ts";
import type { Services } from "../services.ts";
import type { Hub } from "../stream/hub.ts";
import type { Admission } from "./admission.ts";
import { page } from "./pages.ts";

const BODY_LARGEST = 64 * 1024;
const GRAPHQL_PATH = "/graphql";
const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

interface AppDeps {
  readonly services: Services;
  readonly graph: GraphServer;
  readonly hub: Hub;
  readonly admission: Admission;
  readonly corsOrigin: readonly string[];
  readonly chance: Chance;
  readonly log: Log;
  readonly version: string;
}

export function createApp(deps: AppDeps): OpenAPIHono {
  const { services, graph, hub, admission, corsOrigin, chance, log, version } = deps;
  const app = createRouter();
  const metrics = createMetrics(services, hub);

  app.use(metrics.timeRequests);
  app.use(secure);
  app.use(async (c, next) => {
    const refused = admission.refuseSender(c.req.method, (name) => c.req.header(name));
    return refused ? problemResponse(refused) : next();
  });
  if (corsOrigin.length > 0)
    app.use(cors({ origin: corsOrigin.includes("*") ? "*" : [...corsOrigin] }));
  app.use(async (c, next) => (CHANGES.has(c.req.method) ? refuseChange(c) : undefined) ?? next());
  app.use(
    bodyLimit({
      maxSize: BODY_LARGEST,
      onError: () =>
        problemResponse(
          problem("BODY_TOO_LARGE", `a body may have ${BODY_LARGEST} bytes: send less`),
        ),
    }),
  );

  for (const routes of [
    assetRoutes(services),
    telemetryRoutes(services),
    dispatchRoutes(services),
    fleetRoutes(services),
    healthRoutes(services),
  ])
    app.route("/", routes);
  app.get("/metrics", async (c) =>
    c.body(await metrics.text(), 200, { "content-type": metrics.contentType }),
  );
  const explorer = page("graphiql.html");
  app.on(["GET", "POST"], [GRAPHQL_PATH], async (c, next) => {
    if (c.req.method === "GET" && isVisit(c)) return (await explorer(c, next)) ?? c.notFound();
    const refuseChange = () => admission.refuseToken(c.req.header("authorization"));
    return graph.fetch(c.req.raw, { refuseChange });
  });
  app.route("/", documentRoutes(app, version));

  const methodsByPath = createMethodTable(app);
  function refuseChange(c: Context): Response | undefined {
    if (!methodsByPath(c.req.path).includes(c.req.method)) return refuseRoute(c);
    // Over GraphQL a POST may only read, so that the token is asked for once the operation is known.
    const refused =
      c.req.path === GRAPHQL_PATH
        ? undefined
        : admission.refuseToken(c.req.header("authorization"));
    if (refused) return problemResponse(refused, { "www-authenticate": "Bearer" });
    const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type === "application/json") return undefined;
    const detail = `send the header content-type: application/json, not ${type ?? "none"}`;
    return problemResponse(problem("MEDIA_TYPE_UNSUPPORTED", detail));
  }
  function refuseRoute(c: Context): Response {
    const { method, path } = c.req;
    const methods = methodsByPath(path);
    if (methods.length === 0)
      return problemResponse(
        problem("ROUTE_UNKNOWN", `there is no ${path}: GET / lists the addresses`),
      );
    const allow = methods.join(", ");
    const detail = `${path} does not know ${method}: use ${allow}`;
    return problemResponse(problem("METHOD_NOT_ALLOWED", detail), { allow });
  }

  app.notFound(refuseRoute);
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 400)
      return problemResponse(problem("BAD_JSON", "the body is not JSON: check quotes and commas"));
    const requestId = chance.newId();
    log.error(
      { err: error, requestId, method: c.req.method, path: c.req.path },
      "a request failed",
    );
    const detail = `something failed on our side; the log has it under ${requestId}`;
    return problemResponse(problem("INTERNAL", detail), { "x-request-id": requestId });
  });
  return app;
}

/** Whether a person opens an address in a browser, rather than a program asking. */
function isVisit(c: Context): boolean {
  return c.req.query("query") === undefined && /\btext\/html\b/.test(c.req.header("accept") ?? "");
}

const secure: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set("x-content-type-options", "nosniff");
  c.res.headers.set("cross-origin-resource-policy", "same-origin");
};

/** Tells which methods a path knows, from the routes that are mounted. */
function createMethodTable(app: OpenAPIHono): (path: string) => string[] {
  const routes = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.includes("*"))
    .map(({ method, path }) => ({
      method,
      pattern: new RegExp(`^${path.replace(/:[^/]+/g, "[^/]+")}/?$`),
    }));
  return (path) => {
    const methods = new Set<string>();
    for (const { method, pattern } of routes) if (pattern.test(path)) methods.add(method);
    if (methods.has("GET")) methods.add("HEAD");
    return [...methods];
  };
}
