// The bars of a timeline: one for each dispatch, in lanes so that none covers another.
import type { DispatchStatus, TimelinePartsFragment } from "../api/operations.ts";

export interface Bar {
  readonly dispatch: TimelinePartsFragment;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether it has no end yet. */
  readonly isEndless: boolean;
  /** From 0 on: discharge above the middle upward, charge below it downward. */
  readonly lane: number;
}

export interface Lanes {
  readonly discharge: readonly Bar[];
  readonly charge: readonly Bar[];
  readonly dischargeLanes: number;
  readonly chargeLanes: number;
}

/** Lanes of one direction: bars beyond lie over others. */
const MOST_LANES = 20;

/** Signs beside the colours: an open window, a filled one, and how it ended. */
export const SIGNS: Readonly<Record<DispatchStatus, string>> = {
  ACCEPTED: "◷",
  ACTIVE: "▶",
  COMPLETED: "✓",
  SUPERSEDED: "»",
  CANCELLED: "×",
  EXPIRED: "⌛",
  FAILED: "!",
};

/** The bars that a range of time shows. */
export function lanesOf(
  dispatches: readonly TimelinePartsFragment[],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Lanes {
  const bars = dispatches
    .map((dispatch) => barOf(dispatch, untilMs))
    .filter((bar) => bar.untilMs > fromMs && bar.fromMs < untilMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  const [discharge, dischargeLanes] = pack(bars.filter(({ dispatch }) => dispatch.mw >= 0));
  const [charge, chargeLanes] = pack(bars.filter(({ dispatch }) => dispatch.mw < 0));
  return { discharge, charge, dischargeLanes, chargeLanes };
}

/** From the start to the end; of one that ended before it began, the window that it was to have. */
function barOf(dispatch: TimelinePartsFragment, edgeMs: number): Bar {
  const { fromMs, endMs } = windowOf(dispatch);
  const isEndless = Number.isNaN(endMs) && dispatch.endedAt === null;
  // One that never held has at least an edge to see.
  const openMs = isEndless ? Math.max(edgeMs, fromMs + 1) : fromMs + 1;
  return { dispatch, fromMs, untilMs: Number.isNaN(endMs) ? openMs : endMs, isEndless, lane: 0 };
}

interface Window {
  readonly fromMs: number;
  /** NaN where it has no end. */
  readonly endMs: number;
}

/** Bars are placed with every tick: each dispatch is read once. */
const windows = new WeakMap<TimelinePartsFragment, Window>();

function windowOf(dispatch: TimelinePartsFragment): Window {
  let window = windows.get(dispatch);
  if (window === undefined) {
    const fromMs = Date.parse(dispatch.startAt);
    const endedMs = Date.parse(dispatch.endedAt ?? "");
    window = { fromMs, endMs: endedMs > fromMs ? endedMs : Date.parse(dispatch.endAt ?? "") };
    windows.set(dispatch, window);
  }
  return window;
}

/** The first lane that is free, or the one that is free soonest; and how many lanes there are. */
function pack(bars: readonly Bar[]): [Bar[], number] {
  const freeFromMs: number[] = [];
  const packed = bars.map((bar) => {
    let lane = freeFromMs.findIndex((ms) => ms <= bar.fromMs);
    if (lane < 0 && freeFromMs.length < MOST_LANES) lane = freeFromMs.length;
    if (lane < 0) lane = freeFromMs.indexOf(Math.min(...freeFromMs));
    freeFromMs[lane] = Math.max(freeFromMs[lane] ?? 0, bar.untilMs);
    return { ...bar, lane };
  });
  return [packed, freeFromMs.length];
}
