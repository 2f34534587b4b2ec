// The span of a chart in the address.
import type { Params } from "../route/place.ts";
import { wholeParam } from "../route/whole-param.ts";
import { type Bounds, LONGEST_S, MOST_AHEAD_S, type Span } from "./span.ts";

/** Length of the present that a chart shows at first, in s. */
const FIRST_S = 900;

/** Windows lie between these instants. */
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/**
 * The span of an address: `last` and `ahead` in whole s, or `from` and `until`; what is not valid is as if it were left
 * out, and a window longer than the longest span is not valid.
 *
 * @param firstAheadS How much of what is to come is shown at first, in s.
 */
export function spanOf({ last, ahead, from, until }: Params, firstAheadS = 0): Span {
  const window = { fromMs: Date.parse(from ?? ""), untilMs: Date.parse(until ?? "") };
  if (isWindow(window)) return { kind: "window", ...window };
  return {
    kind: "latest",
    lengthS: wholeParam(last, { least: 1, most: LONGEST_S }) ?? FIRST_S,
    aheadS: wholeParam(ahead, { least: 0, most: MOST_AHEAD_S }) ?? firstAheadS,
  };
}

/** An instant of an address has whole seconds, so that a window may be one longer. */
const isWindow = ({ fromMs, untilMs }: Bounds) =>
  fromMs < untilMs &&
  fromMs >= EARLIEST_MS &&
  untilMs <= LATEST_MS &&
  untilMs - fromMs <= (LONGEST_S + 1) * 1000;

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
