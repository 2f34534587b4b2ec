// Live events of dispatches as server-sent events.

import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { createRoute, z } from "@hono/zod-openapi";
import type { AnnouncedEvent } from "../../../services/dispatch/events.ts";
import type { EventEncoder } from "../../stream/event-source.ts";
import { EVENT_HEADERS, type EventStreams } from "../../stream/event-streams.ts";
import type { Hub } from "../../stream/hub.ts";
import { Payload } from "../../stream/payload.ts";
import { choiceOf } from "../../stream/selection.ts";
import type { Limits } from "../../transport/limits.ts";
import { problem } from "../../transport/problem.ts";
import { READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import type { Services } from "../../transport/services.ts";
import { clientOf } from "../../transport/session.ts";
import { BROKE_OFF, beginEvents, numberOf, problemEvent } from "../base/event-answer.ts";
import { FULL, MALFORMED, NOT_FOUND, refuse } from "../base/schemas.ts";
import { selectionProblem, selectionShape } from "../base/selection.ts";
import { DispatchJson, dispatchJson } from "./shapes.ts";
import { eventJson, eventShape } from "./status.ts";

const EventJson = z
  .object({
    ...eventShape,
    dispatch: DispatchJson.openapi({ description: "The dispatch after the event." }),
  })
  .openapi("ToldDispatchEvent");

const stream = createRoute({
  method: "get",
  path: "/dispatches/stream",
  policy: READ_BY_QUERY,
  summary: "Events of dispatches, live, as server-sent events",
  request: {
    query: z.strictObject({
      ...selectionShape,
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
    404: NOT_FOUND,
    503: FULL,
  },
});

interface StreamDeps {
  readonly services: Services;
  readonly hub: Hub;
  readonly streams: EventStreams;
  readonly limits: Pick<Limits, "maxListIds">;
}

export function dispatchStreamRoutes(deps: StreamDeps) {
  const { services, hub, streams, limits } = deps;
  const { events } = services.dispatch;
  const router = createRouter("Dispatches");
  router.openapi(stream, async (c) => {
    const query = c.req.valid("query");
    const { telemetry } = clientOf(c);
    const table = telemetry.table();
    const text = query.after ?? (c.req.header("last-event-id") || undefined);
    const refused = selectionProblem(query, table, limits, text !== undefined);
    if (refused) return refuse(c, refused, refused.status === 404 ? 404 : 400);
    const after = text === undefined ? events.lastNumber() : numberOf(text);
    const missed = after === undefined ? undefined : await events.after(after);
    if (after === undefined || missed === undefined) return refuse(c, TOO_OLD, 400);
    if (c.req.method === "HEAD") return c.body(null, 200, EVENT_HEADERS) as never;

    const begun = await beginEvents(c, streams);
    if ("code" in begun) return refuse(c, begun, 503);
    const selection = { assetIds: query.asset_id, siteIds: query.site_id };
    const isChosen = choiceOf(telemetry, selection);
    const chooses = ({ dispatch }: AnnouncedEvent) => isChosen(dispatch.assetId);
    // A client that is cut off before its first event continues after this cursor.
    begun.cursor(String(after));
    const complete = (last: Payload) => begun.end(String(last.event()));
    const sink = { ...begun.sink, complete };
    const leave = hub.follow(ENCODER, { after, missed, chooses }, sink);
    begun.onLeft(() => leave("left"));
    return RESPONSE_ALREADY_SENT as never;
  });
  return router;
}

const TOO_OLD = problem(
  "BAD_CURSOR",
  "the events after this one are not stored here: leave after and Last-Event-ID out to begin anew, and read GET /dispatches for the status of dispatches",
  { field: "after" },
);

const ENCODER: EventEncoder<AnnouncedEvent> = {
  key: "rest",
  encode(event) {
    const data = { ...eventJson(event), dispatch: dispatchJson(event.dispatch) };
    return new Payload(JSON.stringify(data), `id: ${event.number}\n`);
  },
  refuse: problemEvent,
  fail: () => problemEvent(BROKE_OFF),
};
