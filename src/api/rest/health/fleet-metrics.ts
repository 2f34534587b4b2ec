// Metrics of the fleet: its ticks, assets, changes and dispatches.
import { ALARM_CODES, ALARM_RULES } from "../../../domain/alarm/codes.ts";
import { HEALTH_CODES } from "../../../domain/base/codes.ts";
import type { Services } from "../../transport/services.ts";
import type { Meters } from "./meters.ts";

type Fleet = Pick<
  Services,
  "telemetry" | "dispatch" | "alarms" | "fleet" | "health" | "tickerStats"
>;

export function meterFleet(
  { counter, counters, gauge, gauges }: Meters,
  { telemetry, dispatch, alarms, fleet, health, tickerStats }: Fleet,
): void {
  counter("mando_ticks_total", "Ticks run.", () => tickerStats().ticks);
  counter("mando_tick_seconds_total", "Duration of ticks, in s.", () => tickerStats().workS);
  counter(
    "mando_tick_overruns_total",
    "Ticks whose work ended after the next one was due.",
    () => tickerStats().overruns,
  );
  counter(
    "mando_ticks_skipped_total",
    "Ticks left out because the server was too far behind.",
    () => tickerStats().skipped,
  );
  gauge("mando_assets", "Assets in the fleet.", () => telemetry.latest().table.assets.length);
  gauges(
    "mando_health_degraded",
    "1 while the health is degraded for a reason of this code.",
    ["code"],
    () => {
      const found = new Set<string>(health.reasons().map(({ code }) => code));
      return Object.keys(HEALTH_CODES).map((code) => [{ code }, Number(found.has(code))] as const);
    },
  );
  counters(
    "mando_dispatches_total",
    "Dispatch requests by outcome: accepted, or the code of the refusal.",
    ["outcome"],
    () => [...dispatch.outcomes()].map(([outcome, count]) => [{ outcome }, count] as const),
  );
  counters("mando_dispatch_changes_total", "Changes of dispatches to a status.", ["to"], () =>
    [...dispatch.events.counts()].map(([to, count]) => [{ to }, count] as const),
  );
  counters(
    "mando_dispatch_shortfalls_total",
    "Shortfalls of dispatches: promises that were expected to lack energy, that were averted, and dispatches that ended with less than their setpoints.",
    ["kind"],
    () =>
      Object.entries(dispatch.events.shortfalls()).map(
        ([kind, count]) => [{ kind }, count] as const,
      ),
  );
  gauges("mando_dispatches_open", "Dispatches that have not ended.", ["status"], () =>
    [...dispatch.openCounts()].map(([status, count]) => [{ status }, count] as const),
  );
  gauge(
    "mando_promises_at_risk",
    "Promises that can no longer be kept.",
    () => alarms.openCounts().get("PROMISE_AT_RISK") ?? 0,
  );
  gauges("mando_alarms_open", "Alarms that are not cleared.", ["code", "severity"], () =>
    ALARM_CODES.map(
      (code) =>
        [
          { code, severity: ALARM_RULES[code].severity },
          alarms.openCounts().get(code) ?? 0,
        ] as const,
    ),
  );
  counters(
    "mando_fleet_changes_total",
    "Changes of sites and assets, and reloads of the file, by outcome: accepted, INVALID for a file that breaks a rule, or the code of the refusal.",
    ["kind", "outcome"],
    () =>
      [...fleet.outcomes()].flatMap(([kind, outcomes]) =>
        [...outcomes].map(([outcome, count]) => [{ kind, outcome }, count] as const),
      ),
  );
}
