// The metrics of the server in the format of Prometheus.
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { createSerial } from "../../../domain/base/serial.ts";
import type { ClientTelemetry } from "../../../services/clients/client-telemetry.ts";
import { createEnergyTotals } from "../../../services/telemetry/energy-totals.ts";
import { type FleetSums, fleetSums } from "../../../services/telemetry/fleet-sums.ts";
import type { HubStats } from "../../stream/hub.ts";
import type { ObserveAnswer } from "../../transport/answer-observer.ts";
import type { Services } from "../../transport/services.ts";
import { meterBatteries } from "./battery-metrics.ts";
import { meterFleet } from "./fleet-metrics.ts";
import { createMeters } from "./meters.ts";
import { meterStore } from "./store-metrics.ts";
import { meterSubscriptions } from "./subscription-metrics.ts";
import { meterTraces, type TraceCounts } from "./trace-metrics.ts";

export interface Metrics {
  /**
   * All metrics as text, for a client that may see everything; those of its batteries for another. Those of the engine
   * are measured from the first call on.
   */
  text(client: MeteredFleet): Promise<string>;
  readonly contentType: string;
  readonly observe: ObserveAnswer;
  /** Records the time from a frame until all subscribers have it, in s. */
  observeSend(tookS: number): void;
}

/** The fleet as a client may see it. */
type MeteredFleet = Pick<ClientTelemetry, "visible" | "latest">;

/** An engine that was not measured since the last call has no numbers, or a lag of 292 years. */
const UNMEASURED = /^nodejs_eventloop_lag_\w+ (NaN|9223372036\.\d+)\n/gim;

/** The services with metrics. */
type Metered = Pick<
  Services,
  | "telemetry"
  | "dispatch"
  | "alarms"
  | "audit"
  | "fleet"
  | "health"
  | "tickerStats"
  | "onTick"
  | "writerStats"
  | "storeUsage"
  | "workTurns"
  | "isReady"
>;

export interface MetricsDeps {
  readonly services: Metered;
  readonly hubStats: () => HubStats;
  readonly openSockets: () => number;
  /** Connections that were closed because their clients read nothing of an answer. */
  readonly slowClientsClosed: () => number;
  /** The version of the program. */
  readonly version: string;
  /** Sites, and assets, that have metrics of their own at most. May change. */
  readonly limits: { readonly metricsAssets: number };
  /** Left out: there are no traces. */
  readonly traceCounts?: (() => TraceCounts) | undefined;
}

export function createMetrics(deps: MetricsDeps): Metrics {
  const { services, hubStats, openSockets, version, limits } = deps;
  const { telemetry, workTurns } = services;
  const registry = new Registry();
  const registers = [registry];
  const meters = createMeters(registers);
  meterFleet(meters, services);
  meterSubscriptions(meters, hubStats, openSockets);
  meters.counter(
    "mando_http_slow_clients_closed_total",
    "Connections that were closed because their clients read nothing of an answer.",
    deps.slowClientsClosed,
  );
  meterStore(meters, services);
  if (deps.traceCounts) meterTraces(meters, deps.traceCounts);
  meters.gauges("mando_build_info", "The program that runs.", ["version", "node"], () => [
    [{ version, node: process.versions.node }, 1],
  ]);
  const { lateness, sends, durations } = createHistograms(registers);
  services.onTick((latenessS) => lateness.observe(latenessS));

  const batteries = new Registry();
  let sums: FleetSums | undefined;
  meterBatteries(createMeters([batteries]), () => sums);
  const totals = createEnergyTotals();
  telemetry.follow(totals.note);

  /** One metric in a turn: each may have a line for every asset. */
  async function batteryText({ visible, latest }: MeteredFleet): Promise<string> {
    if (!services.isReady()) return "";
    const turn = () => workTurns.next("answer");
    totals.note(telemetry.latest());
    // The energy of assets that have left is known of whole sites alone.
    const besides = visible.isWhole ? totals : NO_TOTALS;
    sums = await fleetSums(latest(), besides, limits.metricsAssets, turn);
    const texts: string[] = [];
    for (const { name } of batteries.getMetricsAsArray()) {
      await turn();
      texts.push(await batteries.getSingleMetricAsString(name));
    }
    sums = undefined;
    return `${texts.join("\n\n")}\n`;
  }

  let isMeasured = false;

  async function serverText(): Promise<string> {
    // This wakes an idle server a hundred times a second.
    if (!isMeasured) collectDefaultMetrics({ register: registry });
    isMeasured = true;
    return (await registry.metrics()).replace(UNMEASURED, "");
  }

  async function text(client: MeteredFleet): Promise<string> {
    if (!client.visible.isWhole) return batteryText(client);
    const [server, ofBatteries] = [await serverText(), await batteryText(client)];
    return ofBatteries === "" ? server : `${server}\n${ofBatteries}`;
  }

  const collections = createSerial();
  return {
    text: (client) => collections.run(() => text(client)),
    contentType: registry.contentType,
    observe: (method, route, status, tookMs) =>
      durations.observe(
        { method: KNOWN_METHODS.has(method) ? method : "other", route, status },
        tookMs / 1000,
      ),
    observeSend: (tookS) => sends.observe(tookS),
  };
}

function createHistograms(registers: Registry[]) {
  return {
    lateness: new Histogram({
      name: "mando_tick_lateness_seconds",
      help: "Delay of the start of a tick after its instant, in s.",
      buckets: [
        0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 4, 15, 60,
      ],
      registers,
    }),
    sends: new Histogram({
      name: "mando_subscription_send_seconds",
      help: "Time from a tick until its frame was written to the connections of all subscribers, in s.",
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    durations: new Histogram({
      name: "mando_http_request_duration_seconds",
      help: "Time from request to answer, in s.",
      labelNames: ["method", "route", "status"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
  };
}

const NO_TOTALS = { beside: () => ({ inMwhr: 0, outMwhr: 0 }) };

/** Labels are bounded: every other method counts as one. */
const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
