// The route that lists the audit log.
import { createRoute, z } from "@hono/zod-openapi";
import type { AuditFilter } from "../../../domain/audit/filter.ts";
import { AUDIT_OUTCOMES } from "../../../domain/audit/record.ts";
import { PAGE_LARGEST } from "../../../domain/base/page.ts";
import { CHANNELS } from "../../../domain/identity/principal.ts";
import type { Log } from "../../../domain/ports/log.ts";
import type { AuditQueries } from "../../../services/audit/audit.ts";
import { problem } from "../../transport/problem.ts";
import { READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { numberOf } from "../base/event-answer.ts";
import { answerRows } from "../base/rows.ts";
import { BUSY, FORBIDDEN, MALFORMED, numberText, refuse, time } from "../base/schemas.ts";
import { AuditRecordJson, auditJson } from "./shapes.ts";

/** Records of a page where no limit is given. */
const DEFAULT_COUNT = 50;
const LARGEST_COUNT = 10_000_000;

const equal = (what: string) =>
  z
    .string()
    .optional()
    .openapi({ description: `Only records with this ${what}.` });

const Query = z.strictObject({
  actor: equal("actor"),
  action: equal("action"),
  target: equal("target"),
  channel: z.enum(CHANNELS).optional().openapi({ description: "Only those that came this way." }),
  outcome: z
    .enum(AUDIT_OUTCOMES)
    .optional()
    .openapi({ description: "Only those with this outcome." }),
  from: time.optional().openapi({ description: "Earliest instant, included." }),
  until: time.optional().openapi({ description: "Latest instant, excluded." }),
  limit: numberText(
    `How many at most; of a page 1 to ${PAGE_LARGEST}, ${DEFAULT_COUNT} where left out; of CSV and lines all where left out.`,
    1,
    LARGEST_COUNT,
  ).optional(),
  after: z.string().optional().openapi({ description: "The `next` of the page before." }),
  format: z.enum(["json", "csv", "ndjson"]).default("json").openapi({
    description: "A page, CSV with names on top, or one object a line. The last two are streamed.",
  }),
});

const listAudit = createRoute({
  method: "get",
  path: "/audit_logs",
  policy: READ_BY_QUERY,
  summary: "Changes and refused attempts, the newest first",
  request: { query: Query },
  responses: {
    200: {
      description:
        "A page, or rows. A connection that is reset before the end means that the rest could not be read. In CSV a text that begins with =, +, - or @ has an apostrophe before it.",
      content: {
        "application/json": {
          schema: z.object({
            records: z.array(AuditRecordJson).openapi({ description: "The newest first." }),
            next: z
              .string()
              .nullable()
              .openapi({ description: "Cursor of the next page; null on the last." }),
          }),
        },
        "application/x-ndjson": { schema: z.string() },
        "text/csv": { schema: z.string() },
      },
    },
    400: MALFORMED,
    403: FORBIDDEN,
    503: BUSY,
  },
});

export function auditRoutes(log: Log) {
  const router = createRouter("Audit");
  router.openapi(listAudit, async (c) => {
    const { from, until, limit, after, format, ...equals } = c.req.valid("query");
    const audit = clientOf(c).audit.log();
    if ("code" in audit) return refuse(c, problem(audit.code, audit.message), 403);
    const before = after === undefined ? undefined : numberOf(after);
    if (after !== undefined && before === undefined) return refuse(c, NOT_NEXT, 400);
    const filter = { ...equals, fromMs: from, untilMs: until, before };
    if (format !== "json")
      return (await answerRows(c, format, rowPages(audit, filter, limit), log)) as never;
    const count = limit ?? DEFAULT_COUNT;
    if (count > PAGE_LARGEST) return refuse(c, TOO_LONG, 400);
    const listed = await audit.list({ ...filter, limit: count + 1 });
    const page = listed.slice(0, count);
    const next = listed.length > count ? String(page.at(-1)?.number) : null;
    return c.json({ records: page.map(auditJson), next }, 200);
  });
  return router;
}

const NOT_NEXT = problem("BAD_CURSOR", "after must be the next of an earlier page", {
  field: "after",
});
const TOO_LONG = problem(
  "BAD_INPUT",
  `limit must be 1 to ${PAGE_LARGEST} in a page: give format=ndjson or format=csv for more`,
  { field: "limit" },
);

async function* rowPages(
  audit: Pick<AuditQueries, "list">,
  filter: Omit<AuditFilter, "limit">,
  most = Infinity,
) {
  let { before } = filter;
  for (let left = most; ; ) {
    const limit = Math.min(left, PAGE_LARGEST);
    const page = await audit.list({ ...filter, before, limit });
    left -= page.length;
    before = page.at(-1)?.number;
    if (page.length > 0 || left === most) yield page.map(auditJson);
    if (page.length < limit || left <= 0) return;
  }
}
