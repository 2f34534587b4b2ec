// The route that checks whether a WebSocket of a page would be accepted: browsers hide from a page why its own was refused.

import { createRoute, z } from "@hono/zod-openapi";
import { problemResponse } from "../../transport/problem.ts";
import { refuseUnready } from "../../transport/readiness.ts";
import type { RequestPolicy } from "../../transport/request-policy.ts";
import { ALWAYS, type RoutePolicy } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import type { Services } from "../../transport/services.ts";
import { answer, MALFORMED, refused } from "../base/schemas.ts";

const CHECK: RoutePolicy = { ...ALWAYS, query: "read" };

const check = createRoute({
  method: "get",
  path: "/health/websocket",
  policy: CHECK,
  summary: "Whether a WebSocket of a page would be accepted, and if not, what to change",
  request: {
    query: z.strictObject({
      origin: z.url().openapi({
        description: "Origin of the page, as its browser sends it.",
        example: "http://localhost:3001",
      }),
    }),
  },
  responses: {
    200: answer(
      "It would be accepted, where a proxy passes upgrades on.",
      z.object({ taken: z.literal(true).openapi({ description: "It would be accepted." }) }),
    ),
    400: MALFORMED,
    403: refused("The origin is not that of this server: what to change."),
    503: refused("The server is starting or stopping."),
  },
});

interface CheckDeps {
  readonly services: Pick<Services, "isReady">;
  readonly requestPolicy: RequestPolicy;
}

export function webSocketCheckRoutes({ services, requestPolicy }: CheckDeps) {
  return createRouter("Server").openapi(check, (c) => {
    const { origin } = c.req.valid("query");
    // Not all browsers send with a WebSocket the headers of other requests: only origin and host are sure.
    const header = (name: string) =>
      name === "origin" ? origin : name === "host" ? c.req.header("host") : undefined;
    const refusal = requestPolicy.refuseSender("POST", header) ?? refuseUnready(services);
    if (refusal) return problemResponse(refusal) as never;
    return c.json({ taken: true as const }, 200);
  });
}
