// The routes of health.
import { createRoute, z } from "@hono/zod-openapi";
import { HEALTH_CODES, type HealthCode } from "../../../domain/base/codes.ts";
import { problem, problemResponse } from "../../transport/problem.ts";
import { ALWAYS } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import type { Services } from "../../transport/services.ts";
import { answer, instant, instantText, OTHER_HOST } from "../base/schemas.ts";

/** Each code with its meaning. */
const MEANINGS = Object.entries(HEALTH_CODES)
  .map(([code, meaning]) => `${code}: ${meaning}`)
  .join(" ");

const live = createRoute({
  method: "get",
  path: "/health/live",
  policy: ALWAYS,
  summary: "Whether the process answers",
  responses: {
    200: answer(
      "It does.",
      z.object({ status: z.literal("live").openapi({ description: "The process answers." }) }),
    ),
    421: OTHER_HOST,
  },
});

const Ready = z
  .object({
    status: z
      .enum(["ready", "degraded"])
      .openapi({ description: "ready: all is well; degraded: it is not, for the reasons." }),
    reasons: z
      .array(
        z.object({
          code: z
            .enum(Object.keys(HEALTH_CODES) as HealthCode[])
            .openapi({ description: `Stable, for programs. ${MEANINGS}` }),
          message: z.string().openapi({ description: "What happens, until when, and what to do." }),
          since: instant("When it began, UTC."),
        }),
      )
      .openapi({
        description:
          "What is not well now; several may have one code. A loss, or skipped ticks, stay for ten minutes after they last happened.",
      }),
  })
  .openapi("Ready");

export function healthRoutes({ isReady, health }: Pick<Services, "isReady" | "health">) {
  const router = createRouter("Server").openapi(live, (c) =>
    c.json({ status: "live" as const }, 200),
  );
  router.openapi(
    createRoute({
      method: "get",
      path: "/health/ready",
      policy: ALWAYS,
      summary: "Whether the fleet runs, and whether all is well",
      responses: {
        200: answer("It runs.", Ready),
        421: OTHER_HOST,
        503: { description: "The server is starting or stopping." },
      },
    }),
    (c) => {
      if (!isReady())
        return problemResponse(problem("NOT_READY", "the fleet does not run now: try again"));
      const reasons = health
        .reasons()
        .map(({ code, message, sinceMs }) => ({ code, message, since: instantText(sinceMs) }));
      const status = reasons.length > 0 ? ("degraded" as const) : ("ready" as const);
      return c.json({ status, reasons }, 200);
    },
  );
  return router;
}
