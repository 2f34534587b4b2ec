// A cache of the history of one source: a change of range within what was loaded reads nothing again.
import type { Bounds } from "./span.ts";
import type { TracePoint } from "./trace-source.ts";

/** Width of a step in s; `tick` where each point is a tick. */
export type Grain = number | "tick";

export interface HistoryCache {
  /** The points of a range, if all of it is loaded. */
  loaded(bounds: Bounds, grain: Grain): TracePoint[] | undefined;
  /** The points of a range: of what is not loaded yet, it reads the missing parts. */
  read(bounds: Bounds, grain: Grain, nowMs: number): Promise<TracePoint[]>;
  /** Adds the point of the newest tick, if it follows what is loaded. */
  extend(point: TracePoint, grain: Grain, gapMs: number): void;
}

interface Loaded {
  /** When its first part was read, by the machine's clock: a backfill may change history later. */
  readonly readAtMs: number;
  readonly fromMs: number;
  /** Up to here it is complete. */
  readonly untilMs: number;
  readonly points: readonly TracePoint[];
}

/** Grains that are stored at the same time: the oldest goes first. */
const MOST_GRAINS = 6;
/** Points of one grain. */
const MOST_POINTS = 20_000;
/** How long history is taken as unchanged, in ms. */
const FRESH_MS = 600_000;

export function createHistoryCache(
  readPart: (bounds: Bounds, grain: Grain) => Promise<TracePoint[]>,
): HistoryCache {
  const byGrain = new Map<Grain, Loaded>();

  function freshOf(grain: Grain): Loaded | undefined {
    const known = byGrain.get(grain);
    return known !== undefined && Date.now() - known.readAtMs < FRESH_MS ? known : undefined;
  }

  function store(grain: Grain, loaded: Loaded): void {
    byGrain.delete(grain);
    byGrain.set(grain, loaded);
    const [oldest] = byGrain.keys();
    if (byGrain.size > MOST_GRAINS && oldest !== undefined) byGrain.delete(oldest);
  }

  return {
    loaded(bounds, grain) {
      const known = freshOf(grain);
      const stepMs = grain === "tick" ? 1 : grain * 1000;
      if (known === undefined || bounds.fromMs + stepMs < known.fromMs) return undefined;
      if (bounds.untilMs - stepMs > known.untilMs) return undefined;
      return within(known.points, bounds);
    },
    async read(bounds, grain, nowMs) {
      const { fromMs, untilMs } = aligned(bounds, grain);
      const known = freshOf(grain);
      const isNear = known !== undefined && fromMs <= known.untilMs && untilMs >= known.fromMs;
      const base: Loaded =
        isNear && known.points.length < MOST_POINTS
          ? known
          : { readAtMs: Date.now(), fromMs, untilMs: fromMs, points: [] };
      const before = fromMs < base.fromMs ? { fromMs, untilMs: base.fromMs } : undefined;
      const after = untilMs > base.untilMs ? { fromMs: base.untilMs, untilMs } : undefined;
      const [head, tail] = await Promise.all(
        [before, after].map((part) => (part === undefined ? [] : readPart(part, grain))),
      );
      const points = joined(joined(head ?? [], base.points), tail ?? []);
      const endMs = completeUntil(grain, Math.max(base.untilMs, untilMs), nowMs, points);
      store(grain, {
        readAtMs: base.readAtMs,
        fromMs: Math.min(fromMs, base.fromMs),
        untilMs: endMs,
        points: points.filter(({ atMs }) => atMs <= endMs),
      });
      return within(points, bounds);
    },
    extend(point, grain, gapMs) {
      const known = byGrain.get(grain);
      if (known === undefined || known.points.length >= MOST_POINTS) return;
      if (point.atMs < known.untilMs || point.atMs - known.untilMs > gapMs) return;
      byGrain.set(grain, {
        ...known,
        untilMs: point.atMs + 1,
        points: [...known.points, point],
      });
    },
  };
}

/** The grid of steps: a step that began earlier is not read. */
function aligned({ fromMs, untilMs }: Bounds, grain: Grain): Bounds {
  if (grain === "tick") return { fromMs, untilMs };
  const stepMs = grain * 1000;
  return {
    fromMs: Math.ceil(fromMs / stepMs) * stepMs,
    untilMs: Math.ceil(untilMs / stepMs) * stepMs,
  };
}

/** The end of the last step that is over; of ticks, the newest one that is there. */
function completeUntil(
  grain: Grain,
  untilMs: number,
  nowMs: number,
  points: readonly TracePoint[],
): number {
  if (grain !== "tick") return Math.min(untilMs, Math.floor(nowMs / (grain * 1000)) * grain * 1000);
  if (untilMs <= nowMs) return untilMs;
  return (points.at(-1)?.atMs ?? untilMs - 1) + 1;
}

const within = (points: readonly TracePoint[], { fromMs, untilMs }: Bounds) =>
  points.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);

/** Two parts in the order of time: an instant that both have is taken of the later one. */
function joined(first: readonly TracePoint[], second: readonly TracePoint[]) {
  const beginMs = second[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return [...first.filter(({ atMs }) => atMs < beginMs), ...second];
}
