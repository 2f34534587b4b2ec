// The policy of each route: a change of this table is a change of the rights of clients.
import { createRoute } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { ROUTE_ACCESS } from "../../../src/api/transport/access.ts";
import { refuseUndeclared } from "../../../src/api/transport/policy-table.ts";
import { ALWAYS, CHANGE, READ, READ_BY_QUERY } from "../../../src/api/transport/route-policy.ts";
import { createRouter } from "../../../src/api/transport/router.ts";
import { createAppUnderTest } from "../../support/app-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";

test("every route has its policy", () => {
  const { declared } = createAppUnderTest({}, silentLog);
  const lines = declared.map(({ method, path, protocol, policy }) => {
    const { served, body, query, exact } = policy;
    const access = protocol === undefined ? ROUTE_ACCESS[`${method} ${path}`] : "by its fields";
    const media = body?.types.map((type) => type.split("/")[1]).join("|");
    const size = body && body.messages > 1 ? ` x${body.messages}` : "";
    return [
      `${method} ${path}${protocol ? ` (${protocol})` : ""}`,
      `${access}, ${served}, body ${media ?? "none"}${size}, query ${query}${exact ? ", exact" : ""}`,
    ].join(": ");
  });
  expect(lines.sort()).toMatchInlineSnapshot(`
    [
      "DELETE /assets/:id: administer, running, body none, query refused",
      "DELETE /demo: operate, running, body none, query refused",
      "DELETE /dispatch/:id: operate, running, body none, query refused",
      "DELETE /role_rules/:id: administer, running, body none, query refused",
      "DELETE /settings/:id: configure, running, body none, query read",
      "DELETE /sites/:id: administer, running, body none, query refused",
      "DELETE /tokens/:name: administer, running, body none, query refused",
      "GET /: open, always, body none, query ignored",
      "GET /alarms/stream: read, running, body none, query read",
      "GET /alarms: read, running, body none, query read",
      "GET /assets/:id/forecast: read, running, body none, query read",
      "GET /assets/:id/schedule: read, running, body none, query refused",
      "GET /assets/:id: read, running, body none, query refused",
      "GET /assets/export: read, running, body none, query refused",
      "GET /assets: read, running, body none, query refused",
      "GET /audit_logs/stream: administer, running, body none, query read",
      "GET /audit_logs: administer, running, body none, query read",
      "GET /data_points: read, running, body none, query read",
      "GET /demo: read, running, body none, query refused",
      "GET /dispatch/:id: read, running, body none, query refused",
      "GET /dispatches/stream: read, running, body none, query read",
      "GET /dispatches: read, running, body none, query read",
      "GET /docs: open, always, body none, query ignored",
      "GET /fleet: read, running, body none, query refused",
      "GET /graphql (GraphQL): by its fields, running, body none, query read, exact",
      "GET /graphql (WebSocket): by its fields, running, body json, query ignored, exact",
      "GET /graphql: open, always, body none, query ignored, exact",
      "GET /health/live: open, always, body none, query ignored",
      "GET /health/ready: open, always, body none, query ignored",
      "GET /health/websocket: open, always, body none, query read",
      "GET /metrics: read, always, body none, query ignored",
      "GET /openapi.json: open, always, body none, query ignored",
      "GET /pages/*: open, always, body none, query ignored",
      "GET /query_data: read, running, body none, query read",
      "GET /role_rules: administer, running, body none, query refused",
      "GET /settings/:id/history: configure, running, body none, query read",
      "GET /settings/:id: configure, running, body none, query read",
      "GET /settings: configure, running, body none, query read",
      "GET /sign_in: open, always, body none, query ignored",
      "GET /sites/:id/forecast: read, running, body none, query read",
      "GET /sites/:id: read, running, body none, query refused",
      "GET /sites: read, running, body none, query refused",
      "GET /telemetry/:id/history: read, running, body none, query read",
      "GET /telemetry/:id: read, running, body none, query refused",
      "GET /telemetry/stream: read, running, body none, query read",
      "GET /telemetry: read, running, body none, query read",
      "GET /tokens: administer, running, body none, query refused",
      "GET /versions: read, always, body none, query read",
      "GET /viewer: known, running, body none, query refused",
      "PATCH /assets/:id: administer, running, body json, query refused",
      "PATCH /sites/:id: administer, running, body json, query refused",
      "POST /alarms/:id/acknowledge: operate, running, body none, query refused",
      "POST /assets/:id/forecast: read, running, body json x4, query refused",
      "POST /assets/batch: administer, running, body json x4, query refused",
      "POST /assets/reload: administer, running, body none, query refused",
      "POST /assets: administer, running, body json, query refused",
      "POST /describe_data: administer, running, body json x4, query refused",
      "POST /dispatch/:id/renew: operate, running, body none, query refused",
      "POST /dispatch/preview: read, running, body json, query refused",
      "POST /dispatch: operate, running, body json, query refused",
      "POST /dispatches: operate, running, body json x4, query refused",
      "POST /graphql (GraphQL): by its fields, running, body json, query ignored, exact",
      "POST /query_data: read, running, body json, query read",
      "POST /role_rules: administer, running, body json, query refused",
      "POST /save_data: save, running, body json|csv|vnd.apache.arrow.stream x64, query read",
      "POST /settings/:id/rollback: configure, running, body json, query read",
      "POST /sites/:id/dispatch/preview: read, running, body json, query refused",
      "POST /sites/:id/dispatch: operate, running, body json, query refused",
      "POST /sites: administer, running, body json, query refused",
      "POST /tokens: administer, running, body json, query refused",
      "POST /withdraw_data: save, running, body json, query refused",
      "PUT /assets/:id/schedule: schedule, running, body json|csv x4, query read",
      "PUT /settings/:id: configure, running, body json, query read",
    ]
  `);
});

test("a route without a policy does not compile, and does not start", () => {
  const route = createRoute({ method: "get", path: "/planted", responses: {} });
  const handler = async () => new Response() as never;
  // @ts-expect-error A route needs a policy.
  expect(() => createRouter().openapi(route, handler)).toThrow("GET /planted has no policy");
});

test("a route that is mounted past the router does not start", () => {
  const { hono, declared } = createRouter().get("/docs", ALWAYS, async (c) => c.body(null));
  expect(() => refuseUndeclared(hono.routes, declared)).not.toThrow();
  hono.post("/docs", (c) => c.body(null));
  expect(() => refuseUndeclared(hono.routes, declared)).toThrow("POST /docs has no policy");
});

test("a route that is not in the table of access does not start", () => {
  const { hono, declared } = createRouter().get("/planted", READ, async (c) => c.body(null));
  expect(() => refuseUndeclared(hono.routes, declared)).toThrow("GET /planted is not in the table");
});

test("the table of access has no route that is not declared", () => {
  const { declared } = createAppUnderTest({}, silentLog);
  const names = declared.map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(ROUTE_ACCESS).filter((name) => !names.includes(name))).toEqual([]);
});

test.each([
  ["its query string", { method: "get", policy: READ_BY_QUERY }],
  ["the media types of its body", { method: "post", policy: CHANGE }],
] as const)("a policy that contradicts the schema of %s does not start", (what, given) => {
  const route = createRoute({ ...given, path: "/planted", responses: {} });
  const handler = async () => new Response() as never;
  expect(() => createRouter().openapi(route, handler)).toThrow(what);
});

test("every route but the open ones has a token in the OpenAPI document", () => {
  const router = createRouter();
  for (const path of ["/docs", "/fleet"])
    router.openapi(
      createRoute({ method: "get", path, policy: READ, responses: { 200: { description: "" } } }),
      (c) => c.body(null),
    );
  const info = { title: "", version: "" };
  const { paths } = router.hono.getOpenAPI31Document({ openapi: "3.1.0", info });
  expect(paths?.["/docs"]?.get?.security).toBeUndefined();
  expect(paths?.["/fleet"]?.get?.security).toEqual([{ token: [] }, {}]);
});
