// Server-sent events straight on Node's response: through a web stream they cost many times as much.
import type { ServerResponse } from "node:http";
import { closeGracefully } from "../transport/graceful-close.ts";
import type { Problem } from "../transport/problem.ts";
import type { ConnectionLimit } from "./connection-limit.ts";
import type { Sink } from "./stream.ts";

/** What an answer that is a stream of events has in its head. */
export const EVENT_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
  // Caddy 2.6 compresses, and keeps back, what says nothing of an encoding, though it may not be transformed.
  "content-encoding": "identity",
} as const;

export interface EventStream {
  readonly sink: Sink;
  /** Tells the client where it is, without an event: what it says when it comes back. */
  cursor(id: string): void;
  /** Sends this text and ends, once the client has read it all. */
  end(text: string): void;
  /** Calls once when the client has left, also where it has already. */
  onLeft(listener: () => void): void;
}

export interface EventStreams {
  /** Begins to answer with events, once it is this answer's turn on its connection; or says why it may not. */
  begin(response: ServerResponse): Promise<EventStream | Problem>;
  /** Ends all of them without a word, so that clients come back; a few at a time. */
  close(): Promise<void>;
}

interface EventStreamsDeps {
  readonly connectionLimit: ConnectionLimit;
  /** How often a silent client is sent a comment: proxies take a silent connection for a dead one. In ms. */
  readonly heartbeatMs: number;
  /** How long a client may take nothing of what waits for it before it counts as gone, in s. */
  readonly slowS: number;
}

/** What was seen of a connection at a heartbeat. */
interface Look {
  readonly sentBytes: number;
  readonly takenBytes: number;
  /** Since when it has taken no more than that. */
  readonly atMs: number;
}

export function createEventStreams({
  connectionLimit,
  heartbeatMs,
  slowS,
}: EventStreamsDeps): EventStreams {
  const open = new Map<ServerResponse, Look | undefined>();
  const heartbeat = setInterval(() => {
    for (const [response, before] of open) open.set(response, look(response, before));
  }, heartbeatMs).unref();

  /** Sends a comment where nothing was sent since, and ends a client that takes nothing of what waits. */
  function look(response: ServerResponse, before: Look | undefined): Look {
    const { socket, writableLength } = response;
    const isSilent = socket?.bytesWritten === before?.sentBytes;
    if (writableLength === 0 && isSilent && !response.writableEnded) response.write(":\n\n");
    const sentBytes = socket?.bytesWritten ?? 0;
    const takenBytes = sentBytes - (socket?.writableLength ?? 0);
    const isTaking = writableLength === 0 || before?.takenBytes !== takenBytes;
    if (isTaking) return { sentBytes, takenBytes, atMs: performance.now() };
    if (performance.now() - before.atMs > slowS * 1000) response.destroy();
    return before;
  }

  return {
    async begin(response) {
      if (!response.socket) await myTurn(response);
      const full = connectionLimit.refuse();
      if (full !== undefined) return full;
      const leftListeners: (() => void)[] = [];
      if (!isGone(response)) {
        open.set(response, undefined);
        leftListeners.push(connectionLimit.take(), () => open.delete(response));
        response.once("close", () => {
          for (const listener of leftListeners) listener();
        });
      }
      response.socket?.setNoDelay(true).setKeepAlive(true, heartbeatMs);
      response.writeHead(200, EVENT_HEADERS);
      response.write(":\n\n");
      return {
        sink: {
          send: (payload) => void response.write(payload.event()),
          bufferedBytes: () => response.writableLength,
          end: () => void response.destroy(),
        },
        cursor: (id) => void response.write(`id: ${id}\n\n`),
        end: (text) => void response.end(text),
        onLeft(listener) {
          if (isGone(response)) listener();
          else leftListeners.push(listener);
        },
      };
    },
    close() {
      clearInterval(heartbeat);
      return closeGracefully(open.keys(), (response) => response.end());
    },
  };
}

function isGone(response: ServerResponse): boolean {
  return response.closed || response.destroyed;
}

/** Waits for the answers before this one, where a client sent several requests at once. For ever where it leaves. */
function myTurn(response: ServerResponse): Promise<unknown> {
  return new Promise((resolve) => response.once("socket", resolve));
}
