// The registry of subscriptions: how many are active, and how the others ended.
import type { EndReason, Sink } from "./stream.ts";

export interface SubscriptionStats {
  readonly active: number;
  readonly started: number;
  readonly ended: Readonly<Record<EndReason, number>>;
  /** Bytes that are buffered for all subscribers. */
  readonly bufferedBytes: number;
}

export interface SubscriptionRegistry {
  /** Enters a subscription. The returned function removes it, with the reason of its end. */
  enter(sink: Sink): (reason: EndReason) => void;
  stats(): SubscriptionStats;
}

export function createSubscriptionRegistry(): SubscriptionRegistry {
  const ended: Record<EndReason, number> = { left: 0, slow: 0, failed: 0 };
  // A sink may carry several subscriptions, and each counts.
  const entries = new Set<{ readonly sink: Sink }>();
  let started = 0;
  return {
    enter(sink) {
      const entry = { sink };
      entries.add(entry);
      started++;
      return (reason) => {
        if (entries.delete(entry)) ended[reason]++;
      };
    },
    stats: () => ({
      active: entries.size,
      started,
      ended: { ...ended },
      bufferedBytes: [...entries].reduce((sum, { sink }) => sum + sink.bufferedBytes(), 0),
    }),
  };
}
