// A subscriber of dispatch events: each selected event is sent once, in order. An event that does not fit into the buffer
// is not stored for the subscriber but read again, so that a slow reader needs no more memory.
import type { AnnouncedEvent, DispatchEvents } from "../../services/dispatch/events.ts";
import { type Problem, problem } from "../transport/problem.ts";
import { Payload } from "./payload.ts";
import type { EndReason, Sink } from "./stream.ts";
import { hasCapacity } from "./subscriber.ts";

/** The request of one subscriber. */
export interface FollowRequest {
  readonly events: DispatchEvents;
  /** Number of the last event that it has. */
  readonly after: number;
  /** The first page of the events after that, where it was read already. */
  readonly missed: readonly AnnouncedEvent[];
  chooses(event: AnnouncedEvent): boolean;
}

/** Makes the payloads of subscribers. */
export interface EventEncoder {
  /** Equal for subscribers that get the same payload of an event. */
  readonly key: string;
  encode(event: AnnouncedEvent): Payload | Promise<Payload>;
  /** The last payload where the subscription cannot continue. */
  refuse(why: Problem): Payload;
  /** The last payload where something failed. */
  fail(error: unknown): Payload;
}

/** A connection on which one subscription may end without the others. */
export interface FollowSink extends Sink {
  /** Sends a payload, and ends the subscription from the server's side. */
  complete(last: Payload): void;
}

/** Interval at which a full connection is checked, in ms. */
const CHECK_MS = 250;
/** How long one subscriber is caught up before the thread is yielded, in ms. */
const TURN_MS = 10;

const LOST = problem(
  "BAD_CURSOR",
  "what happened meanwhile is no longer all known: leave after out, and read dispatches for how they stand",
);

interface Bounds {
  /** Called once, when the subscription ended. */
  readonly left: (reason: EndReason) => void;
  /** How long the client may read nothing of what is buffered before it is closed, in s. */
  readonly slowS: number;
}

/** Attaches a subscriber at once. Returns a function that ends it; a second call does nothing. */
export function follow(
  encoder: EventEncoder,
  { events, after, missed, chooses }: FollowRequest,
  sink: FollowSink,
  { left, slowS }: Bounds,
): (reason: EndReason) => void {
  let isEnded = false;
  let isBehind = false;
  /** Number of the last event that was sent or is not selected. */
  let reached = after;

  function end(reason: EndReason): void {
    if (isEnded) return;
    isEnded = true;
    unfollow();
    left(reason);
  }

  function giveUp(last: Payload): void {
    if (isEnded) return;
    end("failed");
    sink.complete(last);
  }

  /** Sends an event where the buffer has room; false where the event is still to be sent. */
  function sendAtOnce(event: AnnouncedEvent): boolean {
    if (chooses(event)) {
      const payload = encoder.encode(event);
      if (!(payload instanceof Payload && hasCapacity(sink, payload))) return false;
      sink.send(payload);
    }
    reached = event.number;
    return true;
  }

  /** Waits until the buffer has room for a payload; false where the subscription ended before that. */
  async function untilDrained(payload: Payload): Promise<boolean> {
    const sinceMs = performance.now();
    while (!isEnded && !hasCapacity(sink, payload)) {
      if (performance.now() - sinceMs > slowS * 1000) {
        end("slow");
        sink.end("slow");
      } else await new Promise((resolve) => setTimeout(resolve, CHECK_MS).unref());
    }
    return !isEnded;
  }

  /** Sends an event once the buffer has room; false where the subscription ended before that. */
  async function sendInTurn(event: AnnouncedEvent): Promise<boolean> {
    if (chooses(event)) {
      const payload = await encoder.encode(event);
      if (!(await untilDrained(payload))) return false;
      sink.send(payload);
    }
    reached = event.number;
    return !isEnded;
  }

  /** Sends the events that it does not have, from this page on. */
  async function catchUp(first: readonly AnnouncedEvent[]): Promise<void> {
    let turnEndsMs = performance.now() + TURN_MS;
    for (let page: readonly AnnouncedEvent[] | undefined = first; ; ) {
      for (const event of page) {
        if (!(await sendInTurn(event))) return;
        if (performance.now() < turnEndsMs) continue;
        await new Promise((resolve) => setImmediate(resolve));
        turnEndsMs = performance.now() + TURN_MS;
      }
      if (reached >= events.lastNumber()) break;
      page = await events.after(reached);
      // One event at least is after it: the newest.
      if (page === undefined || page.length === 0) {
        giveUp(encoder.refuse(LOST));
        return;
      }
    }
    isBehind = false;
  }

  function fallBehind(first: readonly AnnouncedEvent[]): void {
    isBehind = true;
    catchUp(first).catch((error) => giveUp(encoder.fail(error)));
  }

  const unfollow = events.follow((event) => {
    if (!isBehind && !sendAtOnce(event)) fallBehind([event]);
  });
  if (reached < events.lastNumber()) fallBehind(missed);
  return end;
}
