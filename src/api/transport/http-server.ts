// One HTTP server for every route and transport.
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
import { type Problem, problem, problemHeaders, problemResponse } from "./problem.ts";
import { refuseTarget } from "./request-target.ts";
import { PlainUnlessWebSocket } from "./upgrade-offer.ts";

/** How long open requests may take once the server stops, in ms. */
const DRAIN_MS = 2500;
const TIDY_MS = 50;

export interface HttpServer {
  /** The Node server, for transports that upgrade its connections. */
  readonly node: Server;
  /** What is under way on its connections. */
  readonly exchanges: Exchanges;
  /** Starts to listen. Rejects with the error of the operating system. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Takes no more requests and completes the open ones; cuts what is left after a few seconds. */
  close(): Promise<void>;
}

type Fetch = Parameters<typeof getRequestListener>[0];
type Listener = (request: IncomingMessage, response: ServerResponse) => boolean;

/** How long the head and the whole of a request may take, in ms; Node's own defaults where left out. */
export type RequestTimeouts = Pick<
  ServerOptions,
  "headersTimeout" | "requestTimeout" | "connectionsCheckingInterval"
>;

/** @param first Is asked first, and says whether it answers. */
export function createHttpServer(
  fetch: Fetch,
  first: Listener,
  timeouts: RequestTimeouts = {},
): HttpServer {
  const listen = getRequestListener(fetch, { errorHandler: refuseUnreadable });
  const exchanges = createExchanges();
  const options = { ...timeouts, IncomingMessage: PlainUnlessWebSocket };
  const node = createServer(options, (request, response) => {
    exchanges.begin({ request, response });
    // Node's parser drops what came together with a request that offers an upgrade.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    const refused = refuseTarget(request);
    if (refused) refuse(response, refused);
    else if (!first(request, response)) void listen(request, response);
  });
  const answerBroken = createBrokenRequestHandler(exchanges);
  node.on("clientError", (error, socket) => answerBroken(error, socket as Socket));
  return {
    node,
    exchanges,
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
        // A connection whose last answer ends now stays open for the next request: nobody will take one.
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
  // What follows in the connection may belong to another protocol, as after CONNECT.
  const head = { ...problemHeaders(it), connection: "close" };
  response.writeHead(it.status, head).end(JSON.stringify(it));
}

/** Answers where the address cannot be read together with the Host header. */
function refuseUnreadable(error: unknown): Response {
  const why = error instanceof Error ? error.message : "unknown error";
  return problemResponse(
    problem("BAD_REQUEST", `the address or the Host header is not valid: ${why}`),
  );
}
