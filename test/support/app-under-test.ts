// The routes of the API on services that a test gives, behind a real HTTP server.
import { createManualClock } from "../../src/adapters/memory/clock.ts";
import { createApp } from "../../src/api/app.ts";
import type { Metrics } from "../../src/api/rest/health/metrics.ts";
import type { EventStreams } from "../../src/api/stream/event-streams.ts";
import type { Hub } from "../../src/api/stream/hub.ts";
import { createClientAddress } from "../../src/api/transport/client-address.ts";
import { createFailures } from "../../src/api/transport/failures.ts";
import { createHttpServer } from "../../src/api/transport/http-server.ts";
import type { Limits } from "../../src/api/transport/limits.ts";
import { createRequestPolicy } from "../../src/api/transport/request-policy.ts";
import type { Services } from "../../src/api/transport/services.ts";
import { createSessions } from "../../src/api/transport/session.ts";
import type { Principal } from "../../src/domain/identity/principal.ts";
import type { Log } from "../../src/domain/ports/log.ts";
import { createWorkTurns } from "../../src/services/work-turns.ts";
import { TESTER } from "./kernel-under-test.ts";

/** @param services Those that the routes of a test use. */
export function createAppUnderTest(
  services: object,
  log: Log,
  observe: Metrics["observe"] = () => {},
) {
  // A route uses few services: a test gives those, and no fleet behind the others.
  const given = {
    isReady: () => true,
    dispatch: {},
    alarms: {},
    audit: {},
    signIn: {},
    workTurns: createWorkTurns(createManualClock(0)),
    authenticator: {
      read: () => undefined,
      identify: () => TESTER,
      mode: () => "open",
      hasExpired: () => false,
    },
    as: (principal: Principal) => ({ ...given, principal }),
    ...services,
  } as unknown as Services;
  return createApp({
    services: given,
    sessions: createSessions(given, createClientAddress([])),
    metrics: { observe } as Metrics,
    requestPolicy: createRequestPolicy({
      host: "127.0.0.1",
      allowedHosts: [],
      corsOrigin: [],
    }),
    hub: {} as Hub,
    streams: {} as EventStreams,
    limits: { maxMessageKb: 1 } as Limits,
    runId: "run-1",
    failures: createFailures(log, { newId: () => "request-1" }),
    log,
    version: "0.0.0",
  });
}

/** Listens on a free port. */
export async function serveApp(app: ReturnType<typeof createAppUnderTest>) {
  const server = createHttpServer(app.fetch, () => false);
  const { port } = await server.listen("127.0.0.1", 0);
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}
