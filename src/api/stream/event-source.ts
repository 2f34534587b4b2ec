// The events of one subscriber, of dispatches or of alarms: each selected one once, in order. An event that does not fit into the buffer is
// not kept for the subscriber but read again, so that a slow reader needs no more memory.
import type { EventFeed, Numbered } from "../../services/recent-events.ts";
import type { Problem } from "../transport/problem.ts";
import type { Payload } from "./payload.ts";
import type { Sink } from "./stream.ts";
import type { Source } from "./subscriber.ts";

/** The request of one subscriber. */
export interface EventRequest<E extends Numbered> {
  /** Number of the last event that it has. */
  readonly after: number;
  /** The first page of the events after that, where it was read already. */
  readonly missed: readonly E[];
  chooses(event: E): boolean;
}

/** Makes the payloads of subscribers. */
export interface EventEncoder<E extends Numbered> {
  /** Equal for subscribers that get the same payload of an event. */
  readonly key: string;
  encode(event: E): Payload | Promise<Payload>;
  /** The last payload where the subscription cannot continue. */
  refuse(why: Problem): Payload;
  /** The last payload where something failed. */
  fail(error: unknown): Payload;
}

/** A connection on which one subscription may end without the others. */
export interface EventSink extends Sink {
  /** Sends a payload, and ends the subscription from the server's side. */
  complete(last: Payload): void;
}

export interface EventSourceDeps<E extends Numbered> {
  readonly events: Pick<EventFeed<E>, "after" | "next" | "lastNumber">;
  readonly request: EventRequest<E>;
  readonly encode: EventEncoder<E>["encode"];
  /** Called where events are neither among the recent ones nor stored any more. */
  readonly onLost: () => void;
  readonly onReached: () => void;
}

export function createEventSource<E extends Numbered>(deps: EventSourceDeps<E>): Source {
  const { events, request, encode, onLost, onReached } = deps;
  /** Number of the last event that was sent or is not selected. */
  let { after: reached, missed: page } = request;
  let place = 0;

  function pass(number: number): void {
    reached = number;
    if (page.length > 0 && ++place === page.length) {
      page = [];
      place = 0;
    }
  }

  /** The next selected event of the page, or of the recent ones. */
  function nextEvent(): E | undefined {
    for (;;) {
      const event = page[place] ?? events.next(reached);
      if (event === undefined || request.chooses(event)) return event;
      pass(event.number);
    }
  }

  async function readPage(): Promise<Payload | undefined> {
    page = (await events.after(reached)) ?? [];
    place = 0;
    // One event at least is after it: the newest.
    if (page.length > 0) return next();
    onLost();
    return undefined;
  }

  let offered = reached;
  function next(): Payload | Promise<Payload> | Promise<Payload | undefined> | undefined {
    const event = nextEvent();
    if (event === undefined) return reached < events.lastNumber() ? readPage() : undefined;
    offered = event.number;
    return encode(event);
  }

  return { next, sent: () => pass(offered), reached: onReached };
}
