// Checks of the ticks, and of their clock.
import type { Clock } from "../../domain/ports/clock.ts";
import { utcText } from "../../domain/time/instant-text.ts";
import type { TickerStats } from "../telemetry/ticker.ts";
import { type EventLimits, eventCheck } from "./event-check.ts";
import type { HealthCheck } from "./health.ts";

export interface TickLimits {
  /** One tick that takes too long may be chance; more than these in a row show that the machine is too slow. May change. */
  readonly lateTicks: number;
}

export function tickChecks(
  ticker: () => TickerStats,
  limits: TickLimits & EventLimits,
): readonly HealthCheck[] {
  return [
    eventCheck(
      "TICKS_SKIPPED",
      () => ticker().skipped,
      (count) => ({
        what: `${count} ticks were skipped, because the server was too far behind`,
        advice:
          "their time is not simulated and has no telemetry; give the machine more time, or set longer ticks",
      }),
      limits,
    ),
    {
      code: "TICKS_LATE",
      find() {
        const { overrunsInARow } = ticker();
        if (overrunsInARow <= limits.lateTicks) return undefined;
        return {
          what: `${overrunsInARow} ticks in a row ended after the next one was due`,
          advice:
            "until a tick ends in time; give the machine more time, or set longer ticks or fewer assets",
        };
      },
    },
  ];
}

export function clockChecks(clock: Clock, ticker: () => TickerStats): readonly HealthCheck[] {
  return [
    {
      code: "CLOCK_AHEAD",
      find(nowMs) {
        const { running, waitsUntilMs } = ticker();
        if (!running || nowMs >= waitsUntilMs) return undefined;
        return {
          what: "the newest stored sample lies in the future, so that the fleet waits",
          advice: `until ${utcText(waitsUntilMs)}, when ticks continue; set the clock of the machine where it is wrong`,
        };
      },
    },
    {
      code: "CLOCK_AHEAD",
      find(nowMs) {
        const aheadMs = clock.aheadMs();
        return aheadMs <= AHEAD_TOLERATED_MS ? undefined : ranAhead(nowMs, aheadMs);
      },
    },
  ];
}

/** A clock that is not set by hand deviates by less, in ms. */
const AHEAD_TOLERATED_MS = 1_000;
/** A deviation that lasts longer is better ended by a restart, in ms. */
const LONG_MS = 24 * 3600 * 1000;

/** The clock of the fleet runs at half speed until both agree. */
function ranAhead(nowMs: number, aheadMs: number) {
  const agreeMs = nowMs + aheadMs;
  const restart = "; a restart sets aside what lies ahead, and continues at once";
  return {
    what: `the clock of the fleet is ahead of that of the machine, by ${Math.ceil(aheadMs / 1000)} s when seen last`,
    advice: `it runs at half speed until ${utcText(agreeMs)}, when both agree${2 * aheadMs > LONG_MS ? restart : "; nothing needs to be done"}`,
  };
}
