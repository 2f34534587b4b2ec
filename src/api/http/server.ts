// One HTTP server for every route and transport.
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { type Problem, problem, problemHeaders } from "../problem.ts";

/** How long open requests may take once the server stops, in ms. */
const DRAIN_MS = 4000;
const TIDY_MS = 50;

export interface HttpServer {
  /** The Node server, for transports that upgrade its connections. */
  readonly node: Server;
  /** Starts to listen. Rejects with the error of the operating system. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Takes no more requests and completes the open ones; cuts what is left after a few seconds. */
  close(): Promise<void>;
}

type Fetch = Parameters<typeof getRequestListener>[0];
type Listener = (request: IncomingMessage, response: ServerResponse) => boolean;

/** @param first Is asked first, and says whether it answers. */
export function createHttpServer(fetch: Fetch, first: Listener): HttpServer {
  const listen = getRequestListener(fetch);
  const node = createServer((request, response) => {
    if (!first(request, response)) void listen(request, response);
  });
  node.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    refuseRaw(error, socket as Socket);
  });
  return {
    node,
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

/** Answers what is not HTTP, or too large in its head, before there is a request. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
  const detail = status === 431 ? "the head of the request is too large" : "this is not valid HTTP";
  socket.end(rawProblem(problem("BAD_REQUEST", detail, { status })));
}

/** A whole HTTP answer as text, for connections that never became a request, or leave HTTP. */
export function rawProblem(it: Problem): string {
  const body = JSON.stringify(it);
  const head = Object.entries(problemHeaders(it)).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `HTTP/1.1 ${it.status} ${STATUS_CODES[it.status]}\r\n${head.join("")}` +
    `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  );
}
