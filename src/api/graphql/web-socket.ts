// GraphQL over WebSocket: the protocol graphql-transport-ws on the path of the HTTP transport.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { ExecutionArgs, FormattedExecutionResult } from "graphql";
import { CloseCode, handleProtocols, makeServer, type Server as ProtocolServer } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Log } from "../../domain/ports/log.ts";
import type { Admission } from "../http/admission.ts";
import { rawProblem } from "../http/server.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { farewell } from "../stream/farewell.ts";
import type { Sink } from "../stream/stream.ts";
import type { ErrorMask } from "./errors.ts";
import { GRAPHQL_PATH, refuseUnready } from "./http.ts";
import { askLive, joinLive, type Leave, LiveSource } from "./live.ts";
import { type Operation, prepareOperation } from "./operation.ts";
import type { GraphServer } from "./server.ts";
import { createSocketSink } from "./socket-sink.ts";

const LARGEST_MESSAGE = 64 * 1024;
/** A client that does not answer a ping within this time is gone. In ms. */
const PING_MS = 25_000;
const GOING_AWAY = 1001;

interface WebSocketDeps {
  readonly node: Server;
  readonly graph: GraphServer;
  readonly admission: Admission;
  readonly services: Pick<Services, "isReady">;
  readonly errors: ErrorMask;
  readonly log: Log;
}

export interface WebSockets {
  /** Closes every socket with 1001, a few at a time: clients come back to whoever listens next. */
  close(): Promise<void>;
}

/** Takes the upgrades of an HTTP server, under the same rules as its requests. */
export function attachWebSockets(deps: WebSocketDeps): WebSockets {
  const { node, admission, services, log } = deps;
  const protocol = createProtocol(deps);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols,
  });
  sockets.on("connection", (socket, request) => serveSocket(protocol, socket, request, log));

  node.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const refused = refuseUpgrade(request, admission) ?? refuseUnready(services);
    if (refused) stream.end(rawProblem(refused));
    else
      sockets.handleUpgrade(request, stream, head, (socket) =>
        sockets.emit("connection", socket, request),
      );
  });
  return {
    close: () =>
      farewell(sockets.clients, (socket) => socket.close(GOING_AWAY, "the server stops")),
  };
}

function refuseUpgrade(request: IncomingMessage, admission: Admission): Problem | undefined {
  // Browsers do not shield sockets from pages of other sites, so that an upgrade counts as a change.
  const refused = admission.refuseSender("POST", (name) => request.headers[name]?.toString());
  if (refused) return refused;
  const path = request.url?.split("?")[0];
  return path === GRAPHQL_PATH
    ? undefined
    : problem("ROUTE_UNKNOWN", `WebSockets are taken at ${GRAPHQL_PATH}, not at ${path}`);
}

interface SocketExtra {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
}

/** What onSubscribe hands on with the arguments. */
interface SocketArgs extends ExecutionArgs {
  readonly operation: Operation;
  readonly sink: Sink;
  /** Resolves when the subscription is ended from our side, in order. */
  readonly completed: Promise<void>;
}

function createProtocol({ graph, admission, errors }: WebSocketDeps): ProtocolServer<SocketExtra> {
  const refuseChange = () =>
    problem("METHOD_NOT_ALLOWED", "a mutation is taken only by POST as application/json");
  return makeServer<Record<string, unknown>, SocketExtra>({
    onConnect: ({ connectionParams, extra }) => {
      const given =
        connectionParams?.authorization ??
        connectionParams?.Authorization ??
        extra.request.headers.authorization;
      return given === undefined || admission.refuseToken(String(given)) === undefined;
    },
    async onSubscribe({ extra }, id, payload) {
      const operation = await prepareOperation(graph, errors, payload, refuseChange);
      // Thrown out of here, a slip of the pen would cost the client its whole socket.
      if (!("kind" in operation)) return operation;
      let complete = () => {};
      const completed = new Promise<void>((resolve) => {
        complete = resolve;
      });
      const sink = createSocketSink(extra, id, complete);
      return { ...operation.args, operation, sink, completed } as SocketArgs;
    },
    execute: (args) => (args as SocketArgs).operation.run(),
    async subscribe(given) {
      const { operation, sink, completed } = given as SocketArgs;
      const asked = await askLive(operation.args);
      if (!(asked instanceof LiveSource)) return asked;
      return untilEnded(joinLive(operation.args, asked, sink, errors), completed);
    },
    onNext: (_, __, ___, ____, { errors: found, ...result }) =>
      found && ({ ...result, errors: found.map(errors.format) } as FormattedExecutionResult),
    onError: (_, __, ___, found) => found.map(errors.format),
  });
}

/** What the protocol keeps for a subscription that the hub serves: it yields nothing, and can be returned. */
function untilEnded(leave: Leave, completed: Promise<void>): AsyncIterableIterator<never> {
  const done = { done: true, value: undefined } as const;
  const source: AsyncIterableIterator<never> = {
    [Symbol.asyncIterator]: () => source,
    next: async () => {
      await completed;
      return done;
    },
    async return() {
      leave("left");
      return done;
    },
  };
  return source;
}

function serveSocket(
  protocol: ProtocolServer<SocketExtra>,
  socket: WebSocket,
  request: IncomingMessage,
  log: Log,
): void {
  let alive = true;
  const ping = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);
  socket.on("pong", () => {
    alive = true;
  });
  socket.on("error", (error) => log.debug({ err: error }, "a WebSocket failed"));

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Settles once the bytes have left, so that a client that stops reading is not sent any more.
      send: (data) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) resolve();
          else socket.send(data, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on("message", (data) => {
          handle(String(data)).catch((error) => {
            log.error({ err: error }, "a WebSocket message failed");
            socket.close(CloseCode.InternalServerError, "something failed on our side");
          });
        }),
    },
    { request, socket },
  );
  socket.once("close", (code, reason) => {
    clearInterval(ping);
    closed(code, String(reason));
  });
}
