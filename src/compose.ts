// Settings in, running house out: the one place where rooms meet.
import { createMemoryDispatchStore } from "./adapters/memory/dispatch-store.ts";
import { createPinoLog } from "./adapters/pino/log.ts";
import { systemChance } from "./adapters/system/chance.ts";
import { createSystemClock } from "./adapters/system/clock.ts";
import { createErrorMask } from "./api/graphql/errors.ts";
import { createGraphListener } from "./api/graphql/http.ts";
import { createGraphServer } from "./api/graphql/server.ts";
import { attachWebSockets } from "./api/graphql/web-socket.ts";
import { createAdmission } from "./api/http/admission.ts";
import { createApp } from "./api/http/app.ts";
import { createHttpServer } from "./api/http/server.ts";

import { createMetrics } from "./api/rest/metrics.ts";
import { createHub } from "./api/stream/hub.ts";
import { loadFleet } from "./config/fleet.ts";
import type { Settings } from "./config/settings.ts";
import { tickAt } from "./domain/grid.ts";
import type { Clock } from "./domain/ports/clock.ts";
import type { Log } from "./domain/ports/log.ts";
import { createDispatch } from "./services/dispatch.ts";
import { createTelemetry, recentFramesFor } from "./services/telemetry.ts";
import { createTicker } from "./services/ticker.ts";
import { createSimulator } from "./simulator/simulator.ts";

/** Dispatches remembered where there is no store. */
const DISPATCHES_KEPT = 100_000;

/** Frames that a subscriber may fall behind before the latest one wins: a burst of ticks caught up. */
const QUEUE_LIMIT = 16;

export interface House {
  /** Starts to tick and to listen. Rejects with the operating system's error where it cannot listen. */
  start(): Promise<HouseAddress>;
  /** Stops ticking, completes open requests and closes. */
  stop(): Promise<void>;
}

export interface HouseAddress {
  readonly url: string;
  /** An asset to try things on. */
  readonly exampleAssetId: string;
}

interface HouseDeps {
  readonly settings: Settings;
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
}

/** The log of a house, readable on a terminal and JSON otherwise. */
export function createLog({ logLevel }: Settings, isTerminal: boolean): Promise<Log> {
  return createPinoLog(logLevel, isTerminal);
}

export async function createHouse(deps: HouseDeps): Promise<House> {
  const { settings, log, version, clock = createSystemClock() } = deps;
  const { tickSeconds: dtS, apiToken, corsOrigin, allowedHosts, host } = settings;
  const table = await loadFleet(settings.assetsFile, log);

  const simulator = createSimulator(table, dtS, tickAt(clock.nowMs(), dtS));
  const keepCount = recentFramesFor(
    table.assets.length,
    settings.recentFrames,
    settings.recentMb * 2 ** 20,
  );
  const telemetry = createTelemetry(simulator.latest(), keepCount);
  const ticker = createTicker({ clock, simulator, telemetry, log, dtS });
  const store = createMemoryDispatchStore(DISPATCHES_KEPT);
  const dispatch = createDispatch({ gateway: simulator, store, clock, chance: systemChance, log });

  const services = {
    telemetry,
    dispatch,
    tickerStats: ticker.stats,
    isReady: () => ticker.stats().running,
  };
  const admission = createAdmission({ host, allowedHosts, corsOrigin, apiToken });
  const hub = createHub(telemetry, Math.min(QUEUE_LIMIT, keepCount - 1));
  const errors = createErrorMask(log, systemChance);
  const graph = createGraphServer({ services, hub, errors, runId: systemChance.newId() });
  const chance = systemChance;
  const metrics = createMetrics(services, hub);
  const app = createApp({ services, metrics, admission, chance, log, version });
  const answerGraph = createGraphListener({ graph, admission, observe: metrics.observe });
  const server = createHttpServer(app.fetch, answerGraph);
  const sockets = attachWebSockets({ node: server.node, graph, admission, errors, log });

  return {
    async start() {
      const address = await server.listen(host, settings.port);
      ticker.start();
      const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
      log.info(
        { assets: table.assets.length, sites: table.sites.length, tickSeconds: dtS, keepCount },
        `simulating ${table.assets.length} assets at ${table.sites.length} sites`,
      );
      return {
        url: `http://${name}:${address.port}`,
        exampleAssetId: table.assets[0]?.id ?? "",
      };
    },
    async stop() {
      ticker.stop();
      hub.close();
      sockets.close();
      await server.close();
    },
  };
}
