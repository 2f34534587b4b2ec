// Live events of alarms as server-sent events.

import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { createRoute, z } from "@hono/zod-openapi";
import type { AlarmEvent } from "../../../domain/alarm/alarm.ts";
import type { EventEncoder } from "../../stream/event-source.ts";
import { EVENT_HEADERS, type EventStreams } from "../../stream/event-streams.ts";
import type { Hub } from "../../stream/hub.ts";
import { Payload } from "../../stream/payload.ts";
import { problem } from "../../transport/problem.ts";
import { READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import type { Services } from "../../transport/services.ts";
import { clientOf } from "../../transport/session.ts";
import { BROKE_OFF, beginEvents, numberOf, problemEvent } from "../base/event-answer.ts";
import { FULL, instant, instantText, MALFORMED, refuse } from "../base/schemas.ts";
import { AlarmJson, alarmJson } from "./shapes.ts";

const EventJson = z
  .object({
    timestamp: instant("When the alarm was raised, cleared or acknowledged, UTC."),
    alarm: AlarmJson.openapi({ description: "The alarm after the event." }),
  })
  .openapi("AlarmEvent");

const stream = createRoute({
  method: "get",
  path: "/alarms/stream",
  policy: READ_BY_QUERY,
  summary: "Events of alarms, live, as server-sent events",
  request: {
    query: z.strictObject({
      after: z.string().optional().openapi({
        description:
          "The `id` of the last event that the client has, or Last-Event-ID: missed events come first, each once. Left out: from now on.",
      }),
    }),
  },
  responses: {
    200: {
      description:
        "Events whose data is a change, and whose id is the cursor to continue after; before the server ends a stream, an event `problem` has the reason.",
      content: { "text/event-stream": { schema: EventJson } },
    },
    400: MALFORMED,
    503: FULL,
  },
});

interface StreamDeps {
  readonly services: Pick<Services, "alarms">;
  readonly hub: Hub;
  readonly streams: EventStreams;
}

export function alarmStreamRoutes({ services, hub, streams }: StreamDeps) {
  const { events } = services.alarms;
  const router = createRouter("Alarms");
  router.openapi(stream, async (c) => {
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
    const { isVisible } = clientOf(c).alarms;
    const chooses = ({ alarm }: AlarmEvent) => isVisible(alarm);
    const request = { after, missed, chooses };
    const leave = hub.followAlarms(ENCODER, request, sink);
    begun.onLeft(() => leave("left"));
    return RESPONSE_ALREADY_SENT as never;
  });
  return router;
}

const TOO_OLD = problem(
  "BAD_CURSOR",
  "the events after this one are not stored here: leave after and Last-Event-ID out to begin anew, and read GET /alarms for how alarms stand",
  { field: "after" },
);

const ENCODER: EventEncoder<AlarmEvent> = {
  key: "rest",
  encode({ number, atMs, alarm }) {
    const data = { timestamp: instantText(atMs), alarm: alarmJson(alarm) };
    return new Payload(JSON.stringify(data), `id: ${number}\n`);
  },
  refuse: problemEvent,
  fail: () => problemEvent(BROKE_OFF),
};
