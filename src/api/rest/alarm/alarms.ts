// The routes that list and acknowledge alarms.

import { createRoute, z } from "@hono/zod-openapi";
import { PAGE_LARGEST } from "../../../domain/base/page.ts";
import { problem } from "../../transport/problem.ts";
import { CHANGE_BY_PATH, READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import {
  AlarmParams,
  answer,
  FORBIDDEN,
  MALFORMED,
  numberText,
  refuse,
  refused,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import { AlarmJson, alarmJson, Severity } from "./shapes.ts";

const listAlarms = createRoute({
  method: "get",
  path: "/alarms",
  policy: READ_BY_QUERY,
  summary: "Alarms, those that were raised last first",
  request: {
    query: z.strictObject({
      open: z.enum(["true", "false"]).optional().openapi({
        description:
          "true: only those that are not cleared, also while the database is unavailable; false: only those that are; left out: both.",
      }),
      severity: z
        .union([Severity, z.array(Severity)])
        .transform((given) => (typeof given === "string" ? [given] : given))
        .optional()
        .openapi({
          type: "array",
          items: { type: "string", enum: Severity.options },
          description: "Only those of this severity; may be repeated.",
        }),
      limit: numberText(
        `How many at most, 1 to ${PAGE_LARGEST}; 50 where left out.`,
        1,
        PAGE_LARGEST,
      ).default(50),
      after: z.string().optional().openapi({
        description: "The `next` of the page before.",
      }),
    }),
  },
  responses: {
    200: answer(
      "A page.",
      z.object({
        alarms: z.array(AlarmJson).openapi({ description: "Those that were raised last first." }),
        next: z
          .string()
          .nullable()
          .openapi({ description: "Cursor of the next page; null on the last." }),
      }),
    ),
    400: MALFORMED,
  },
});

const acknowledge = createRoute({
  method: "post",
  path: "/alarms/{id}/acknowledge",
  policy: CHANGE_BY_PATH,
  summary: "Acknowledge an alarm, open or cleared: it is known",
  request: { params: AlarmParams },
  responses: {
    200: answer("The alarm; as it was where it was acknowledged before.", AlarmJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
    403: FORBIDDEN,
    404: refused("No alarm has this id."),
  },
});

export function alarmRoutes() {
  return createRouter("Alarms")
    .openapi(listAlarms, async (c) => {
      const { open, severity: severities, limit, after } = c.req.valid("query");
      const before = after === undefined ? undefined : Number(after);
      if (before !== undefined && !Number.isSafeInteger(before)) return refuse(c, NOT_NEXT, 400);
      const listed = await clientOf(c).alarms.list({
        open: open && open === "true",
        severities,
        before,
        limit: limit + 1,
      });
      const page = listed.slice(0, limit);
      const next = listed.length > limit ? String(page.at(-1)?.raisedNumber) : null;
      return c.json({ alarms: page.map(alarmJson), next }, 200);
    })
    .openapi(acknowledge, async (c) => {
      const result = await clientOf(c).alarms.acknowledge(c.req.valid("param").id);
      if (result.accepted) return c.json(alarmJson(result.alarm), 200);
      const { code, message } = result.refusal;
      const status = code === "FORBIDDEN" ? 403 : 404;
      return refuse(c, problem(code, message, { field: "id" }), status);
    });
}

const NOT_NEXT = problem("BAD_CURSOR", "after must be the next of an earlier page", {
  field: "after",
});
