// The span of a chart in the address.
import type { Params } from "../route/place.ts";
import { type Span, spanWithin } from "./span.ts";

/** Length of the present that a chart shows at first, in s. */
const FIRST_S = 900;

/** The span of an address: `last` in s, or `from` and `until`; the first one where it has none that is valid. */
export function spanOf({ last, from, until }: Params): Span {
  const fromMs = Date.parse(from ?? "");
  const untilMs = Date.parse(until ?? "");
  if (fromMs < untilMs) return spanWithin({ kind: "window", fromMs, untilMs });
  const lengthS = Number(last ?? FIRST_S);
  return spanWithin({ kind: "latest", lengthS: lengthS > 0 ? lengthS : FIRST_S });
}

export function spanParams(span: Span) {
  if (span.kind === "latest")
    return {
      last: span.lengthS === FIRST_S ? undefined : String(span.lengthS),
      from: undefined,
      until: undefined,
    };
  return { last: undefined, from: instant(span.fromMs), until: instant(span.untilMs) };
}

/** Whole seconds are enough for a chart, and short. */
const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
