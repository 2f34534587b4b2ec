// The application: every route with its policy, behind one middleware.

import type { OpenAPIHono } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import type { Log } from "../domain/ports/log.ts";
import { OPERATION_ROUTES } from "./graphql/server/http.ts";
import { UPGRADE_ROUTE } from "./graphql/server/web-socket.ts";
import { alarmRoutes } from "./rest/alarm/alarms.ts";
import { alarmStreamRoutes } from "./rest/alarm/stream.ts";
import { assetRoutes } from "./rest/asset/assets.ts";
import { assetChangeRoutes } from "./rest/asset/changes.ts";
import { auditRoutes } from "./rest/audit/audit-logs.ts";
import { auditStreamRoutes } from "./rest/audit/stream.ts";
import { documentRoutes } from "./rest/base/documents.ts";
import { catalogueRoutes } from "./rest/data-point/catalogue.ts";
import { queryRoutes } from "./rest/data-point/query.ts";
import { saveRoutes } from "./rest/data-point/save.ts";
import { demoRoutes } from "./rest/dispatch/demo.ts";
import { dispatchRoutes } from "./rest/dispatch/dispatch.ts";
import { forecastRoutes } from "./rest/dispatch/forecast.ts";
import { dispatchPreviewRoutes } from "./rest/dispatch/preview.ts";
import { scheduleRoutes } from "./rest/dispatch/schedule.ts";
import { siteDispatchRoutes } from "./rest/dispatch/site.ts";
import { dispatchStatusRoutes } from "./rest/dispatch/status.ts";
import { dispatchStreamRoutes } from "./rest/dispatch/stream.ts";
import { fleetFileRoutes } from "./rest/fleet/file.ts";
import { fleetRoutes } from "./rest/fleet/fleet.ts";
import { healthRoutes } from "./rest/health/health.ts";
import type { Metrics } from "./rest/health/metrics.ts";
import { metricsAnswer } from "./rest/health/metrics-answer.ts";
import { webSocketCheckRoutes } from "./rest/health/web-socket-check.ts";
import { roleRuleRoutes } from "./rest/identity/role-rules.ts";
import { tokenRoutes } from "./rest/identity/tokens.ts";
import { viewerRoutes } from "./rest/identity/viewer.ts";
import { settingChangeRoutes } from "./rest/settings/changes.ts";
import { settingRoutes } from "./rest/settings/settings.ts";
import { siteChangeRoutes } from "./rest/site/changes.ts";
import { historyRoutes } from "./rest/telemetry/history.ts";
import { streamRoutes } from "./rest/telemetry/stream.ts";
import { telemetryRoutes } from "./rest/telemetry/telemetry.ts";
import { versionRoutes } from "./rest/version/versions.ts";
import type { EventStreams } from "./stream/event-streams.ts";
import type { Hub } from "./stream/hub.ts";
import type { Failures } from "./transport/failures.ts";
import type { Limits } from "./transport/limits.ts";
import { PARAMETERS_MALFORMED } from "./transport/media.ts";
import { createMiddleware } from "./transport/middleware.ts";
import { createPages } from "./transport/pages.ts";
import { refuseUndeclared } from "./transport/policy-table.ts";
import { NOT_JSON, problemResponse } from "./transport/problem.ts";
import type { RequestPolicy } from "./transport/request-policy.ts";
import type { RequestSpans } from "./transport/request-spans.ts";
import { GRAPHQL_PATH } from "./transport/request-target.ts";
import { createRouteGuard } from "./transport/route-guard.ts";
import { ALWAYS, type DeclaredRoute } from "./transport/route-policy.ts";
import { createRouter, type Router } from "./transport/router.ts";
import type { Services } from "./transport/services.ts";
import type { Sessions } from "./transport/session.ts";

interface AppDeps {
  readonly services: Services;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  readonly requestPolicy: RequestPolicy;
  readonly hub: Hub;
  readonly streams: EventStreams;
  readonly limits: Limits;
  /** Identifies this run of the server. */
  readonly runId: string;
  readonly failures: Failures;
  readonly log: Log;
  readonly version: string;
  /** Origins of the provider that pages sign in at. Left out: none. */
  readonly signInOrigins?: (() => readonly string[]) | undefined;
  /** Left out: there are no traces. */
  readonly spans?: RequestSpans | undefined;
}

export interface App {
  readonly fetch: OpenAPIHono["fetch"];
  /** Every route of the server with its policy, those of GraphQL and its WebSocket among them. */
  readonly declared: readonly DeclaredRoute[];
}

export function createApp(deps: AppDeps): App {
  const { services, sessions, metrics, requestPolicy, limits, failures, spans } = deps;
  const pages = createPages(deps.signInOrigins ?? (() => []));
  const router = createRouter();
  const { hono } = router;
  const declared = () => [...router.declared, ...OPERATION_ROUTES, UPGRADE_ROUTE];
  const { observe } = metrics;
  const guard = createRouteGuard({ requestPolicy, services, sessions, declared });
  hono.use(createMiddleware({ guard, services, requestPolicy, limits, declared, observe, spans }));
  for (const routes of restRoutes(deps)) router.include(routes);
  router
    .get("/metrics", ALWAYS, metricsAnswer(metrics))
    .get(GRAPHQL_PATH, { ...ALWAYS, exact: true }, pages.graphiql)
    .include(documentRoutes({ app: hono, pages, version: deps.version }));
  refuseUndeclared(hono.routes, declared());
  hono.notFound(guard.refuseRoute);
  hono.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 400) return problemResponse(NOT_JSON);
    if (error instanceof HTTPException && error.status === 415)
      return problemResponse(PARAMETERS_MALFORMED);
    const { problem, headers } = failures(error, c.req);
    return problemResponse(problem, headers);
  });
  return { fetch: hono.fetch, declared: declared() };
}

function restRoutes(deps: AppDeps): readonly Router[] {
  const { services, log } = deps;
  return [
    // Before the routes of one asset, whose path matches too.
    fleetFileRoutes(),
    assetRoutes(),
    assetChangeRoutes(),
    // Before the route of one asset, whose path matches too.
    streamRoutes(deps),
    telemetryRoutes(),
    historyRoutes(log),
    dispatchStreamRoutes(deps),
    dispatchRoutes(),
    dispatchPreviewRoutes(),
    dispatchStatusRoutes(),
    scheduleRoutes(),
    siteDispatchRoutes(),
    demoRoutes(),
    alarmStreamRoutes(deps),
    alarmRoutes(),
    auditStreamRoutes(deps),
    auditRoutes(log),
    catalogueRoutes(log),
    queryRoutes(log),
    saveRoutes(),
    settingRoutes(),
    settingChangeRoutes(),
    forecastRoutes(log),
    fleetRoutes(),
    siteChangeRoutes(),
    viewerRoutes(services),
    tokenRoutes(),
    roleRuleRoutes(),
    healthRoutes(services),
    versionRoutes(),
    webSocketCheckRoutes(deps),
  ];
}
