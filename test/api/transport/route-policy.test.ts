// The policy of each route: a change of this table is a change of the rights of clients.
import { createRoute } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { refuseUndeclared } from "../../../src/api/transport/policy-table.ts";
import { ALWAYS, CHANGE, READ, READ_BY_QUERY } from "../../../src/api/transport/route-policy.ts";
import { createRouter } from "../../../src/api/transport/router.ts";
import { createAppUnderTest } from "../../support/app-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";

test("every route has its policy", () => {
  const { declared } = createAppUnderTest({}, silentLog);
  const lines = declared.map(({ method, path, protocol, policy }) => {
    const { access, served, body, query, exact } = policy;
    const media = body?.types.map((type) => type.split("/")[1]).join("|");
    const size = body && body.messages > 1 ? ` x${body.messages}` : "";
    return [
      `${method} ${path}${protocol ? ` (${protocol})` : ""}`,
      `${access}, ${served}, body ${media ?? "none"}${size}, query ${query}${exact ? ", exact" : ""}`,
    ].join(": ");
  });
  expect(lines.sort()).toMatchInlineSnapshot(`
    [
      "DELETE /assets/:id: token, running, body none, query refused",
      "DELETE /demo: token, running, body none, query refused",
      "DELETE /dispatch/:id: token, running, body none, query refused",
      "DELETE /role_rules/:id: token, running, body none, query refused",
      "DELETE /sites/:id: token, running, body none, query refused",
      "DELETE /tokens/:name: token, running, body none, query refused",
      "GET /: open, always, body none, query ignored",
      "GET /alarms/stream: open, running, body none, query read",
      "GET /alarms: open, running, body none, query read",
      "GET /assets/:id/forecast: open, running, body none, query read",
      "GET /assets/:id/schedule: open, running, body none, query refused",
      "GET /assets/:id: open, running, body none, query refused",
      "GET /assets/export: open, running, body none, query refused",
      "GET /assets: open, running, body none, query refused",
      "GET /demo: open, running, body none, query refused",
      "GET /dispatch/:id: open, running, body none, query refused",
      "GET /dispatches/stream: open, running, body none, query read",
      "GET /dispatches: open, running, body none, query read",
      "GET /docs: open, always, body none, query ignored",
      "GET /fleet: open, running, body none, query refused",
      "GET /graphql (GraphQL): operation, running, body none, query read, exact",
      "GET /graphql (WebSocket): operation, running, body json, query ignored, exact",
      "GET /graphql: open, always, body none, query ignored, exact",
      "GET /health/live: open, always, body none, query ignored",
      "GET /health/ready: open, always, body none, query ignored",
      "GET /health/websocket: open, always, body none, query read",
      "GET /metrics: open, always, body none, query ignored",
      "GET /openapi.json: open, always, body none, query ignored",
      "GET /pages/*: open, always, body none, query ignored",
      "GET /role_rules: token, running, body none, query refused",
      "GET /sign_in: open, always, body none, query ignored",
      "GET /sites/:id/forecast: open, running, body none, query read",
      "GET /sites/:id: open, running, body none, query refused",
      "GET /sites: open, running, body none, query refused",
      "GET /telemetry/:id/history: open, running, body none, query read",
      "GET /telemetry/:id: open, running, body none, query refused",
      "GET /telemetry/stream: open, running, body none, query read",
      "GET /telemetry: open, running, body none, query read",
      "GET /tokens: token, running, body none, query refused",
      "GET /viewer: open, running, body none, query refused",
      "PATCH /assets/:id: token, running, body json, query refused",
      "PATCH /sites/:id: token, running, body json, query refused",
      "POST /alarms/:id/acknowledge: token, running, body none, query refused",
      "POST /assets/:id/forecast: open, running, body json x4, query refused",
      "POST /assets/batch: token, running, body json x4, query refused",
      "POST /assets/reload: token, running, body none, query refused",
      "POST /assets: token, running, body json, query refused",
      "POST /dispatch/:id/renew: token, running, body none, query refused",
      "POST /dispatch/preview: open, running, body json, query refused",
      "POST /dispatch: token, running, body json, query refused",
      "POST /dispatches: token, running, body json x4, query refused",
      "POST /graphql (GraphQL): operation, running, body json, query ignored, exact",
      "POST /role_rules: token, running, body json, query refused",
      "POST /sites/:id/dispatch/preview: open, running, body json, query refused",
      "POST /sites/:id/dispatch: token, running, body json, query refused",
      "POST /sites: token, running, body json, query refused",
      "POST /tokens: token, running, body json, query refused",
      "PUT /assets/:id/schedule: token, running, body json|csv x4, query read",
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
  const { hono, declared } = createRouter().get("/known", ALWAYS, async (c) => c.body(null));
  expect(() => refuseUndeclared(hono.routes, declared)).not.toThrow();
  hono.post("/known", (c) => c.body(null));
  expect(() => refuseUndeclared(hono.routes, declared)).toThrow("POST /known has no policy");
});

test.each([
  ["its query string", { method: "get", policy: READ_BY_QUERY }],
  ["the media types of its body", { method: "post", policy: CHANGE }],
] as const)("a policy that contradicts the schema of %s does not start", (what, given) => {
  const route = createRoute({ ...given, path: "/planted", responses: {} });
  const handler = async () => new Response() as never;
  expect(() => createRouter().openapi(route, handler)).toThrow(what);
});

test("only a change requires the token in the OpenAPI document", () => {
  const router = createRouter();
  for (const [path, policy] of Object.entries({ "/read": READ, "/change": READ_BY_TOKEN }))
    router.openapi(
      createRoute({ method: "get", path, policy, responses: { 200: { description: "" } } }),
      (c) => c.body(null),
    );
  const info = { title: "", version: "" };
  const { paths } = router.hono.getOpenAPI31Document({ openapi: "3.1.0", info });
  expect(paths?.["/read"]?.get?.security).toBeUndefined();
  expect(paths?.["/change"]?.get?.security).toEqual([{ token: [] }, {}]);
});

const READ_BY_TOKEN = { ...READ, access: "token" } as const;
