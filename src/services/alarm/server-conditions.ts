// The conditions of the server that are alarms, each looked at every second.
import { type AlarmCode, STALE, UNSKIPPED_S } from "../../domain/alarm/codes.ts";
import { utcText } from "../../domain/time/instant-text.ts";
import type { Health } from "../health/health.ts";
import type { TickerStats } from "../telemetry/ticker.ts";

export interface ServerCondition {
  readonly code: AlarmCode;
  /** What happens, the values, and what to do; undefined where the condition does not hold. */
  find(nowMs: number): string | undefined;
}

/** A reason of the health, as long as it has one of this code. */
export function healthCondition(
  code: "STORE_DEGRADED" | "CLOCK_AHEAD",
  health: Pick<Health, "reasons">,
): ServerCondition {
  return { code, find: () => health.reasons().find((reason) => reason.code === code)?.message };
}

/**
 * Skipped ticks, until ticks ran for an hour without.
 *
 * @param dtS    Length of a tick in s.
 * @param isOpen Whether ticks were skipped before the start: the hour begins with it.
 */
export function skipCondition(
  ticker: () => TickerStats,
  dtS: number,
  isOpen: boolean,
): ServerCondition {
  const hour = Math.ceil(UNSKIPPED_S / dtS);
  let known = 0;
  let untilTicks = isOpen ? hour : 0;
  let message = "";
  return {
    code: "TICKS_SKIPPED",
    find() {
      const { skipped, ticks } = ticker();
      if (skipped > known) {
        message = `${skipped - known} ticks of ${dtS} s were skipped, because the server was too far behind: their time is not simulated and has no telemetry; give the machine more time, or set longer ticks`;
        known = skipped;
        untilTicks = ticks + hour;
      }
      return ticks < untilTicks ? message : undefined;
    },
  };
}

/**
 * Data that is stale: no frame for some ticks, and some s.
 *
 * @param dtS    Length of a tick in s.
 * @param lastMs When the last frame came, or the fleet started, in ms since the epoch.
 */
export function staleCondition(dtS: number, lastMs: () => number): ServerCondition {
  const mostS = Math.max(STALE.ticks * dtS, STALE.leastS);
  return {
    code: "DATA_STALE",
    find(nowMs) {
      const staleS = (nowMs - lastMs()) / 1000;
      if (staleS < mostS) return undefined;
      return `the fleet has not reported since ${utcText(lastMs())}, for ${Math.floor(staleS)} s with ticks of ${dtS} s: look at GET /health/ready, and at the log and the load of the machine`;
    },
  };
}
