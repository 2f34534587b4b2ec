// The conditions of the server that are alarms, each looked at every second.
import type { AlarmCode } from "../../domain/alarm/codes.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { isInUse } from "../../domain/settings/scope.ts";
import { utcText } from "../../domain/time/instant-text.ts";
import type { Health } from "../health/health.ts";
import type { SettingValues } from "../settings/values.ts";
import type { TickerStats } from "../telemetry/ticker.ts";

/** Times of the conditions. They may change. */
export interface ConditionLimits {
  /** For how long ticks must run without a skip until it is over, in s of ticks. */
  readonly unskippedS: number;
  /** For how many ticks, and for how long in s at least, there must be no frame. */
  readonly staleTicks: number;
  readonly staleS: number;
}

export interface ServerCondition {
  readonly code: AlarmCode;
  /** Whether another text is another alarm: it names what is wrong, and not how far it went. */
  readonly isByText?: true;
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
 * Skipped ticks, until ticks ran for long without.
 *
 * @param dtS    Length of a tick in s.
 * @param isOpen Whether ticks were skipped before the start: the time begins with it.
 */
export function skipCondition(
  ticker: () => TickerStats,
  limits: Pick<ConditionLimits, "unskippedS">,
  dtS: number,
  isOpen: boolean,
): ServerCondition {
  let known = 0;
  /** The number of ticks at the last skip. */
  let skippedAt = isOpen ? 0 : -Infinity;
  let message = "";
  return {
    code: "TICKS_SKIPPED",
    find() {
      const { skipped, ticks } = ticker();
      if (skipped > known) {
        message = `${skipped - known} ticks of ${dtS} s were skipped, because the server was too far behind: their time is not simulated and has no telemetry; give the machine more time, or set longer ticks`;
        known = skipped;
        skippedAt = ticks;
      }
      return ticks - skippedAt < Math.ceil(limits.unskippedS / dtS) ? message : undefined;
    },
  };
}

/**
 * Data that is stale: no frame for some ticks, and some s.
 *
 * @param dtS    Length of a tick in s.
 * @param lastMs When the last frame came, or the fleet started, in ms since the epoch.
 */
export function staleCondition(
  limits: Pick<ConditionLimits, "staleTicks" | "staleS">,
  dtS: number,
  lastMs: () => number,
): ServerCondition {
  return {
    code: "DATA_STALE",
    find(nowMs) {
      const mostS = Math.max(limits.staleTicks * dtS, limits.staleS);
      const staleS = (nowMs - lastMs()) / 1000;
      if (staleS < mostS) return undefined;
      return `the fleet has not reported since ${utcText(lastMs())}, for ${Math.floor(staleS)} s with ticks of ${dtS} s: look at GET /health/ready, and at the log and the load of the machine`;
    },
  };
}

/** Values that an alarm names; the others are counted. */
const MOST_NAMED = 3;

/** Stored settings whose values are not accepted, but those of assets and sites that run no more: they are without effect. */
export function settingCondition(
  { invalid }: Pick<SettingValues, "invalid">,
  table: () => FleetTable,
): ServerCondition {
  return {
    code: "SETTING_INVALID",
    isByText: true,
    find() {
      const fleet = table();
      const found = invalid().filter(({ version }) => isInUse(version.scope, fleet));
      if (found.length === 0) return undefined;
      // In one order, also after a restart: the same values are the same text.
      const named = found
        .map(({ version, wrong }) => `${version.id} of ${version.scope} ${wrong}`)
        .sort()
        .slice(0, MOST_NAMED);
      const more = found.length - named.length;
      const others = more > 0 ? [`${more} more are not accepted`] : [];
      return `${[...named, ...others].join("; ")}: they are kept, and what they inherit is in force; change them, or take them back`;
    },
  };
}
