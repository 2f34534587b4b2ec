// The trace of the fleet or of an asset for chart and table: its history, extended by frames.

import type { StepFragment } from "../api/operations.ts";
import type { Fleet } from "../live/fleet.ts";
import type { Report } from "../live/frame-reader.ts";
import type { Live } from "../live/live.ts";
import { boundsOf, isByTick, type Span, stepFor } from "./span.ts";

/** The shortest interval between requests of steps longer than a tick, in s. */
const RELOAD_S = 10;
/** Number of ticks without a sample that make a gap. */
const GAP_TICKS = 2.5;

/** One tick, or one step. Null where nothing was reported, or is stored. */
export interface TracePoint {
  /** Its instant: the end of a tick, the middle of a step. */
  readonly atMs: number;
  readonly meanMw: number | null;
  readonly minMw: number | null;
  readonly maxMw: number | null;
  readonly setpointMw: number | null;
  readonly socPct: number | null;
}

/** The source of the points. */
export interface TraceSource {
  readPast(bounds: { fromMs: number; untilMs: number }, stepS: number): Promise<TracePoint[]>;
  /** Points of each tick with its setpoint, where they are stored; they are preferred to steps. */
  readTicks?(bounds: { fromMs: number; untilMs: number }): Promise<TracePoint[]>;
  /** The point of the newest frame; undefined where it has none. */
  readNow(fleet: Fleet): Omit<TracePoint, "atMs" | "minMw" | "maxMw"> | undefined;
}

export interface Trace {
  points(): readonly TracePoint[];
  /** Width of a step in s; undefined where each point is a tick. */
  stepS(): number | undefined;
  state(): "loading" | "loaded" | { readonly error: string };
  stop(): void;
}

export function startTrace(
  live: Live,
  source: TraceSource,
  span: Span,
  changed: () => void,
): Trace {
  let points: TracePoint[] = [];
  let state: ReturnType<Trace["state"]> = "loading";
  let loadedUntilMs = 0;
  let isStopped = false;
  const nowMs = () => live.fleet?.totals?.timestampMs ?? Date.now();
  const lengthS = (b: { fromMs: number; untilMs: number }) => (b.untilMs - b.fromMs) / 1000;
  const byTick = () => isByTick(lengthS(boundsOf(span, nowMs())), live.tickS);
  const stepS = () => stepFor(lengthS(boundsOf(span, nowMs())), live.tickS);

  async function load(): Promise<void> {
    const bounds = boundsOf(span, nowMs());
    loadedUntilMs = bounds.untilMs;
    try {
      const readTicks = byTick() ? source.readTicks : undefined;
      const read = await (readTicks?.(bounds) ?? source.readPast(bounds, stepS()));
      if (isStopped) return;
      const newestMs = read.at(-1)?.atMs ?? 0;
      points = [...read, ...(byTick() ? points.filter(({ atMs }) => atMs > newestMs) : [])];
      points = withGaps(points, gapMs());
      state = "loaded";
    } catch (error) {
      if (points.length === 0) state = { error: (error as Error).message };
    }
    if (!isStopped) changed();
  }

  const gapMs = () => GAP_TICKS * 1000 * (byTick() ? live.tickS : stepS());

  function take(report: Report, fleet: Fleet): void {
    if (span.kind === "window") return;
    const { timestampMs: atMs, kind, missedTicks } = report;
    const isHole = missedTicks !== 0 && kind === "SNAPSHOT";
    if (isHole || (missedTicks ?? 0) > 0) void load();
    if (!byTick()) {
      if (atMs - loadedUntilMs >= 1000 * Math.max(stepS(), RELOAD_S)) void load();
      return;
    }
    const now = source.readNow(fleet);
    const newestMs = points.at(-1)?.atMs ?? 0;
    if (now === undefined || atMs <= newestMs) return;
    const added = withGaps(
      [...points.slice(-1), { atMs, minMw: now.meanMw, maxMw: now.meanMw, ...now }],
      gapMs(),
    );
    const { fromMs } = boundsOf(span, atMs);
    points = [...points.slice(0, -1), ...added].filter((point) => point.atMs >= fromMs);
    changed();
  }

  void load();
  const unlisten = live.onReport(take);
  return {
    points: () => points,
    stepS: () => (byTick() ? undefined : stepS()),
    state: () => state,
    stop() {
      isStopped = true;
      unlisten();
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
