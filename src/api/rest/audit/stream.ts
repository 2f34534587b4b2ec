// Records of the audit log, live, as server-sent events.
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { createRoute, z } from "@hono/zod-openapi";
import type { LinkedRecord } from "../../../domain/audit/chain.ts";
import type { EventEncoder } from "../../stream/event-source.ts";
import { EVENT_HEADERS, type EventStreams } from "../../stream/event-streams.ts";
import type { Hub } from "../../stream/hub.ts";
import { Payload } from "../../stream/payload.ts";
import { problem } from "../../transport/problem.ts";
import { READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { BROKE_OFF, beginEvents, numberOf, problemEvent } from "../base/event-answer.ts";
import { FORBIDDEN, FULL, MALFORMED, refuse } from "../base/schemas.ts";
import { AuditRecordJson, auditJson } from "./shapes.ts";

const stream = createRoute({
  method: "get",
  path: "/audit_logs/stream",
  policy: READ_BY_QUERY,
  summary: "Records of the audit log, live, as server-sent events",
  request: {
    query: z.strictObject({
      after: z.string().optional().openapi({
        description:
          "The `id` of the last event that the client has, or Last-Event-ID: missed records come first, each once. Left out: from now on.",
      }),
    }),
  },
  responses: {
    200: {
      description:
        "Events whose data is a record, and whose id is the cursor to continue after; before the server ends a stream, an event `problem` has the reason.",
      content: { "text/event-stream": { schema: AuditRecordJson } },
    },
    400: MALFORMED,
    403: FORBIDDEN,
    503: FULL,
  },
});

interface StreamDeps {
  readonly hub: Hub;
  readonly streams: EventStreams;
}

export function auditStreamRoutes({ hub, streams }: StreamDeps) {
  const router = createRouter("Audit");
  router.openapi(stream, async (c) => {
    const audit = clientOf(c).audit.log();
    if ("code" in audit) return refuse(c, problem(audit.code, audit.message), 403);
    const { events } = audit;
    const text = c.req.valid("query").after ?? (c.req.header("last-event-id") || undefined);
    const after = text === undefined ? events.lastNumber() : numberOf(text);
    const missed = after === undefined ? undefined : await events.after(after);
    if (after === undefined || missed === undefined) return refuse(c, TOO_OLD, 400);
    if (c.req.method === "HEAD") return c.body(null, 200, EVENT_HEADERS) as never;

    const begun = await beginEvents(c, streams);
    if ("code" in begun) return refuse(c, begun, 503);
    // A client that is cut off before its first event continues after this cursor.
    begun.cursor(String(after));
    const complete = (last: Payload) => begun.end(String(last.event()));
    const sink = { ...begun.sink, complete };
    const leave = hub.followAudit(ENCODER, { after, missed, chooses: () => true }, sink);
    begun.onLeft(() => leave("left"));
    return RESPONSE_ALREADY_SENT as never;
  });
  return router;
}

const TOO_OLD = problem(
  "BAD_CURSOR",
  "the records after this one are not stored here: leave after and Last-Event-ID out to begin anew, and read GET /audit_logs for what is",
  { field: "after" },
);

const ENCODER: EventEncoder<LinkedRecord> = {
  key: "rest",
  encode: (linked) => new Payload(JSON.stringify(auditJson(linked)), `id: ${linked.number}\n`),
  refuse: problemEvent,
  fail: () => problemEvent(BROKE_OFF),
};
