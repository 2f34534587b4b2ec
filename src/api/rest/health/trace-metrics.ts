// Metrics of traces; there are none where traces are off.
import type { Meters } from "./meters.ts";

/** Spans since the start of the server. */
export interface TraceCounts {
  readonly sent: number;
  readonly dropped: number;
}

export function meterTraces({ counter }: Meters, counts: () => TraceCounts): void {
  counter(
    "mando_trace_spans_sent_total",
    "Spans that the collector has accepted.",
    () => counts().sent,
  );
  counter(
    "mando_trace_spans_dropped_total",
    "Spans that had no room in the queue, or that the collector did not accept.",
    () => counts().dropped,
  );
}
