// How a route answers with a stream of events: straight on Node's response, which Hono does not touch again.
import type { ServerResponse } from "node:http";
import type { Context } from "hono";
import type { EventStream, EventStreams } from "../../stream/event-streams.ts";
import type { Problem } from "../../transport/problem.ts";

/** Begins to answer a request with events; or says why it may not. */
export function beginEvents(c: Context, streams: EventStreams): Promise<EventStream | Problem> {
  const { outgoing } = c.env as { outgoing: ServerResponse };
  return streams.begin(outgoing);
}
