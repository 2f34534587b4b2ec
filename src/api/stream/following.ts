// The fan-out of dispatch events: subscribers with equal encoders share the payload of an event.
import type { AnnouncedEvent } from "../../services/dispatch/events.ts";
import { type EventEncoder, type FollowRequest, type FollowSink, follow } from "./follower.ts";
import type { Payload } from "./payload.ts";
import type { EndReason } from "./stream.ts";
import type { SubscriptionRegistry } from "./subscription-registry.ts";

export interface Following {
  /**
   * Attaches a subscriber at once: it is sent the events that it missed, then every event.
   *
   * @returns A function that ends the subscription; a second call does nothing.
   */
  join(
    encoder: EventEncoder,
    request: FollowRequest,
    sink: FollowSink,
  ): (reason: EndReason) => void;
}

/** @param slowS How long a client may read nothing of what is buffered before it is closed, in s. */
export function createFollowing(registry: SubscriptionRegistry, slowS: number): Following {
  let shared: { event: AnnouncedEvent; made: Map<string, Payload | Promise<Payload>> } | undefined;

  /** The payload of an event, encoded once for consecutive subscribers with equal encoders. */
  function payloadOf(encoder: EventEncoder, event: AnnouncedEvent): Payload | Promise<Payload> {
    if (shared?.event !== event) shared = { event, made: new Map() };
    const made = shared.made.get(encoder.key) ?? encoder.encode(event);
    shared.made.set(encoder.key, made);
    return made;
  }

  return {
    join(encoder, request, sink) {
      const encode = (event: AnnouncedEvent) => payloadOf(encoder, event);
      return follow({ ...encoder, encode }, request, sink, { left: registry.enter(sink), slowS });
    },
  };
}
