// Subscribers that are behind: they are retried once their buffers are empty enough, and closed where that takes too long.
import type { Limits } from "../transport/limits.ts";
import { hasDrained, type Subscriber, type Waiting } from "./subscriber.ts";

/** Interval of the retries, in ms. */
const RETRY_MS = 250;

export interface Laggards extends Waiting {
  stop(): void;
}

/** @param limits How long a subscriber may be behind before it is closed. */
export function createLaggards(limits: Pick<Limits, "slowClientS">): Laggards {
  /** Since when each is behind, in ms of the machine's time. */
  const behind = new Map<Subscriber, number>();
  let retrying: NodeJS.Timeout | undefined;

  function retry(): void {
    for (const [subscriber, sinceMs] of behind) {
      if (hasDrained(subscriber.sink)) subscriber.advance();
      else if (performance.now() - sinceMs > limits.slowClientS * 1000) {
        subscriber.end("slow");
        subscriber.sink.end("slow");
      }
    }
    if (behind.size === 0) stop();
  }

  function stop(): void {
    clearInterval(retrying);
    retrying = undefined;
  }

  return {
    add(subscriber) {
      if (!behind.has(subscriber)) behind.set(subscriber, performance.now());
      retrying ??= setInterval(retry, RETRY_MS).unref();
    },
    remove: (subscriber) => void behind.delete(subscriber),
    stop,
  };
}
