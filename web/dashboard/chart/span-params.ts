// The span of a chart in the address.
import type { Params } from "../route/place.ts";
import { type Span, spanWithin } from "./span.ts";

/** Length of the present that a chart shows at first, in s. */
const FIRST_S = 900;

/**
 * The span of an address: `last` and `ahead` in s, or `from` and `until`; the first one where it has none that is valid.
 *
 * @param firstAheadS How much of what is to come is shown at first, in s.
 */
export function spanOf({ last, ahead, from, until }: Params, firstAheadS = 0): Span {
  const fromMs = Date.parse(from ?? "");
  const untilMs = Date.parse(until ?? "");
  if (fromMs < untilMs) return spanWithin({ kind: "window", fromMs, untilMs });
  const lengthS = Number(last ?? FIRST_S);
  const aheadS = Number(ahead ?? firstAheadS);
  return spanWithin({
    kind: "latest",
    lengthS: lengthS > 0 ? lengthS : FIRST_S,
    aheadS: aheadS >= 0 ? aheadS : firstAheadS,
  });
}

export function spanParams(span: Span, firstAheadS = 0) {
  if (span.kind === "latest")
    return {
      last: span.lengthS === FIRST_S ? undefined : String(span.lengthS),
      ahead: span.aheadS === firstAheadS ? undefined : String(span.aheadS),
      from: undefined,
      until: undefined,
    };
  return {
    last: undefined,
    ahead: undefined,
    from: instant(span.fromMs),
    until: instant(span.untilMs),
  };
}

/** Whole seconds are enough for a chart, and short. */
const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
