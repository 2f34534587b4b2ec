import type { Clock } from "../../domain/ports/clock.ts";

/** How much of the passing time may be given back when the machine's clock stands behind ours. */
const SLOWEST_RATIO = 0.999;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** What the machine knows of time: `Date.now` and a monotonic counter, both in ms. */
export interface MachineTime {
  wallMs(): number;
  monotonicMs(): number;
}

const machine: MachineTime = { wallMs: Date.now, monotonicMs: () => performance.now() };

/**
 * UTC that never goes back. A machine clock that is set forward is followed at once; one that is set back
 * is met by running a thousandth slow until both agree, so that ticks keep coming.
 */
export function createSystemClock(time: MachineTime = machine): Clock {
  let monotonicMs = time.monotonicMs();
  let nowMs = time.wallMs();

  function read(): number {
    const passedMs = time.monotonicMs() - monotonicMs;
    monotonicMs += passedMs;
    nowMs = Math.max(time.wallMs(), nowMs + passedMs * SLOWEST_RATIO);
    return nowMs;
  }

  return {
    nowMs: read,
    wakeAt(instantMs, wake) {
      const waitMs = Math.min(Math.max(0, Math.ceil(instantMs - read())), LONGEST_TIMEOUT_MS);
      const timer = setTimeout(wake, waitMs);
      return () => clearTimeout(timer);
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
