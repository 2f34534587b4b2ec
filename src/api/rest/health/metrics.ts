import { setTimeout as wait } from "node:timers/promises";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { HEALTH_CODES } from "../../../domain/base/codes.ts";
import type { StoreStatus } from "../../../services/health/store-checks.ts";
import type { HubStats } from "../../stream/hub.ts";
import type { ObserveAnswer } from "../../transport/answer-observer.ts";
import type { Services } from "../../transport/services.ts";

export interface Metrics {
  /** Everything in the text format of Prometheus; what the engine tells of itself is watched from the first call on. */
  text(): Promise<string>;
  readonly contentType: string;
  readonly observe: ObserveAnswer;
  /** Takes in how long a frame took to reach all subscribers, in s. */
  observeSend(tookS: number): void;
}

/** By then the engine has measured itself twice: what it tells before that is no number. */
const FIRST_LOOK_MS = 25;

/** What there is to count. */
type Counted = Pick<
  Services,
  | "telemetry"
  | "dispatch"
  | "fleet"
  | "health"
  | "tickerStats"
  | "onTick"
  | "writerStats"
  | "storeUsage"
>;

export function createMetrics(
  { telemetry, dispatch, fleet, health, tickerStats, onTick, writerStats, storeUsage }: Counted,
  hubStats: () => HubStats,
  openSockets: () => number,
): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  let watching: Promise<void> | undefined;

  /** Wakes an idle server a hundred times a second. */
  function watchEngine(): Promise<void> {
    collectDefaultMetrics({ register: registry });
    return wait(FIRST_LOOK_MS);
  }

  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  counter("mando_ticks_total", "Ticks run.", () => tickerStats().ticks);
  counter("mando_tick_seconds_total", "Time that ticks took, in s.", () => tickerStats().workS);
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
  const lateness = new Histogram({
    name: "mando_tick_lateness_seconds",
    help: "How long after its instant a tick began, in s.",
    buckets: [
      0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 4, 15, 60,
    ],
    registers,
  });
  onTick((latenessS) => lateness.observe(latenessS));
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge("mando_assets", "Assets in the fleet.", () => telemetry.latest().table.assets.length);
  gauge("mando_sockets_open", "WebSockets and event streams that are open.", openSockets);
  gauge(
    "mando_subscriptions_active",
    "Subscribers of live telemetry and of what happens to dispatches.",
    () => hubStats().active,
  );
  gauge(
    "mando_subscriptions_buffered_bytes",
    "Bytes that wait in the connections of subscribers.",
    () => hubStats().bufferedBytes,
  );
  counter("mando_subscriptions_started_total", "Subscriptions begun.", () => hubStats().started);
  new Counter({
    name: "mando_subscriptions_ended_total",
    help: "Subscriptions ended: left by the client, or closed because it was slow or something failed.",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(hubStats().ended)) this.inc({ reason }, count);
    },
  });
  counter(
    "mando_subscription_frames_sent_total",
    "Frames sent to subscribers.",
    () => hubStats().framesSent,
  );
  counter(
    "mando_subscription_frames_missed_total",
    "Frames that subscribers did not get because they read too slowly.",
    () => hubStats().framesMissed,
  );
  counter(
    "mando_subscription_executions_total",
    "Times that a frame was executed and encoded: frames sent for each is how much is shared.",
    () => hubStats().executions,
  );
  const sends = new Histogram({
    name: "mando_subscription_send_seconds",
    help: "Time from a tick until its frame was handed to the connections of all subscribers, in s.",
    registers,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  });
  new Gauge({
    name: "mando_health_degraded",
    help: "1 while the health is degraded for a reason of this code.",
    labelNames: ["code"],
    registers,
    collect() {
      const found = new Set<string>(health.reasons().map(({ code }) => code));
      for (const code of Object.keys(HEALTH_CODES)) this.set({ code }, Number(found.has(code)));
    },
  });
  const stored = (name: keyof StoreStatus) => Number(writerStats()?.[name] ?? 0);
  gauge("mando_store_degraded", "1 while the database is away.", () => stored("degraded"));
  gauge(
    "mando_store_maintenance_failed",
    "1 while minutes are not summed up, or what is too old is not removed.",
    () => Number(writerStats()?.maintenanceFailure !== undefined),
  );
  gauge(
    "mando_spool_records",
    "Records that wait for the database: frames, and what happened to dispatches.",
    () => stored("waitingRecords"),
  );
  gauge("mando_spool_bytes", "Bytes that wait for the database.", () => stored("waitingBytes"));
  for (const [name, metric, help] of [
    [
      "droppedRecords",
      "spool_dropped_records",
      "Records dropped, oldest first, because the spool was full.",
    ],
    ["droppedFrames", "spool_dropped_frames", "Those of them that were frames."],
    [
      "lostRecords",
      "spool_lost_records",
      "Records that the disk had damaged, as far as they are known.",
    ],
    [
      "cutSegments",
      "spool_cut_segments",
      "Times that the end of the spool was cut off, with an unknown number of records.",
    ],
    [
      "unspooledFrames",
      "spool_unspooled_frames",
      "Frames that reached neither the disk nor the database.",
    ],
    ["unspooledChanges", "spool_unspooled_changes", "Changes of dispatches that reached neither."],
    [
      "rejectedRecords",
      "spool_rejected_records",
      "Records of which the database refused a part that is kept in a file.",
    ],
    [
      "rejectedRows",
      "store_rejected_rows",
      "Rows of telemetry that the database refused for their content.",
    ],
    [
      "refusedSums",
      "store_refused_sums",
      "Times that minutes were left out, because the database does not sum up samples.",
    ],
    [
      "foreignSegments",
      "spool_foreign_segments",
      "Files of the spool of another database, or not readable, that were moved aside.",
    ],
    [
      "rejectedChanges",
      "store_rejected_changes",
      "Changes of dispatches that it refused likewise.",
    ],
  ] as const)
    counter(`mando_${metric}_total`, help, () => stored(name));
  gauge(
    "mando_spool_memory_records",
    "Records that wait in memory, because the disk does not take them.",
    () => stored("memoryRecords"),
  );
  counter(
    "mando_store_ahead_samples_total",
    "Samples that lay in the future at the start, and were set aside in telemetry_ahead.",
    () => stored("aheadSamples"),
  );
  new Gauge({
    name: "mando_store_bytes",
    help: "Bytes that a table takes on disk, looked at once a minute.",
    labelNames: ["table"],
    registers,
    collect() {
      for (const [table, bytes] of Object.entries(storeUsage()?.bytes ?? {}))
        this.set({ table }, bytes);
    },
  });
  gauge(
    "mando_store_raw_from_timestamp_seconds",
    "Samples before this instant were removed for their age or number; 0 where none was.",
    () => Math.max(0, (storeUsage()?.rawFromMs ?? 0) / 1000),
  );
  new Counter({
    name: "mando_dispatches_total",
    help: "Dispatch requests by outcome: accepted, or the code of the refusal.",
    labelNames: ["outcome"],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of dispatch.outcomes()) this.inc({ outcome }, count);
    },
  });
  new Counter({
    name: "mando_dispatch_changes_total",
    help: "How often dispatches came to a status.",
    labelNames: ["to"],
    registers,
    collect() {
      this.reset();
      for (const [to, count] of dispatch.events.counts()) this.inc({ to }, count);
    },
  });
  new Counter({
    name: "mando_fleet_changes_total",
    help: "Changes of sites and assets, and reloads of the file, by outcome: accepted, INVALID for a file that breaks a rule, or the code of the refusal.",
    labelNames: ["kind", "outcome"],
    registers,
    collect() {
      this.reset();
      for (const [kind, outcomes] of fleet.outcomes())
        for (const [outcome, count] of outcomes) this.inc({ kind, outcome }, count);
    },
  });
  gauge("mando_dispatches_open", "Dispatches that are not over.", dispatch.openCount);
  const durations = new Histogram({
    name: "mando_http_request_duration_seconds",
    help: "Time from request to answer, in s.",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });

  const observe: Metrics["observe"] = (method, route, status, tookMs) =>
    durations.observe(
      { method: KNOWN_METHODS.has(method) ? method : "other", route, status },
      tookMs / 1000,
    );

  return {
    async text() {
      watching ??= watchEngine();
      await watching;
      return registry.metrics();
    },
    contentType: registry.contentType,
    observe,
    observeSend: (tookS) => sends.observe(tookS),
  };
}

/** Labels are bounded: whatever else a client invents counts as one. */
const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
