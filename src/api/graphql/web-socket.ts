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
import type { ErrorMask } from "./errors.ts";
import { GRAPHQL_PATH, refuseUnready } from "./http.ts";
import type { GraphServer } from "./server.ts";

const LARGEST_MESSAGE = 64 * 1024;
/** A client that does not answer a ping within this time is gone. In ms. */
const PING_MS = 12_000;
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
  /** Closes every socket with 1001: clients come back to whoever listens next. */
  close(): void;
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
    close() {
      for (const socket of sockets.clients) socket.close(GOING_AWAY, "the server stops");
    },
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
    async onSubscribe(_, __, { query, variables, operationName }) {
      const enveloped = graph.getEnveloped({ refuseChange } as never);
      const { schema, contextFactory } = enveloped;
      try {
        const document = enveloped.parse(query);
        const invalid = enveloped.validate(schema, document);
        if (invalid.length > 0) return invalid.map(errors.mask);
        return {
          schema,
          document,
          operationName,
          variableValues: variables,
          contextValue: await contextFactory(),
          execute: enveloped.execute,
          subscribe: enveloped.subscribe,
        } as ExecutionArgs;
      } catch (error) {
        // Thrown out of here, a slip of the pen would cost the client its whole socket.
        return [errors.mask(error)];
      }
    },
    execute: (args) => (args as unknown as Enveloped).execute(args),
    subscribe: (args) => (args as unknown as Enveloped).subscribe(args),
    onNext: (_, __, ___, ____, { errors: found, ...result }) =>
      found && ({ ...result, errors: found.map(errors.format) } as FormattedExecutionResult),
    onError: (_, __, ___, found) => found.map(errors.format),
  });
}

/** The functions that onSubscribe hands on with the arguments. */
interface Enveloped {
  execute(args: ExecutionArgs): never;
  subscribe(args: ExecutionArgs): never;
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
    { request },
  );
  socket.once("close", (code, reason) => {
    clearInterval(ping);
    closed(code, String(reason));
  });
}
