// The clock of the machine, made monotonic.
import type { Clock } from "../../domain/ports/clock.ts";

/** How fast this clock runs while it is ahead of the machine's: slightly slower after drift, at half speed after the machine's clock was set back. */
const STRAYED_RATIO = 0.999;
const SET_RATIO = 0.5;
/** A difference above this means that the machine's clock was set, in ms. */
const SET_MS = 1_000;
/** A machine clock that was set forward is followed after this time, in ms. */
const LASTS_MS = 5_000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The two clocks of the machine: `Date.now` and a monotonic counter, both in ms. */
export interface MachineTime {
  systemMs(): number;
  monotonicMs(): number;
}

const machine: MachineTime = { systemMs: Date.now, monotonicMs: () => performance.now() };

/**
 * UTC that never goes back, so that ticks keep coming. A machine clock that is set forward is followed once it has
 * stayed there for 5 s, and one that is set back is met by running at half speed until both agree; where they are a
 * second or less apart, at once and by running a thousandth slow.
 */
export function createSystemClock(time: MachineTime = machine): Clock {
  let monotonicMs = time.monotonicMs();
  let nowMs = time.systemMs();
  /** When the machine's clock was first seen to be set forward, by the monotonic counter. */
  let setForwardAtMs: number | undefined;
  let isSetBack = false;

  function read(): number {
    const passedMs = time.monotonicMs() - monotonicMs;
    monotonicMs += passedMs;
    const systemMs = time.systemMs();
    isSetBack = nowMs + passedMs - systemMs > (isSetBack ? 0 : SET_MS);
    const ratio = isSetBack ? SET_RATIO : STRAYED_RATIO;
    const isSetForward = systemMs > nowMs + passedMs + SET_MS;
    if (!isSetForward) setForwardAtMs = undefined;
    else setForwardAtMs ??= monotonicMs;
    if (isSetForward && monotonicMs < (setForwardAtMs ?? 0) + LASTS_MS) nowMs += passedMs;
    else nowMs = Math.max(systemMs, nowMs + passedMs * ratio);
    return nowMs;
  }

  return {
    nowMs: read,
    aheadMs: () => Math.max(0, read() - time.systemMs()),
    wakeAt(instantMs, wake) {
      let timer: NodeJS.Timeout;
      const wait = () => {
        const leftMs = instantMs - read();
        const waitMs = Math.min(Math.max(0, Math.ceil(leftMs)), LONGEST_TIMEOUT_MS);
        // This clock may run slower than the timer, which then ends too soon.
        timer = setTimeout(() => (read() < instantMs ? wait() : wake()), waitMs);
      };
      wait();
      return () => clearTimeout(timer);
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
