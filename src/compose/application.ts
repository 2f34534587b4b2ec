// Settings in, running house out: the one place where rooms meet.
import { createMemoryDispatchStore } from "../adapters/memory/dispatch-store.ts";
import { createMemoryFleetStore } from "../adapters/memory/fleet-store.ts";
import { createPinoLog } from "../adapters/pino/log.ts";
import { systemChance } from "../adapters/system/chance.ts";
import { createSystemClock } from "../adapters/system/clock.ts";
import { createApp } from "../api/app.ts";
import { createErrorMask } from "../api/graphql/server/errors.ts";
import { createEventAnswer } from "../api/graphql/server/event-stream.ts";
import { createGraphListener } from "../api/graphql/server/http.ts";
import { createGraphServer } from "../api/graphql/server/server.ts";
import { attachWebSockets } from "../api/graphql/server/web-socket.ts";
import { createDispatchListener } from "../api/rest/dispatch/direct.ts";
import { createMetrics } from "../api/rest/health/metrics.ts";
import { createConnectionLimit } from "../api/stream/connection-limit.ts";
import { createEventStreams } from "../api/stream/event-streams.ts";
import { createHub } from "../api/stream/hub.ts";
import { createFailures } from "../api/transport/failures.ts";
import { createHttpServer, type RequestTimeouts } from "../api/transport/http-server.ts";
import type { Limits } from "../api/transport/limits.ts";
import { createRequestPolicy } from "../api/transport/request-policy.ts";
import { createAssetsFile, loadFleet } from "../config/fleet.ts";
import type { Settings } from "../config/settings.ts";
import { originsOf } from "../domain/fleet/change.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { DispatchStore } from "../domain/ports/dispatch-store.ts";
import type { Log } from "../domain/ports/log.ts";
import { tickAt } from "../domain/time/grid.ts";
import { createDispatch } from "../services/dispatch/dispatch.ts";
import { createFleetFile } from "../services/fleet/file.ts";
import { createFleet } from "../services/fleet/fleet.ts";
import { createFleetInForce } from "../services/fleet/in-force.ts";
import { healthChecks } from "../services/health/checks.ts";
import { createHealth } from "../services/health/health.ts";
import { createBackfill } from "../services/telemetry/backfill.ts";
import { createHistory } from "../services/telemetry/history.ts";
import { createTelemetry } from "../services/telemetry/telemetry.ts";
import { createTicker } from "../services/telemetry/ticker.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { createStorage, openFleet } from "./storage.ts";

/** Dispatches remembered where there is no store. */
const DISPATCHES_KEPT = 20_000;
/** Events that no run comes to in a ms. */
const EVENTS_PER_MS = 1_000;
/** How often connections that stay open are asked whether they live, in ms. */
const HEARTBEAT_MS = 20_000;

export interface Application {
  /**
   * Starts to listen, takes up what was kept, and ticks. Rejects with the error of what could not be
   * started. Waits as a standby while another server runs the same database.
   */
  start(): Promise<ApplicationAddress>;
  /**
   * Reads the assets file again and applies it; where the fleet does not run yet, once it does. What comes of it
   * is in the log.
   */
  reload(): void;
  /** Stops ticking, completes open requests and closes. */
  stop(): Promise<void>;
}

export interface ApplicationAddress {
  readonly url: string;
  /** An asset to try things on. */
  readonly exampleAssetId: string;
}

interface ApplicationDeps {
  readonly settings: Settings;
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
  readonly requestTimeouts?: RequestTimeouts;
  /** Is called where another server has taken over the database, so that this one must end. */
  readonly onLost?: () => void;
}

/** The log of a house, readable on a terminal and JSON otherwise. */
export function createLog({ logLevel }: Settings, isTerminal: boolean): Promise<Log> {
  return createPinoLog(logLevel, isTerminal);
}

export async function createApplication(deps: ApplicationDeps): Promise<Application> {
  const { settings, log, version, clock = createSystemClock(), heartbeatMs = HEARTBEAT_MS } = deps;
  const { tickSeconds: dtS, apiToken, corsOrigin, allowedHosts, host } = settings;
  const chance = systemChance;
  const storage = createStorage(settings, log);
  const store = storage?.store;
  const file = createAssetsFile(settings.assetsFile);
  const loaded = await loadFleet(file, log);

  const simulator = createSimulator(loaded.table, dtS, tickAt(clock.nowMs(), dtS));
  const { recentFrames, recentMb } = settings;
  const telemetry = createTelemetry(simulator.latest(), recentFrames, recentMb * 2 ** 20);
  const dispatches = store?.dispatches ?? createMemoryDispatches(clock);
  const { latest } = telemetry;
  const dispatch = createDispatch({
    gateway: simulator,
    latest,
    store: dispatches,
    clock,
    chance,
    log,
  });
  const isReady = () => ticker.stats().running;
  const fleet = createFleet({
    inForce: createFleetInForce(simulator, dispatch),
    origins: originsOf(loaded.table, loaded.origin),
    telemetry,
    store: store?.fleet ?? createMemoryFleetStore(),
    mayPrune: store === undefined || settings.prune,
    isRunning: isReady,
    log,
  });
  const fleetFile = createFleetFile({ file, fleet, table: () => latest().table, log });
  const beginTick = (startMs: number) => {
    fleet.beginTick(startMs);
    dispatch.beginTick(startMs);
  };
  const ticker = createTicker({ clock, simulator, telemetry, beginTick, log, dtS });
  const kept = store && {
    store: store.telemetry,
    flush: store.flush,
    waitingFrames: () => store.stats()?.waitingFrames ?? 0,
    oldestMs: store.oldestMs,
  };
  const history = createHistory(telemetry, kept);
  const checked = { clock, ticker: ticker.stats, store: () => store?.stats() };
  const health = createHealth({ clock, log, checks: healthChecks(checked) });

  const services = {
    telemetry,
    history,
    dispatch,
    fleet,
    fleetFile,
    health,
    tickerStats: ticker.stats,
    onTick: ticker.onTick,
    writerStats: () => store?.stats(),
    storeUsage: () => store?.usage(),
    newId: chance.newId,
    isReady,
  };
  const requestPolicy = createRequestPolicy({ host, allowedHosts, corsOrigin, apiToken });
  const runId = chance.newId();
  const backfill = createBackfill(telemetry, kept);
  const limits: Limits = settings;
  const connectionLimit = createConnectionLimit(limits.maxSockets);
  const slowS = limits.slowClientS;
  const metrics = createMetrics(services, () => hub.stats(), connectionLimit.taken);
  const hub = createHub({ telemetry, backfill, log, runId, slowS, observe: metrics.observeSend });
  const errors = createErrorMask(log, chance);
  const graph = createGraphServer({ services, hub, errors, runId, limits });
  const streams = createEventStreams({ connectionLimit, heartbeatMs, slowS });
  const edges = { services, hub, streams, requestPolicy, limits, runId };
  const failures = createFailures(log, chance);
  const app = createApp({ ...edges, metrics, failures, log, version });
  const answerDispatch = createDispatchListener({
    services,
    requestPolicy,
    limits,
    failures,
    observe: metrics.observe,
  });
  const answerEvents = createEventAnswer({ graph, errors, streams });
  const { observe } = metrics;
  const answerGraph = createGraphListener({
    graph,
    requestPolicy,
    services,
    answerEvents,
    limits,
    log,
    observe,
  });
  const server = createHttpServer(
    app.fetch,
    (request, response) => answerDispatch(request, response) || answerGraph(request, response),
    deps.requestTimeouts,
  );
  const sockets = attachWebSockets({
    server,
    graph,
    requestPolicy,
    services,
    errors,
    connectionLimit,
    limits,
    heartbeatMs,
    slowS,
    log,
  });

  let isReloadDue = false;
  function reload(): void {
    isReloadDue = !isReady();
    if (isReloadDue) log.info({}, `${file.path} is read again once the fleet runs: not yet`);
    else fleetFile.reload().catch((err) => log.error({ err }, `${file.path} was not applied`));
  }

  return {
    reload,
    async start() {
      const address = await server.listen(host, settings.port);
      if (storage) {
        const opened = await openFleet(storage, loaded, dtS, clock.nowMs);
        const newestMs = fleet.restore(opened, clock.nowMs());
        telemetry.begin(simulator.latest());
        simulator.hold(await dispatch.restore(newestMs));
        telemetry.follow(storage.store.keep);
        storage.store.onLost(() => {
          ticker.stop();
          log.error({}, "another server has taken over the database: this one ends");
          deps.onLost?.();
        });
        if (newestMs > 0)
          log.info(
            {},
            `going on from ${new Date(newestMs).toISOString()}, where the fleet was left`,
          );
      } else simulator.hold(await dispatch.restore(latest().timestampMs));
      ticker.start();
      health.start();
      if (isReloadDue) reload();
      const { table } = simulator;
      const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
      log.info(
        { assets: table.assets.length, sites: table.sites.length, tickSeconds: dtS },
        `simulating ${table.assets.length} assets at ${table.sites.length} sites`,
      );
      return {
        url: `http://${name}:${address.port}`,
        exampleAssetId: table.assets[0]?.id ?? "",
      };
    },
    async stop() {
      ticker.stop();
      health.stop();
      fleet.stop();
      hub.close();
      await Promise.all([streams.close(), sockets.close(), server.close()]);
      await storage?.store.close();
      await storage?.close();
    },
  };
}

/** Events are numbered from now on, so that those of an earlier run are told from ours. */
function createMemoryDispatches(clock: Clock): DispatchStore {
  return createMemoryDispatchStore(DISPATCHES_KEPT, Math.floor(clock.nowMs()) * EVENTS_PER_MS);
}
