// A clock that a program moves.
import type { Clock } from "../../domain/ports/clock.ts";

export interface ManualClock extends Clock {
  /** Moves time forward, and makes the calls that are due in the meantime, in order. */
  advance(ms: number): void;
}

/** A clock that stands still until `advance`. */
export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<{ instantMs: number; wake: () => void }>();

  function nextUntil(endMs: number) {
    let next: { instantMs: number; wake: () => void } | undefined;
    for (const sleeper of sleepers)
      if (sleeper.instantMs <= endMs && (next === undefined || sleeper.instantMs < next.instantMs))
        next = sleeper;
    return next;
  }

  return {
    nowMs: () => nowMs,
    aheadMs: () => 0,
    wakeAt(instantMs, wake) {
      const sleeper = { instantMs, wake };
      sleepers.add(sleeper);
      return () => sleepers.delete(sleeper);
    },
    turn: () => Promise.resolve(),
    advance(ms) {
      const endMs = nowMs + ms;
      for (let next = nextUntil(endMs); next !== undefined; next = nextUntil(endMs)) {
        sleepers.delete(next);
        nowMs = Math.max(nowMs, next.instantMs);
        next.wake();
      }
      nowMs = Math.max(nowMs, endMs);
    },
  };
}
