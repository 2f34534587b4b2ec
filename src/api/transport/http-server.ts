// The HTTP server of every route and transport.
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createBrokenRequestHandler } from "./broken-request.ts";
import { createExchanges, type Exchanges } from "./exchanges.ts";
import type { Limits } from "./limits.ts";
import { type Problem, problem, problemHeaders, problemResponse } from "./problem.ts";
import type { RequestSpans } from "./request-spans.ts";
import { refuseTarget } from "./request-target.ts";
import { closeSlowClients } from "./slow-clients.ts";
import { PlainUnlessWebSocket } from "./upgrade-offer.ts";

/** How long open requests may take once the server stops, in ms. */
const DRAIN_MS = 2500;
const TIDY_MS = 50;

export interface HttpServer {
  /** The Node server, for transports that upgrade its connections. */
  readonly node: Server;
  /** The newest request of each connection. */
  readonly exchanges: Exchanges;
  /** Connections that were closed because their clients read nothing of an answer. */
  slowClientsClosed(): number;
  /** Starts to listen. Rejects with the error of the operating system. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Accepts no more requests and completes the open ones; destroys the connections that are left after a few seconds. */
  close(): Promise<void>;
}

type Fetch = Parameters<typeof getRequestListener>[0];
type Listener = (request: IncomingMessage, response: ServerResponse) => boolean;

/** How long the head and the whole of a request may take, in ms; Node's own defaults where left out. */
export type RequestTimeouts = Pick<
  ServerOptions,
  "headersTimeout" | "requestTimeout" | "connectionsCheckingInterval"
>;

interface HttpServerOptions {
  readonly timeouts?: RequestTimeouts | undefined;
  /** How long a client may read nothing of an answer; left out: for ever. */
  readonly limits?: Pick<Limits, "slowClientS">;
  /** Left out: there are no traces. */
  readonly spans?: RequestSpans | undefined;
}

const FOR_EVER = { slowClientS: 0 };

/** @param first Called before the routes; returns whether it responds. */
export function createHttpServer(
  fetch: Fetch,
  first: Listener,
  { timeouts = {}, limits = FOR_EVER, spans }: HttpServerOptions = {},
): HttpServer {
  const listen = getRequestListener(fetch, { errorHandler: refuseUnreadable });
  const exchanges = createExchanges();
  const options = { ...timeouts, IncomingMessage: PlainUnlessWebSocket };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    exchanges.begin({ request, response });
    // Node's parser drops the bytes that came together with a request that offers an upgrade.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    const refused = refuseTarget(request);
    if (refused) refuse(response, refused);
    else if (!first(request, response)) void listen(request, response);
  };
  const node = createServer(options, (request, response) => {
    if (spans === undefined) handle(request, response);
    else spans.handle(request, response, () => handle(request, response));
  });
  // Their bytes are bounded. By default Node drops the last headers, which are those of a proxy.
  node.maxHeadersCount = 0;
  const answerBroken = createBrokenRequestHandler(exchanges);
  const slowClients = closeSlowClients(node, exchanges, limits);
  node.on("clientError", (error, socket) => answerBroken(error, socket as Socket));
  return {
    node,
    exchanges,
    slowClientsClosed: slowClients.closed,
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        node.once("error", reject);
        node.listen(port, host, () => {
          node.off("error", reject);
          resolve(node.address() as AddressInfo);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => node.closeAllConnections(), DRAIN_MS);
        // A connection whose last response ends now stays open for a next request, which is not accepted any more.
        const tidy = setInterval(() => node.closeIdleConnections(), TIDY_MS);
        node.close(() => {
          clearTimeout(cut);
          clearInterval(tidy);
          resolve();
        });
      }),
  };
}

function refuse(response: ServerResponse, it: Problem): void {
  // The bytes that follow may belong to another protocol, as after CONNECT.
  const head = { ...problemHeaders(it), connection: "close" };
  response.writeHead(it.status, head).end(JSON.stringify(it));
}

/** The response where the address and the Host header are no URL. */
function refuseUnreadable(error: unknown): Response {
  const why = error instanceof Error ? error.message : "unknown error";
  return problemResponse(
    problem("BAD_REQUEST", `the address or the Host header is not valid: ${why}`),
  );
}
