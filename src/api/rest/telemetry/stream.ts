// Live telemetry as server-sent events: the frames of subscriptions, for curl and EventSource.

import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { createRoute, z } from "@hono/zod-openapi";
import { telemetryAt } from "../../../domain/telemetry/frame.ts";
import { EVENT_HEADERS, type EventStreams } from "../../stream/event-streams.ts";
import { readFrameCursor, writeFrameCursor } from "../../stream/frame-cursor.ts";
import type { Hub } from "../../stream/hub.ts";
import { Payload } from "../../stream/payload.ts";
import { everyTicksOf, LONGEST_EVERY_S } from "../../stream/rate.ts";
import { selectionOf } from "../../stream/selection.ts";
import type { Encoder, StreamEvent } from "../../stream/stream.ts";
import type { Limits } from "../../transport/limits.ts";
import { problem } from "../../transport/problem.ts";
import { READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import type { Services } from "../../transport/services.ts";
import { clientOf } from "../../transport/session.ts";
import { beginEvents } from "../base/event-answer.ts";
import { FULL, instant, MALFORMED, NOT_FOUND, numberText, refuse } from "../base/schemas.ts";
import { selectionProblem, selectionShape } from "../base/selection.ts";
import { TelemetryJson, telemetryJson } from "./telemetry.ts";

const FrameJson = z
  .object({
    timestamp: instant("End of the tick, UTC."),
    kind: z.enum(["snapshot", "tick"]).openapi({ description: "The whole state, or one tick." }),
    missed_ticks: z.int().nullable().openapi({
      description:
        "Frames of its rate that were not sent to this client before this one; null where unknown.",
    }),
    samples: z.array(TelemetryJson).openapi({ description: "In the order of their ids." }),
  })
  .openapi("TelemetryFrame");

/** The shortest interval, far below any tick. */
const SHORTEST_EVERY_S = 0.001;

const Query = z.strictObject({
  ...selectionShape,
  every_s: numberText(
    "Interval between frames in s, rounded up to whole ticks.",
    SHORTEST_EVERY_S,
    LONGEST_EVERY_S,
    false,
  ).optional(),
  changes_only: z
    .enum(["true", "false"])
    .default("false")
    .openapi({ description: "true: only samples that changed." }),
  after: z
    .string()
    .optional()
    .openapi({ description: "The `id` of the last event that the client has; or Last-Event-ID." }),
});

const stream = createRoute({
  method: "get",
  path: "/telemetry/stream",
  policy: READ_BY_QUERY,
  summary: "Live telemetry as server-sent events: the whole state, then one frame a tick",
  request: { query: Query },
  responses: {
    200: {
      description: "Events whose data is a frame, and whose id is the cursor to continue after.",
      content: { "text/event-stream": { schema: FrameJson } },
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
  /** Identifies this run of the server. */
  readonly runId: string;
}

export function streamRoutes(deps: StreamDeps) {
  const { services, hub, streams, limits, runId } = deps;
  const router = createRouter("Telemetry");
  router.openapi(stream, async (c) => {
    const query = c.req.valid("query");
    const { telemetry } = clientOf(c);
    const { dtS } = services.telemetry.latest();
    const table = telemetry.table();
    const text = query.after ?? (c.req.header("last-event-id") || undefined);
    const refused = selectionProblem(query, table, limits, text !== undefined);
    if (refused) return refuse(c, refused, refused.status === 404 ? 404 : 400);
    const after = text === undefined ? undefined : readFrameCursor(text);
    if (text !== undefined && after === undefined)
      return refuse(
        c,
        problem("BAD_CURSOR", "after is not the id of an event: leave it out to begin anew", {
          field: "after",
        }),
        400,
      );
    if (c.req.method === "HEAD") return c.body(null, 200, EVENT_HEADERS) as never;

    const begun = await beginEvents(c, streams);
    if ("code" in begun) return refuse(c, begun, 503);
    const everyTicks = everyTicksOf(query.every_s ?? dtS, dtS);
    const changesOnly = query.changes_only === "true";
    const selected = { assetIds: query.asset_id, siteIds: query.site_id };
    const selection = selectionOf(selected, telemetry.visible);
    const request = { ...selection, everyTicks, changesOnly, after };
    const encoder = createFrameEncoder(`${everyTicks}|${changesOnly}`, runId);
    const leave = hub.join(encoder, request, begun.sink);
    begun.onLeft(() => leave("left"));
    return RESPONSE_ALREADY_SENT as never;
  });
  return router;
}

/** Encodes each sample once for all selections. */
function createFrameEncoder(key: string, runId: string): Encoder {
  return {
    key: `rest|${key}`,
    encode({ frame, kind, missedTicks }: StreamEvent, selections) {
      const written = new Map<number, string>();
      const sampleAt = (index: number) => {
        let text = written.get(index);
        if (text === undefined) {
          text = JSON.stringify(telemetryJson(telemetryAt(frame, index)));
          written.set(index, text);
        }
        return text;
      };
      const { timestampMs, table } = frame;
      const timestamp = new Date(timestampMs).toISOString();
      const head = `{"timestamp":"${timestamp}","kind":"${kind}","missed_ticks":${missedTicks},"samples":[`;
      const id = `id: ${writeFrameCursor({ runId, timestampMs })}\n`;
      return selections.map((indexes) => {
        const chosen = indexes ?? table.assets.map((_, index) => index);
        return new Payload(`${head}${chosen.map(sampleAt).join(",")}]}`, id);
      });
    },
  };
}
