import { createRoute, z } from "@hono/zod-openapi";
import { problem, problemResponse } from "../problem.ts";
import type { Services } from "../services.ts";
import { createRouter } from "./router.ts";
import { answer } from "./schemas.ts";

const live = createRoute({
  method: "get",
  path: "/health/live",
  summary: "Whether the process answers",
  responses: { 200: answer("It does.", z.object({ status: z.literal("live") })) },
});

export function healthRoutes({ isReady, writerStats }: Services) {
  const router = createRouter().openapi(live, (c) => c.json({ status: "live" as const }, 200));
  router.openapi(
    createRoute({
      method: "get",
      path: "/health/ready",
      summary: "Whether the fleet runs",
      responses: {
        200: answer(
          "It does. Degraded: what is live goes on, and telemetry waits on disk for the database.",
          z.object({ status: z.enum(["ready", "degraded"]) }),
        ),
        503: { description: "The server is starting or stopping." },
      },
    }),
    (c) =>
      isReady()
        ? c.json(
            { status: writerStats()?.degraded ? ("degraded" as const) : ("ready" as const) },
            200,
          )
        : problemResponse(problem("NOT_READY", "the fleet does not run now: ask again")),
  );
  return router;
}
