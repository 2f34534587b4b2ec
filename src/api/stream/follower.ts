// One subscriber of dispatch events: it is told each event that it asked for once, in order. What it does not take at
// once is not kept for it but read again, so that it costs no more memory by reading slowly.
import type { AnnouncedEvent, DispatchEvents } from "../../services/dispatch/events.ts";
import { type Problem, problem } from "../transport/problem.ts";
import { Payload } from "./payload.ts";
import type { EndReason, Sink } from "./stream.ts";
import { hasCapacity } from "./subscriber.ts";

/** What one subscriber asks for. */
export interface FollowRequest {
  readonly events: DispatchEvents;
  /** Number of the last event that it has. */
  readonly after: number;
  /** The first page of what came after that, where it was read already. */
  readonly missed: readonly AnnouncedEvent[];
  chooses(event: AnnouncedEvent): boolean;
}

/** Makes the payloads of subscribers. */
export interface EventEncoder {
  /** Equal for those that are told an event in the same words. */
  readonly key: string;
  encode(event: AnnouncedEvent): Payload | Promise<Payload>;
  /** The last words to one that may not go on. */
  refuse(why: Problem): Payload;
  /** The last words where something failed. */
  fail(error: unknown): Payload;
}

/** A connection on which one subscription may end without the others. */
export interface FollowSink extends Sink {
  /** Sends this, and ends the subscription from our side. */
  complete(last: Payload): void;
}

/** How often the connection of one that does not keep up is looked at, in ms. */
const LOOK_MS = 250;
/** How long one may be caught up before others get their turn, in ms. */
const TURN_MS = 10;

const LOST = problem(
  "BAD_CURSOR",
  "what happened meanwhile is no longer all known: leave after out, and read dispatches for how they stand",
);

interface Bounds {
  /** Is told once that it ended. */
  readonly left: (reason: EndReason) => void;
  /** How long it may take nothing of what waits for it before it is closed, in s. */
  readonly slowS: number;
}

/** Attaches a subscriber at once. Returns what ends it, for whatever reason; a second call does nothing. */
export function follow(
  encoder: EventEncoder,
  { events, after, missed, chooses }: FollowRequest,
  sink: FollowSink,
  { left, slowS }: Bounds,
): (reason: EndReason) => void {
  let isOver = false;
  let isBehind = false;
  /** Number of the last event that it has, or did not ask for. */
  let reached = after;

  function end(reason: EndReason): void {
    if (isOver) return;
    isOver = true;
    unfollow();
    left(reason);
  }

  function giveUp(last: Payload): void {
    if (isOver) return;
    end("failed");
    sink.complete(last);
  }

  /** Sends an event where nothing is in its way; false where it is still to be sent. */
  function sendAtOnce(event: AnnouncedEvent): boolean {
    if (chooses(event)) {
      const payload = encoder.encode(event);
      if (!(payload instanceof Payload && hasCapacity(sink, payload))) return false;
      sink.send(payload);
    }
    reached = event.number;
    return true;
  }

  /** Waits until there is room for a payload; false where it ended meanwhile. */
  async function untilDrained(payload: Payload): Promise<boolean> {
    const sinceMs = performance.now();
    while (!isOver && !hasCapacity(sink, payload)) {
      if (performance.now() - sinceMs > slowS * 1000) {
        end("slow");
        sink.end("slow");
      } else await new Promise((resolve) => setTimeout(resolve, LOOK_MS).unref());
    }
    return !isOver;
  }

  /** Sends an event when there is room; false where it ended meanwhile. */
  async function sendInTurn(event: AnnouncedEvent): Promise<boolean> {
    if (chooses(event)) {
      const payload = await encoder.encode(event);
      if (!(await untilDrained(payload))) return false;
      sink.send(payload);
    }
    reached = event.number;
    return !isOver;
  }

  /** Sends what it does not have, from this page on, until that is nothing more. */
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
      // There is one at least: the newest.
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
