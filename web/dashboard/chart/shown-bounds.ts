// The bounds of the axis of time of a chart.
import { type Bounds, boundsOf, type Span } from "./span.ts";

/** The shortest span of a chart up to now. */
const SHORTEST_MS = 60_000;

/**
 * The span of a chart whose history is short: a new fleet is not shown at the edge of an empty chart.
 *
 * @param firstMs The first instant with a value; undefined where there is none.
 */
export function shownBounds(span: Span, firstMs: number | undefined, nowMs: number): Bounds {
  const { fromMs, untilMs } = boundsOf(span, nowMs);
  if (span.kind === "window" || firstMs === undefined) return { fromMs, untilMs };
  return { fromMs: Math.max(fromMs, Math.min(firstMs, nowMs - SHORTEST_MS)), untilMs };
}
