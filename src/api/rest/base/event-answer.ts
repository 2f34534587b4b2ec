// The response of a route as a stream of events, on Node's own response, which Hono does not write to.
import type { ServerResponse } from "node:http";
import type { Context } from "hono";
import type { EventStream, EventStreams } from "../../stream/event-streams.ts";
import { Payload } from "../../stream/payload.ts";
import { type Problem, problem } from "../../transport/problem.ts";

/** Begins a response with events, which ends with the sign-in of its client; or returns why it may not. */
export async function beginEvents(
  c: Context,
  streams: EventStreams,
): Promise<EventStream | Problem> {
  const { outgoing } = c.env as { outgoing: ServerResponse };
  const stream = await streams.begin(outgoing);
  if ("code" in stream) return stream;
  const end = (why: Problem) => stream.end(String(problemEvent(why).event()));
  stream.onLeft(c.get("session").watch(end));
  return stream;
}

/** The number of an event by its id; undefined for any other text. */
export function numberOf(text: string): number | undefined {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The last payload of a stream, as an event of another type. */
export const problemEvent = (why: Problem) => new Payload(JSON.stringify(why), "event: problem\n");

export const BROKE_OFF = problem("INTERNAL", "the stream broke off: connect again");
