// The span of a chart: the last seconds up to now with some ahead, or a fixed window.
export type Span =
  | { readonly kind: "latest"; readonly lengthS: number; readonly aheadS: number }
  | { readonly kind: "window"; readonly fromMs: number; readonly untilMs: number };

/** A range of time. */
export interface Bounds {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Points that a chart may have. */
const MOST_POINTS = 1000;
const SHORTEST_S = 30;
/** The longest span, in s. */
export const LONGEST_S = 400 * 86_400;
/** Widths of a step in s that divide a day, so that steps begin at round times. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];
const DAY_S = 86_400;
/** How far ahead of now the server foresees, with a margin for clocks that differ. */
export const MOST_AHEAD_S = 31 * DAY_S - 60;

/** Lengths of the present that a person can choose. */
export const RANGES_S: readonly number[] = [900, 3600, 21_600, DAY_S, 7 * DAY_S];
/** Lengths of what is to come that a person can choose. */
export const AHEADS_S: readonly number[] = [0, 900, 3600, 21_600, DAY_S, 7 * DAY_S];

/** The finest step in s that fits, no finer than a tick. */
export function stepFor(lengthS: number, tickS: number): number {
  if (isByTick(lengthS, tickS)) return Math.max(1, Math.ceil(tickS));
  const finestS = Math.max(tickS, lengthS / MOST_POINTS);
  return STEPS_S.find((stepS) => stepS >= finestS) ?? DAY_S * Math.ceil(finestS / DAY_S);
}

/** Whether a span is short enough to show every tick. */
export function isByTick(lengthS: number, tickS: number): boolean {
  return lengthS <= mostByTickS(tickS);
}

/** The longest span that shows every tick, in s. */
export const mostByTickS = (tickS: number) => MOST_POINTS * tickS;

export function boundsOf(span: Span, nowMs: number): Bounds {
  if (span.kind === "window") return span;
  return { fromMs: nowMs - span.lengthS * 1000, untilMs: nowMs + 1 + span.aheadS * 1000 };
}

/** The part of a span up to now; empty where all of it lies ahead. */
export function pastOf(span: Span, nowMs: number): Bounds {
  const { fromMs, untilMs } = boundsOf(span, nowMs);
  return { fromMs, untilMs: Math.max(fromMs, Math.min(untilMs, nowMs + 1)) };
}

/** The window around the middle of another one, so many times as long. */
export function zoom(span: Span, factor: number, nowMs: number): Span {
  const { fromMs, untilMs } = boundsOf(span, nowMs);
  const middleMs = (fromMs + untilMs) / 2;
  const halfMs = clampLength(((untilMs - fromMs) * factor) / 2000) * 1000;
  return upToForeseen(middleMs - halfMs, middleMs + halfMs, nowMs);
}

/** The window moved by a part of its length, to earlier where it is negative. */
export function move(span: Span, part: number, nowMs: number): Span {
  const { fromMs, untilMs } = boundsOf(span, nowMs);
  const byMs = (untilMs - fromMs) * part;
  return upToForeseen(fromMs + byMs, untilMs + byMs, nowMs);
}

const clampLength = (halfS: number) => Math.min(Math.max(halfS, SHORTEST_S / 2), LONGEST_S / 2);

/** The instant up to which a span may reach: nothing is foreseen beyond a month. */
export const latestMs = (nowMs: number) => nowMs + MOST_AHEAD_S * 1000;

function upToForeseen(fromMs: number, untilMs: number, nowMs: number): Span {
  const beyondMs = Math.max(0, untilMs - latestMs(nowMs));
  return { kind: "window", fromMs: fromMs - beyondMs, untilMs: untilMs - beyondMs };
}
