// Every route behind one door: who may ask, how large, and what an error looks like.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { Fault } from "../../domain/fault.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Log } from "../../domain/ports/log.ts";
import { GRAPHQL_PATH, refuseUnready } from "../graphql/http.ts";
import type { Limits } from "../limits.ts";
import { problem, problemResponse } from "../problem.ts";
import { assetRoutes } from "../rest/assets.ts";
import { dispatchRoutes } from "../rest/dispatch.ts";
import { dispatchLifeRoutes } from "../rest/dispatch-life.ts";
import { dispatchPreviewRoutes } from "../rest/dispatch-preview.ts";
import { dispatchStreamRoutes } from "../rest/dispatch-stream.ts";
import { documentRoutes } from "../rest/documents.ts";
import { fleetRoutes } from "../rest/fleet.ts";
import { healthRoutes } from "../rest/health.ts";
import { historyRoutes } from "../rest/history.ts";
import type { Metrics } from "../rest/metrics.ts";
import { createRouter } from "../rest/router.ts";
import { scheduleRoutes } from "../rest/schedule.ts";
import { siteDispatchRoutes } from "../rest/site-dispatch.ts";
import { streamRoutes } from "../rest/stream.ts";
import { telemetryRoutes } from "../rest/telemetry.ts";
import type { Services } from "../services.ts";
import type { EventStreams } from "../stream/event-streams.ts";
import type { Hub } from "../stream/hub.ts";
import type { Admission } from "./admission.ts";
import { LIST_FACTOR, refuseMedia, takesList } from "./media.ts";
import { page } from "./pages.ts";

/** What can only be answered while the fleet runs. */
const NEEDS_FLEET = /^\/(assets|sites|fleet|telemetry|dispatch|dispatches)(\/|$)/;
const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Questions that are too long for an address: they change nothing, and need no token. */
const READS_BY_POST = /^POST \/dispatch\/preview\/?$/;
/** What has no body, whatever a client sends. */
const READS = new Set(["GET", "HEAD"]);

interface AppDeps {
  readonly services: Services;
  readonly metrics: Metrics;
  readonly admission: Admission;
  readonly hub: Hub;
  readonly streams: EventStreams;
  readonly limits: Limits;
  /** Names this run of the server. */
  readonly runId: string;
  readonly chance: Chance;
  readonly log: Log;
  readonly version: string;
}

export function createApp(deps: AppDeps): OpenAPIHono {
  const { services, metrics, admission, limits, chance, log, version } = deps;
  const app = createRouter();

  app.use(metrics.timeRequests);
  app.use(async (c, next) => {
    const refused = admission.refuseSender(c.req.method, (name) => c.req.header(name));
    const preflight = refused ? undefined : answerPreflight(c);
    if (refused) c.res = problemResponse(refused);
    else if (preflight) c.res = preflight;
    else await next();
    const headers = admission.answerHeaders(c.req.header("origin"));
    for (const [name, value] of Object.entries(headers))
      if (name === "vary") c.res.headers.append(name, value);
      else c.res.headers.set(name, value);
  });
  app.use(async (c, next) => (CHANGES.has(c.req.method) ? refuseChange(c) : undefined) ?? next());
  const limitBody = bodyLimitOf(limits.maxMessageKb * 1024);
  const limitList = bodyLimitOf(limits.maxMessageKb * 1024 * LIST_FACTOR);
  app.use((c, next) => (takesList(c.req.path) ? limitList : limitBody)(c, next));

  app.use(async (c, next) => {
    const refused = NEEDS_FLEET.test(c.req.path) ? refuseUnready(services) : undefined;
    return refused ? problemResponse(refused) : next();
  });

  for (const routes of [
    assetRoutes(services),
    // Before the route of one asset, whose path it also fits.
    streamRoutes(deps),
    telemetryRoutes(services),
    historyRoutes(services, log),
    dispatchStreamRoutes(deps),
    dispatchRoutes(services),
    dispatchPreviewRoutes(services),
    dispatchLifeRoutes(services),
    scheduleRoutes(services),
    siteDispatchRoutes(services),
    fleetRoutes(services),
    healthRoutes(services),
  ])
    app.route("/", routes);
  app.get("/metrics", async (c) =>
    c.body(await metrics.text(), 200, { "content-type": metrics.contentType }),
  );
  // Operations never come here: see api/graphql/http.
  app.on(["GET", "POST"], [GRAPHQL_PATH], page("graphiql.html"));
  app.route("/", documentRoutes(app, version));

  const methodsByPath = createMethodTable(app);
  function refuseChange(c: Context): Response | undefined {
    const { method, path } = c.req;
    if (!methodsByPath(path).includes(method)) return refuseRoute(c);
    const refused = READS_BY_POST.test(`${method} ${path}`)
      ? undefined
      : admission.refuseToken(c.req.header("authorization"));
    if (refused) return problemResponse(refused, { "www-authenticate": "Bearer" });
    const media = refuseMedia(method, path, c.req.header("content-type"));
    return media && problemResponse(media);
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
    if (error instanceof Fault) {
      log.warn({ err: error, path: c.req.path }, error.message);
      return problemResponse(problem(error.code, error.message));
    }
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

function bodyLimitOf(maxSize: number): MiddlewareHandler {
  const tooLarge = () =>
    problemResponse(problem("BODY_TOO_LARGE", `a body may have ${maxSize} bytes: send less`));
  const countBody = bodyLimit({ maxSize, onError: tooLarge });
  return async (c, next) => {
    if (READS.has(c.req.method)) return next();
    const length = c.req.header("content-length");
    const isTold = length !== undefined && c.req.header("transfer-encoding") === undefined;
    // To count what comes, it makes a whole web request and stream, which cost more than the rest of an answer.
    if (!isTold) return countBody(c, next);
    return Number(length) > maxSize ? tooLarge() : next();
  };
}

/** Answers what a browser asks before it lets a page of an allowed origin make a change. */
function answerPreflight(c: Context): Response | undefined {
  if (c.req.method !== "OPTIONS" || !c.req.header("access-control-request-method"))
    return undefined;
  const headers = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "authorization, content-type, idempotency-key",
  };
  return new Response(null, { status: 204, headers });
}

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
