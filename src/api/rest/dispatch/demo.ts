// The routes of the demo: whether it runs, and its end.

import { createRoute, z } from "@hono/zod-openapi";
import { DEMO_TEXTS } from "../../../domain/dispatch/fields.ts";
import { problem } from "../../transport/problem.ts";
import { CHANGE_BY_PATH, READ } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { answer, FORBIDDEN, MALFORMED, refuse, UNAUTHORIZED } from "../base/schemas.ts";

const DemoJson = z
  .object({ demo: z.boolean().openapi({ description: DEMO_TEXTS.isOn }) })
  .openapi("Demo");

const getDemo = createRoute({
  method: "get",
  path: "/demo",
  policy: READ,
  summary: "Whether the demo runs",
  responses: { 200: answer("Whether it runs.", DemoJson), 400: MALFORMED },
});

const endDemo = createRoute({
  method: "delete",
  path: "/demo",
  policy: CHANGE_BY_PATH,
  summary: "End the demo: its open dispatches are cancelled",
  responses: {
    200: answer("It does not run any more.", DemoJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
    403: FORBIDDEN,
  },
});

export function demoRoutes() {
  return createRouter("Dispatches")
    .openapi(getDemo, (c) => c.json({ demo: clientOf(c).dispatch.isDemoOn() }, 200))
    .openapi(endDemo, async (c) => {
      const { dispatch } = clientOf(c);
      const refused = await dispatch.endDemo();
      if (refused) return refuse(c, problem(refused.code, refused.message), 403);
      return c.json({ demo: dispatch.isDemoOn() }, 200);
    });
}
