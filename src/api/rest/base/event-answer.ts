// The response of a route as a stream of events, on Node's own response, which Hono does not write to.
import type { ServerResponse } from "node:http";
import type { Context } from "hono";
import type { EventStream, EventStreams } from "../../stream/event-streams.ts";
import type { Problem } from "../../transport/problem.ts";

/** Begins a response with events; or returns why it may not. */
export function beginEvents(c: Context, streams: EventStreams): Promise<EventStream | Problem> {
  const { outgoing } = c.env as { outgoing: ServerResponse };
  return streams.begin(outgoing);
}
