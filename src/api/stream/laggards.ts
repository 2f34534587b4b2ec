// Subscribers that do not keep up: they are retried between frames, and closed where they stay behind for too long.
import type { SharedQuery } from "./shared-query.ts";
import type { SharedSelection } from "./shared-selection.ts";
import type { Subscriber } from "./subscriber.ts";

/** Interval of the retries, in ms. */
const RETRY_MS = 250;

export interface Laggards {
  add(sharedQuery: SharedQuery, selection: SharedSelection, subscriber: Subscriber): void;
  remove(subscriber: Subscriber): void;
  stop(): void;
}

interface Place {
  readonly sharedQuery: SharedQuery;
  readonly selection: SharedSelection;
}

/**
 * @param slowS How long a subscriber may stay behind before it is closed, in s.
 * @param close Closes a subscriber.
 */
export function createLaggards(slowS: number, close: (subscriber: Subscriber) => void): Laggards {
  const behind = new Map<Subscriber, Place>();
  let retrying: NodeJS.Timeout | undefined;

  function retry(): void {
    for (const [subscriber, { sharedQuery, selection }] of behind) {
      if (subscriber.ended === undefined && subscriber.behindSinceMs !== undefined) {
        if (subscriber.catchingUp) sharedQuery.catchUp(selection, subscriber);
        else sharedQuery.jump(selection, subscriber);
        if (subscriber.behindSinceMs === undefined) behind.delete(subscriber);
        else if (performance.now() - subscriber.behindSinceMs > slowS * 1000) close(subscriber);
      } else behind.delete(subscriber);
    }
    if (behind.size === 0) stop();
  }

  function stop(): void {
    clearInterval(retrying);
    retrying = undefined;
  }

  return {
    add(sharedQuery, selection, subscriber) {
      behind.set(subscriber, { sharedQuery, selection });
      retrying ??= setInterval(retry, RETRY_MS).unref();
    },
    remove: (subscriber) => void behind.delete(subscriber),
    stop,
  };
}
