// Metrics of subscriptions and of their connections.
import type { HubStats } from "../../stream/hub.ts";
import type { Meters } from "./meters.ts";

export function meterSubscriptions(
  { counter, counters, gauge }: Meters,
  hubStats: () => HubStats,
  openSockets: () => number,
): void {
  gauge("mando_sockets_open", "WebSockets and event streams that are open.", openSockets);
  gauge(
    "mando_subscriptions_active",
    "Subscribers of live telemetry, and of events of dispatches and alarms.",
    () => hubStats().active,
  );
  gauge(
    "mando_subscriptions_buffered_bytes",
    "Bytes that wait in the connections of subscribers.",
    () => hubStats().bufferedBytes,
  );
  counter("mando_subscriptions_started_total", "Subscriptions begun.", () => hubStats().started);
  counters(
    "mando_subscriptions_ended_total",
    "Subscriptions ended: left by the client, or closed because it was slow or something failed.",
    ["reason"],
    () => Object.entries(hubStats().ended).map(([reason, count]) => [{ reason }, count] as const),
  );
  counter(
    "mando_subscription_frames_sent_total",
    "Frames sent to subscribers.",
    () => hubStats().framesSent,
  );
  counter(
    "mando_subscription_frames_missed_total",
    "Frames that were not sent to subscribers because they read too slowly.",
    () => hubStats().framesMissed,
  );
  counter(
    "mando_subscription_executions_total",
    "Times that a frame was executed and encoded: the ratio of frames sent to it is how much is shared.",
    () => hubStats().executions,
  );
}
