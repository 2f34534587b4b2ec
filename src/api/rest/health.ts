import { createRoute, z } from "@hono/zod-openapi";
import { problem, problemResponse } from "../problem.ts";
import type { Services } from "../services.ts";
import { createRouter } from "./router.ts";
import { answer } from "./schemas.ts";

const live = createRoute({
  method: "get",
  path: "/health/live",
  summary: "Whether the process answers",
  responses: {
    200: answer(
      "It does.",
      z.object({ status: z.literal("live").openapi({ description: "The process answers." }) }),
    ),
  },
});

/** One tick that takes too long may be chance; these in a row say that the machine is too slow. */
const OVERRUNS_TOLERATED = 2;

export function healthRoutes({ isReady, tickerStats, writerStats }: Services) {
  const isDegraded = () =>
    writerStats()?.degraded || tickerStats().overrunsInARow > OVERRUNS_TOLERATED;
  const router = createRouter().openapi(live, (c) => c.json({ status: "live" as const }, 200));
  router.openapi(
    createRoute({
      method: "get",
      path: "/health/ready",
      summary: "Whether the fleet runs",
      responses: {
        200: answer(
          "It does. Degraded: telemetry waits on disk for the database while what is live goes on, or ticks take longer than they may.",
          z.object({
            status: z
              .enum(["ready", "degraded"])
              .openapi({ description: "Whether all is well, or something waits." }),
          }),
        ),
        503: { description: "The server is starting or stopping." },
      },
    }),
    (c) =>
      isReady()
        ? c.json({ status: isDegraded() ? ("degraded" as const) : ("ready" as const) }, 200)
        : problemResponse(problem("NOT_READY", "the fleet does not run now: ask again")),
  );
  return router;
}
