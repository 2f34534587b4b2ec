// The trace of the fleet or of an asset for chart and table: its history, extended by frames.

import { isPassing } from "../api/api.ts";
import type { StepFragment } from "../api/operations.ts";
import type { Fleet } from "../live/fleet.ts";
import type { Report } from "../live/frame-reader.ts";
import type { Live } from "../live/live.ts";
import { pause, waitMs } from "../live/pause.ts";
import { createHistoryCache, type Grain, type HistoryCache } from "./history-cache.ts";
import { boundsOf, isByTick, pastOf, type Span, stepFor } from "./span.ts";
import type { TracePoint, TraceSource } from "./trace-source.ts";

/** The shortest interval between requests of steps longer than a tick, in s. */
const RELOAD_S = 10;
/** Number of ticks without a sample that make a gap. */
const GAP_TICKS = 2.5;

export interface Trace {
  points(): readonly TracePoint[];
  /** Width of a step in s; undefined where each point is a tick. */
  stepS(): number | undefined;
  state(): "loading" | "loaded" | { readonly error: string };
  /**
   * Calls the listener where history was loaded. What a frame adds is there when charts draw the frame.
   * Returns a function that ends this.
   */
  start(onLoaded: () => void): () => void;
}

/** What was loaded of each source. */
const caches = new WeakMap<TraceSource, HistoryCache>();

function cacheOf(source: TraceSource): HistoryCache {
  let cache = caches.get(source);
  if (cache === undefined) {
    cache = createHistoryCache(async (bounds, grain) =>
      grain === "tick"
        ? ((await source.readTicks?.(bounds)) ?? [])
        : source.readPast(bounds, grain),
    );
    caches.set(source, cache);
  }
  return cache;
}

/** A trace that has at once what was loaded before; `start` loads the rest, and follows the frames. */
export function createTrace(live: Live, source: TraceSource, span: Span): Trace {
  const cache = cacheOf(source);
  let points: TracePoint[] = [];
  let state: ReturnType<Trace["state"]> = "loading";
  let loadedUntilMs = 0;
  let isStopped = false;
  let loadEnded = () => {};
  const nowMs = () => live.fleet?.totals?.timestampMs ?? Date.now();
  const past = () => pastOf(span, nowMs());
  const lengthS = () => (past().untilMs - past().fromMs) / 1000;
  const byTick = () => isByTick(lengthS(), live.tickS);
  const stepS = () => stepFor(lengthS(), live.tickS);
  const grain = (): Grain => (byTick() && source.readTicks !== undefined ? "tick" : stepS());
  const gapMs = () => GAP_TICKS * 1000 * (byTick() ? live.tickS : stepS());

  function show(read: readonly TracePoint[]): void {
    const newestMs = read.at(-1)?.atMs ?? 0;
    points = [...read, ...(byTick() ? points.filter(({ atMs }) => atMs > newestMs) : [])];
    points = withGaps(points, gapMs());
    state = "loaded";
  }

  async function load(): Promise<void> {
    const bounds = past();
    loadedUntilMs = bounds.untilMs;
    try {
      const read = await cache.read(bounds, grain(), nowMs());
      if (isStopped) return;
      show(read);
      later.reset();
    } catch (error) {
      if (points.length === 0) state = { error: (error as Error).message };
      if (isPassing(error)) later.request();
    }
    if (!isStopped) loadEnded();
  }

  function take(report: Report, fleet: Fleet): void {
    const { timestampMs: atMs, kind, missedTicks } = report;
    const { fromMs, untilMs } = boundsOf(span, atMs);
    if (untilMs < atMs) return;
    const isHole = missedTicks !== 0 && kind === "SNAPSHOT";
    if (isHole || (missedTicks ?? 0) > 0) void load();
    if (!byTick()) {
      if (atMs - loadedUntilMs >= 1000 * Math.max(stepS(), RELOAD_S)) void load();
      return;
    }
    const now = source.readNow(fleet);
    const newestMs = points.at(-1)?.atMs ?? 0;
    if (now === undefined || atMs <= newestMs) return;
    const point = { atMs, minMw: now.meanMw, maxMw: now.meanMw, ...now };
    if (grain() === "tick" || stepS() === live.tickS) cache.extend(point, grain(), gapMs());
    const added = withGaps([...points.slice(-1), point], gapMs());
    points = [...points.slice(0, -1), ...added].filter((one) => one.atMs >= fromMs);
  }

  const later = createLater(() => isStopped || load());
  const loaded = cache.loaded(past(), grain());
  if (loaded !== undefined) {
    loadedUntilMs = past().untilMs;
    show(loaded);
  }
  return {
    points: () => points,
    stepS: () => (byTick() ? undefined : stepS()),
    state: () => state,
    start(onLoaded) {
      loadEnded = onLoaded;
      if (loaded === undefined) void load();
      const unlisten = live.onReport(take);
      return () => {
        isStopped = true;
        unlisten();
      };
    },
  };
}

/** Calls a function after a wait that grows with each request in a row; one call waits at most. */
function createLater(call: () => unknown) {
  let requests = 0;
  let isWaiting = false;
  return {
    request(): void {
      if (isWaiting) return;
      isWaiting = true;
      void pause(waitMs(requests++)).then(() => {
        isWaiting = false;
        call();
      });
    },
    reset(): void {
      requests = 0;
    },
  };
}

/** Puts a point of nulls where points lie further apart than they should, so that no line bridges it. */
export function withGaps(points: readonly TracePoint[], gapMs: number): TracePoint[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (before === undefined || point.atMs - before.atMs <= gapMs) return [point];
    return [{ ...NOTHING, atMs: (before.atMs + point.atMs) / 2 }, point];
  });
}

const NOTHING = { meanMw: null, minMw: null, maxMw: null, setpointMw: null, socPct: null };

/** @param tickS Steps no longer than a tick have the instant of its end. */
export function pointOfStep(step: StepFragment, tickS: number): TracePoint {
  const fromMs = Date.parse(step.from);
  const untilMs = Date.parse(step.until);
  return {
    atMs: untilMs - fromMs > tickS * 1000 ? (fromMs + untilMs) / 2 : untilMs,
    meanMw: step.currentMw?.mean ?? null,
    minMw: step.currentMw?.min ?? null,
    maxMw: step.currentMw?.max ?? null,
    setpointMw: null,
    socPct: step.socPct?.last ?? null,
  };
}
