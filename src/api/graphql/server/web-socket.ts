// GraphQL over WebSocket: the protocol graphql-transport-ws on the path of the HTTP transport.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  handleProtocols,
  type Server as ProtocolServer,
} from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Log } from "../../../domain/ports/log.ts";
import type { ConnectionLimit } from "../../stream/connection-limit.ts";
import { closeGracefully } from "../../transport/graceful-close.ts";
import type { HttpServer } from "../../transport/http-server.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { rawProblem } from "../../transport/raw-problem.ts";
import type { RequestPolicy } from "../../transport/request-policy.ts";
import { GRAPHQL_PATH } from "../../transport/request-target.ts";
import {
  type DeclaredRoute,
  JSON_BODY,
  largestBody,
  refuseUnserved,
} from "../../transport/route-policy.ts";
import type { Services } from "../../transport/services.ts";
import { createBackpressure } from "./backpressure.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { createProtocols, type ProtocolDeps, type SocketExtra } from "./socket-protocol.ts";

const GOING_AWAY = 1001;

/** The upgrade to a WebSocket. Its body stands for each message that a client sends. */
export const UPGRADE_ROUTE: DeclaredRoute = {
  method: "GET",
  path: GRAPHQL_PATH,
  policy: {
    served: "running",
    body: JSON_BODY,
    query: "ignored",
    exact: true,
  },
  protocol: "WebSocket",
};

interface WebSocketDeps extends ProtocolDeps {
  readonly server: Pick<HttpServer, "node" | "exchanges">;
  readonly requestPolicy: RequestPolicy;
  readonly services: Pick<Services, "isReady">;
  readonly connectionLimit: ConnectionLimit;
  /** A client is gone that does not answer a ping within this time, in ms. */
  readonly heartbeatMs: number;
  readonly log: Log;
}

export interface WebSockets {
  /** Closes every socket with 1001, a few at a time. Clients reconnect. */
  close(): Promise<void>;
}

/** Accepts the upgrades of an HTTP server, under the same policy as its requests. */
export function attachWebSockets(deps: WebSocketDeps): WebSockets {
  const { server, requestPolicy, services, connectionLimit, limits, heartbeatMs } = deps;
  const protocolOf = createProtocols(deps);
  const heartbeat = createHeartbeat(heartbeatMs, limits);
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    // A browser shows no reason where no subprotocol is selected.
    handleProtocols: (offered) => handleProtocols(offered) || ([...offered][0] ?? false),
  });
  sockets.on("connection", (socket, request) => {
    socket.once("close", connectionLimit.take());
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) return refuseProtocol(socket);
    heartbeat.watch(socket, request.socket);
    serveSocket(protocolOf(), socket, request, deps);
  });

  function answer(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const refused =
      refuseUpgrade(request, requestPolicy) ??
      refuseUnserved(UPGRADE_ROUTE.policy, services) ??
      connectionLimit.refuse();
    if (refused) {
      stream.once("finish", () => stream.destroy()).end(rawProblem(refused));
      return;
    }
    // The library reads it for each socket that it makes.
    sockets.options.maxPayload = largestBody(UPGRADE_ROUTE.policy, limits);
    sockets.handleUpgrade(request, stream, head, (socket) =>
      sockets.emit("connection", socket, request),
    );
  }

  server.node.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    server.exchanges.whenAnswered(stream, () => answer(request, stream, head));
  });
  return {
    close() {
      heartbeat.stop();
      return closeGracefully(sockets.clients, (socket) =>
        socket.close(GOING_AWAY, "the server stops"),
      );
    },
  };
}

function refuseUpgrade(
  request: IncomingMessage,
  requestPolicy: RequestPolicy,
): Problem | undefined {
  // Browsers let pages of other sites open sockets, so that an upgrade is checked as a change.
  const refused = requestPolicy.refuseSender("POST", (name) => request.headers[name]?.toString());
  if (refused) return refused;
  const path = request.url?.split("?")[0];
  return path === GRAPHQL_PATH
    ? undefined
    : problem("ROUTE_UNKNOWN", `WebSockets are accepted at ${GRAPHQL_PATH}, not at ${path}`);
}

/** The close reason for a client of an older protocol or of none, of at most 123 bytes. */
const PROTOCOL_REFUSED =
  "use the subprotocol graphql-transport-ws, or GET or POST /graphql with accept: text/event-stream";

function refuseProtocol(socket: WebSocket): void {
  socket.on("error", () => {});
  // In the form of the older protocol.
  const payload = { message: PROTOCOL_REFUSED };
  socket.send(JSON.stringify({ type: "connection_error", payload }));
  socket.close(CloseCode.SubprotocolNotAcceptable, PROTOCOL_REFUSED);
}

function serveSocket(
  protocol: ProtocolServer<SocketExtra>,
  socket: WebSocket,
  request: IncomingMessage,
  { log }: WebSocketDeps,
): void {
  const pressure = createBackpressure(socket);
  socket.on("error", (error) => log.debug({ err: error }, "a WebSocket failed"));

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Settles once the bytes are sent, so that nothing more is sent to a client that stops reading.
      send: (data) =>
        pressure.during(
          new Promise<void>((resolve) => {
            if (socket.readyState !== socket.OPEN) resolve();
            // An error of sending is followed by the close of the socket.
            else socket.send(data, () => resolve());
          }),
        ),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on("message", (data) => {
          handle(String(data)).catch((error) => {
            log.error({ err: error }, "a WebSocket message failed");
            socket.close(CloseCode.InternalServerError, "something failed on our side");
          });
        }),
    },
    { request, socket, pressure, session: undefined, span: undefined },
  );
  socket.once("close", (code, reason) => closed(code, String(reason)));
}
