// The words of dispatch events on their way to subscribers, and what those who are told the same share.
import type { AnnouncedEvent } from "../../services/dispatch/events.ts";
import { type EventEncoder, type FollowRequest, type FollowSink, follow } from "./follower.ts";
import type { Payload } from "./payload.ts";
import type { EndReason } from "./stream.ts";
import type { SubscriptionRegistry } from "./subscription-registry.ts";

export interface Following {
  /**
   * Attaches a subscriber at once: it gets what it missed, then every event.
   *
   * @returns What ends it, for whatever reason; a second call does nothing.
   */
  join(
    encoder: EventEncoder,
    request: FollowRequest,
    sink: FollowSink,
  ): (reason: EndReason) => void;
}

/** @param slowS How long one may take nothing of what waits for it before it is closed, in s. */
export function createFollowing(registry: SubscriptionRegistry, slowS: number): Following {
  let shared: { event: AnnouncedEvent; made: Map<string, Payload | Promise<Payload>> } | undefined;

  /** The payload of an event, made once for all that are told it in the same words one after the other. */
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
