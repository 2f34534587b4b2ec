// GraphQL over WebSocket: the protocol graphql-transport-ws on the path of the HTTP transport.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from "graphql";
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  handleProtocols,
  makeServer,
  type Server as ProtocolServer,
} from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Log } from "../../../domain/ports/log.ts";
import type { SpanContext, Tracing } from "../../../domain/ports/tracing.ts";
import type { ConnectionLimit } from "../../stream/connection-limit.ts";
import type { Payload } from "../../stream/payload.ts";
import type { Sink } from "../../stream/stream.ts";
import { closeGracefully } from "../../transport/graceful-close.ts";
import type { HttpServer } from "../../transport/http-server.ts";
import type { Limits } from "../../transport/limits.ts";
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
import type { Session, Sessions } from "../../transport/session.ts";
import { LiveSource } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import { type Backpressure, createBackpressure } from "./backpressure.ts";
import { type ErrorMask, MUTATION_BY_POST } from "./errors.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { executeLive, joinHub, type Leave } from "./live.ts";
import { type Operation, prepareOperation } from "./operation.ts";
import type { GraphServer } from "./server.ts";
import { createSocketSink } from "./socket-sink.ts";

const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

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

interface WebSocketDeps {
  readonly server: Pick<HttpServer, "node" | "exchanges">;
  readonly graph: GraphServer;
  readonly requestPolicy: RequestPolicy;
  readonly services: Pick<Services, "isReady">;
  readonly sessions: Sessions;
  readonly errors: ErrorMask;
  readonly connectionLimit: ConnectionLimit;
  readonly limits: Limits;
  /** A client is gone that does not answer a ping within this time, in ms. */
  readonly heartbeatMs: number;
  readonly log: Log;
  readonly tracing: Tracing;
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

function tooMany(most: number): GraphQLError {
  return refusal(
    "TOO_MANY_OPERATIONS",
    `${most} operations run on this WebSocket, and no more may: complete one first`,
  );
}

/** A reason has at most 123 bytes. */
function reasonOf(detail: string): string {
  return Buffer.byteLength(detail) <= MOST_REASON
    ? detail
    : `${detail.slice(0, MOST_REASON - 3)}...`;
}
const MOST_REASON = 123;

interface SocketExtra {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly pressure: Backpressure;
  /** Known once the connection is acknowledged. */
  session: Session | undefined;
  /** The span that the client named for the connection. */
  span: SpanContext | undefined;
}

/** The arguments that onSubscribe returns. */
interface SocketArgs extends ExecutionArgs {
  readonly execute: Operation["run"];
  readonly sink: Sink;
}

/** The protocol for the next socket: the library fixes how long a socket may take to begin. */
function createProtocols(deps: WebSocketDeps): () => ProtocolServer<SocketExtra> {
  const { limits } = deps;
  let timeoutS = limits.initTimeoutS;
  let protocol = createProtocol(deps, timeoutS);
  return () => {
    if (limits.initTimeoutS !== timeoutS) {
      timeoutS = limits.initTimeoutS;
      protocol = createProtocol(deps, timeoutS);
    }
    return protocol;
  };
}

function createProtocol(deps: WebSocketDeps, initTimeoutS: number): ProtocolServer<SocketExtra> {
  const { graph, sessions, errors, limits, tracing } = deps;
  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: initTimeoutS * 1000,
    async onConnect({ connectionParams, extra }) {
      const given = connectionParams?.authorization ?? connectionParams?.Authorization;
      // An empty text is no token, and not that of the header.
      const header = given === undefined ? undefined : String(given);
      const session = await sessions.begin(extra.request, "websocket", header);
      extra.span = tracing.remote(connectionParams?.traceparent, connectionParams?.tracestate);
      // The protocol's own close has no reason.
      const close = ({ code, detail }: Problem) => {
        const isUnavailable = code === "SIGN_IN_UNAVAILABLE";
        extra.socket.close(isUnavailable ? TRY_AGAIN_LATER : CloseCode.Forbidden, reasonOf(detail));
      };
      const refused = "code" in session ? session : session.refuse("read", "GET /graphql");
      if (refused) close(refused);
      if ("code" in session || refused) return false;
      extra.session = session;
      extra.socket.once("close", session.watch(close));
      return true;
    },
    async onSubscribe({ extra, subscriptions }, id, payload) {
      // This operation is among the open ones already. One that was completed may still run.
      const running = Math.max(Object.keys(subscriptions).length, extra.pressure.busy() + 1);
      if (running > limits.maxSocketOperations) return [tooMany(limits.maxSocketOperations)];
      const operation = await extra.pressure.during(
        prepareOperation(graph, errors, payload, {
          session: extra.session as Session,
          changeRefusal: MUTATION_BY_POST,
        }),
      );
      // An error that is thrown here would close the whole socket.
      if (!("kind" in operation)) return operation;
      const sink = createSocketSink(extra, id);
      const { traceparent, tracestate } = payload.extensions ?? {};
      const span = tracing.remote(traceparent, tracestate) ?? extra.span;
      const execute = () => extra.pressure.during(tracing.within(span, operation.run));
      return { ...operation.args, execute, sink } as SocketArgs;
    },
    execute: (args) => (args as SocketArgs).execute(),
    async subscribe(given) {
      const { sink, ...args } = given as SocketArgs;
      const requested = await executeLive(args);
      if (!(requested instanceof LiveSource)) return requested;
      return untilReturned(
        (complete) => joinHub(requested, args, { ...sink, complete }, errors),
        sink,
      );
    },
    onNext: (_, __, ___, ____, { errors: found, ...result }) =>
      found && ({ ...result, errors: found.map(errors.format) } as FormattedExecutionResult),
    onError: (_, __, ___, found) => found.map(errors.format),
  });
}

/**
 * The iterator that the protocol holds for a subscription of the hub: it yields nothing, and is returned by the client
 * or completed by the hub.
 */
function untilReturned(
  join: (complete: (last: Payload) => void) => Leave,
  sink: Sink,
): AsyncIterableIterator<never> {
  const done = { done: true, value: undefined } as const;
  let release = () => {};
  const returned = new Promise<typeof done>((resolve) => {
    release = () => resolve(done);
  });
  const leave = join((last) => {
    sink.send(last);
    release();
  });
  const source: AsyncIterableIterator<never> = {
    [Symbol.asyncIterator]: () => source,
    next: () => returned,
    async return() {
      leave("left");
      release();
      return done;
    },
  };
  return source;
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
