// Clients that read nothing of what is buffered for them: their connections are closed, so that an answer, and what it
// reads from, is not held for ever. Event streams and WebSockets are watched by their own.
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Exchanges } from "./exchanges.ts";
import type { Limits } from "./limits.ts";

export interface SlowClients {
  /** Connections that were closed. */
  closed(): number;
}

/** A connection times out so often before it is closed: once may be that the server itself stood still. */
const TIMES = 2;

/** @param limits How long a client may read nothing. It may change: it is read at each request, and when a connection times out. */
export function closeSlowClients(
  server: Server,
  exchanges: Exchanges,
  limits: Pick<Limits, "slowClientS">,
): SlowClients {
  const timeoutMs = () => (limits.slowClientS * 1000) / TIMES;
  /** When each connection timed out last, in ms of the machine's time. */
  const timedOut = new WeakMap<Socket, number>();
  let closed = 0;

  function hasTimedOut(socket: Socket): boolean {
    const nowMs = performance.now();
    const agoMs = nowMs - (timedOut.get(socket) ?? -Infinity);
    timedOut.set(socket, nowMs);
    return agoMs < TIMES * timeoutMs();
  }

  /** The server gives its own timeout to each connection, and to a kept one at its next request. */
  server.on("request", ({ socket }) => {
    if (server.timeout === timeoutMs()) return;
    server.timeout = timeoutMs();
    socket.setTimeout(server.timeout);
  });

  // A connection times out after a time without bytes in either direction; part of a write that is read counts.
  server.setTimeout(timeoutMs(), (socket: Socket) => {
    if (socket.writableLength === 0) {
      // Kept alive for a next request, as without a listener. Else the server is at work, or a request is arriving.
      if (exchanges.last(socket)?.response.writableFinished) socket.destroy();
    } else if (hasTimedOut(socket)) {
      closed++;
      // Only a reset says that the answer is not whole.
      socket.resetAndDestroy();
    } else socket.setTimeout(timeoutMs());
  });
  return { closed: () => closed };
}
