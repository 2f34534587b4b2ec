// Who is subscribed to anything now, and how those who were ended.
import type { EndReason, Sink } from "./stream.ts";

export interface SubscriptionStats {
  readonly active: number;
  readonly started: number;
  readonly ended: Readonly<Record<EndReason, number>>;
  /** Bytes that wait in the connections of all subscribers. */
  readonly bufferedBytes: number;
}

export interface SubscriptionRegistry {
  /** Notes a subscriber. The returned function notes that it ended. */
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
