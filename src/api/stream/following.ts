// The fan-out of events, of dispatches, of alarms, of the audit log or of data points: subscribers with equal encoders share the payload of an event.
import type { EventFeed, Numbered } from "../../services/recent-events.ts";
import { problem } from "../transport/problem.ts";
import {
  createEventSource,
  type EventEncoder,
  type EventRequest,
  type EventSink,
} from "./event-source.ts";
import { Payload } from "./payload.ts";
import type { EndReason } from "./stream.ts";
import { createSubscriber, type Subscriber, type Waiting } from "./subscriber.ts";
import type { SubscriptionRegistry } from "./subscription-registry.ts";

export interface Following<E extends Numbered> {
  /**
   * Attaches a subscriber at once: it is sent the events that it missed, then every event.
   *
   * @returns A function that ends the subscription; a second call does nothing.
   */
  join(
    encoder: EventEncoder<E>,
    request: EventRequest<E>,
    sink: EventSink,
  ): (reason: EndReason) => void;
  close(): void;
}

export interface FollowingDeps<E extends Numbered> {
  readonly events: EventFeed<E>;
  /** The plural of what the events are of. */
  readonly noun: "dispatches" | "alarms" | "records" | "data points";
  readonly registry: SubscriptionRegistry;
  readonly ready: Waiting;
  readonly laggards: Waiting;
}

/** Bytes of the payloads that are retained for the subscribers that are still to be sent them. */
const RETAINED_BYTES = 4 * 2 ** 20;

/** The payloads of one encoder, and how many subscribers have it. */
interface SharedPayloads<E extends Numbered> {
  readonly payloadOf: EventEncoder<E>["encode"];
  subscribers: number;
}

export function createFollowing<E extends Numbered>(deps: FollowingDeps<E>): Following<E> {
  const { events, noun, registry, ready, laggards } = deps;
  const shared = new Map<string, SharedPayloads<E>>();
  const lost = problem(
    "BAD_CURSOR",
    `what happened meanwhile is no longer all known: leave after out, and read ${noun} for how they stand`,
  );
  /** Subscribers that have every event. */
  const idle = new Set<Subscriber>();

  const unfollow = events.follow(() => {
    for (const subscriber of idle) ready.add(subscriber);
    idle.clear();
  });

  function share(encoder: EventEncoder<E>): SharedPayloads<E> {
    const found = shared.get(encoder.key) ?? {
      payloadOf: createSharedPayloads(encoder),
      subscribers: 0,
    };
    shared.set(encoder.key, found);
    found.subscribers++;
    return found;
  }

  return {
    join(encoder, request, sink) {
      const payloads = share(encoder);
      const left = registry.enter(sink);
      const giveUp = (last: Payload) => {
        subscriber.end("failed");
        sink.complete(last);
      };
      const source = createEventSource({
        ...{ events, request, encode: payloads.payloadOf },
        onLost: () => giveUp(encoder.refuse(lost)),
        onReached: () => void idle.add(subscriber),
      });
      const subscriber = createSubscriber({
        ...{ sink, source, ready, laggards },
        onEnded(reason) {
          idle.delete(subscriber);
          if (--payloads.subscribers === 0) shared.delete(encoder.key);
          left(reason);
        },
        onFailed: (error) => giveUp(encoder.fail(error)),
      });
      subscriber.advance();
      return subscriber.end;
    },
    close: unfollow,
  };
}

/** Encodes each event once for all subscribers that are sent it at about the same time. */
function createSharedPayloads<E extends Numbered>(
  encoder: EventEncoder<E>,
): EventEncoder<E>["encode"] {
  const made = new Map<number, Payload | Promise<Payload>>();
  let madeBytes = 0;

  function retain(number: number, payload: Payload): void {
    made.set(number, payload);
    madeBytes += payload.length;
    for (const [oldest, dropped] of made) {
      if (madeBytes <= RETAINED_BYTES || oldest === number) return;
      made.delete(oldest);
      if (dropped instanceof Payload) madeBytes -= dropped.length;
    }
  }

  return (event: E) => {
    const { number } = event;
    const found = made.get(number);
    if (found !== undefined) return found;
    const payload = encoder.encode(event);
    if (payload instanceof Payload) retain(number, payload);
    else {
      made.set(number, payload);
      payload.then(
        (it) => made.has(number) && retain(number, it),
        () => made.delete(number),
      );
    }
    return payload;
  };
}
