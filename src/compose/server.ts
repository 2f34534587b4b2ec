// The HTTP server on top of a kernel: REST, GraphQL, WebSockets and event streams.
import type { AddressInfo } from "node:net";
import type { OpenTelemetry } from "../adapters/opentelemetry/tracing.ts";
import { createApp } from "../api/app.ts";
import { schema } from "../api/graphql/schema.ts";
import { createErrorMask } from "../api/graphql/server/errors.ts";
import { createEventAnswer } from "../api/graphql/server/event-stream.ts";
import { createGraphListener } from "../api/graphql/server/http.ts";
import { createGraphServer } from "../api/graphql/server/server.ts";
import { attachWebSockets } from "../api/graphql/server/web-socket.ts";
import { createMetrics } from "../api/rest/health/metrics.ts";
import { createConnectionLimit } from "../api/stream/connection-limit.ts";
import { createEventStreams } from "../api/stream/event-streams.ts";
import { createHub } from "../api/stream/hub.ts";
import { createClientAddress } from "../api/transport/client-address.ts";
import { createFailures } from "../api/transport/failures.ts";
import { createHttpServer, type RequestTimeouts } from "../api/transport/http-server.ts";
import { createRequestPolicy } from "../api/transport/request-policy.ts";
import { createRequestSpans } from "../api/transport/request-spans.ts";
import type { Services, SignInOptions } from "../api/transport/services.ts";
import { createSessions } from "../api/transport/session.ts";
import type { Settings } from "../config/settings.ts";
import type { Chance } from "../domain/ports/chance.ts";
import type { Log } from "../domain/ports/log.ts";
import { NO_TRACING } from "../domain/ports/tracing.ts";
import { createClients } from "../services/clients/clients.ts";
import type { Versions } from "../services/version/versions.ts";
import type { Store } from "../store/store.ts";
import type { Kernel } from "./kernel.ts";
import type { LiveSettings } from "./live-settings.ts";
import type { SignIn } from "./sign-in.ts";

/** How often the connections that stay open are probed, in ms. */
const HEARTBEAT_MS = 20_000;

export interface Server {
  /** Accepts connections. Until the fleet runs, requests for it are answered with NOT_READY. */
  listen(): Promise<AddressInfo>;
  /** Completes open requests, ends subscriptions and closes every connection. */
  close(): Promise<void>;
}

interface ServerDeps {
  readonly settings: Settings;
  readonly limits: LiveSettings;
  readonly kernel: Kernel;
  /** The store of the kernel; undefined where everything is held in memory. */
  readonly store: Store | undefined;
  readonly signIn: SignIn;
  readonly versions: Versions;
  readonly chance: Chance;
  readonly log: Log;
  readonly version: string;
  readonly heartbeatMs?: number | undefined;
  readonly requestTimeouts?: RequestTimeouts | undefined;
  /** undefined: there are no traces. */
  readonly tracing: OpenTelemetry | undefined;
}

export function createServer(deps: ServerDeps): Server {
  const { settings, limits, kernel, chance, log, version, heartbeatMs = HEARTBEAT_MS } = deps;
  const { host, allowedHosts, corsOrigin } = settings;
  const tracing = deps.tracing ?? NO_TRACING;
  const spans = createRequestSpans(tracing);
  const runId = chance.newId();
  const services = servicesOf(deps);
  const sessions = createSessions(services, createClientAddress(settings.trustedProxies));
  const requestPolicy = createRequestPolicy({ host, allowedHosts, corsOrigin });
  const connectionLimit = createConnectionLimit(limits);
  const metrics = createMetrics({
    ...{ services, hubStats: () => hub.stats(), openSockets: connectionLimit.taken, version },
    limits,
    traceCounts: deps.tracing?.counts,
    slowClientsClosed: () => server.slowClientsClosed(),
  });
  const { observe, observeSend } = metrics;
  const { telemetry, backfill } = kernel;
  const { events } = services.dispatch;
  const alarmEvents = services.alarms.events;
  const auditEvents = services.audit.events;
  const hub = createHub({
    ...{
      telemetry,
      events,
      alarmEvents,
      auditEvents,
      dataPointChanges: kernel.dataPoints.changes,
      backfill,
      log,
      runId,
      limits,
      observe: observeSend,
      tracing,
    },
  });
  const streams = createEventStreams({
    ...{ connectionLimit, heartbeatMs, limits, onBegun: spans?.streams },
  });
  const failures = createFailures(log, chance);
  const errors = createErrorMask(log, chance);
  const graph = createGraphServer({ schema, hub, errors, runId, limits, tracing });
  const edges = { services, sessions, hub, streams, requestPolicy, limits, runId };
  const app = createApp({
    ...edges,
    metrics,
    failures,
    log,
    version,
    spans,
    signInOrigins: deps.signIn.origins,
  });
  const answerEvents = createEventAnswer({ graph, errors, streams });
  const answerGraph = createGraphListener({ ...edges, graph, answerEvents, log, observe, spans });
  const server = createHttpServer(app.fetch, answerGraph, {
    ...{ timeouts: deps.requestTimeouts, limits, spans },
  });
  const sockets = attachWebSockets({
    ...{ server, graph, requestPolicy, services, sessions, errors, connectionLimit, limits },
    ...{ heartbeatMs, log, tracing },
  });
  return {
    listen: () => server.listen(host, settings.port),
    async close() {
      hub.close();
      sessions.close();
      await Promise.all([streams.close(), sockets.close(), server.close()]);
    },
  };
}

/** What requests use of a kernel and its store. */
function servicesOf({ settings, kernel, store, chance, signIn, versions }: ServerDeps): Services {
  const { telemetry, dispatch, alarms, fleet, health, audit } = kernel;
  const { ticker, workTurns } = kernel;
  const { authenticator, identities } = signIn;
  return {
    as: createClients({ ...kernel, chance, identities, versions }),
    signIn: signInOptions(settings),
    ...{ authenticator, audit, telemetry, dispatch, alarms, fleet, health, workTurns },
    tickerStats: ticker.stats,
    onTick: ticker.onTick,
    writerStats: () => store?.stats(),
    storeUsage: () => store?.usage(),
    isReady: kernel.isRunning,
  };
}

function signInOptions({ oidcIssuer, oidcClientId, oidcScope }: Settings): SignInOptions {
  if (oidcIssuer === undefined) return { issuer: null, clientId: null, scope: null };
  return { issuer: oidcIssuer, clientId: oidcClientId ?? null, scope: oidcScope };
}
