// The instant of the grid that the plans are at.
import type { Frame } from "../../domain/telemetry/frame.ts";
import { tickFrom, tickInstantMs } from "../../domain/time/grid.ts";

/** A time without ticks, between two instants of the grid in ms since the epoch. */
export interface Gap {
  readonly fromMs: number;
  readonly untilMs: number;
}

export type PlanInstant = ReturnType<typeof createPlanInstant>;

export function createPlanInstant(latest: () => Frame) {
  /** Later than the newest frame where ticks were left out. */
  let reachedMs = -Infinity;
  let gap: Gap = { fromMs: -Infinity, untilMs: -Infinity };
  /** In ms since the epoch. */
  const instantMs = () => Math.max(reachedMs, latest().timestampMs);
  return {
    instantMs,
    /** The instant of the grid from which on a change counts that was received at an instant. In ms since the epoch. */
    countsFromMs(receivedMs: number): number {
      const { dtS } = latest();
      return Math.max(instantMs(), tickInstantMs(tickFrom(receivedMs, dtS), dtS));
    },
    reach(toMs: number): void {
      reachedMs = toMs;
      if (toMs > latest().timestampMs) gap = { fromMs: latest().timestampMs, untilMs: toMs };
    },
    /** Notes that ticks were left out. */
    noteGap(found: Gap): void {
      gap = found;
    },
    /** When ticks were left out the last time. */
    gap: () => gap,
  };
}
