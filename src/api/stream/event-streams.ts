// Server-sent events.
//
// A fast lane past the web streams of Hono, on Node's own response, and past the four writes in which that sends a chunk:
// an event is one write, of the same bytes for all. Ratio and bench: the case fanout sse measures it against the documented
// recipe, whose events are a web stream of Yoga.
// Delete it once fanout sse is as fast through a web stream.
import type { ServerResponse } from "node:http";
import { closeGracefully } from "../transport/graceful-close.ts";
import type { Limits } from "../transport/limits.ts";
import type { Problem } from "../transport/problem.ts";
import type { ConnectionLimit } from "./connection-limit.ts";
import { chunkOf, type Payload } from "./payload.ts";
import type { Sink } from "./stream.ts";

/** Headers of a response that is a stream of events. */
export const EVENT_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
  // Caddy 2.6 compresses and buffers a response without this header, in spite of no-transform.
  "content-encoding": "identity",
} as const;

export interface EventStream {
  readonly sink: Sink;
  /** Sends an id without an event: the client sends it as Last-Event-ID when it reconnects. */
  cursor(id: string): void;
  /** Sends this text, and ends once the client has read it. */
  end(text: string): void;
  /** Calls once when the client has disconnected, also where it already has. */
  onLeft(listener: () => void): void;
}

export interface EventStreams {
  /** Begins a response with events, once the responses before it on its connection are complete; or returns why it may not. */
  begin(response: ServerResponse): Promise<EventStream | Problem>;
  /** Ends all streams, a few at a time. Clients reconnect. */
  close(): Promise<void>;
}

interface EventStreamsDeps {
  readonly connectionLimit: ConnectionLimit;
  /** Interval of comments on a silent stream, in ms: proxies close a connection that is silent for long. */
  readonly heartbeatMs: number;
  /** How long a client may read nothing of what is buffered before it is disconnected. */
  readonly limits: Pick<Limits, "slowClientS">;
  /** Is called with each response that streams from now on; left out: nothing is. */
  readonly onBegun?: ((response: ServerResponse) => void) | undefined;
}

/** The counters of a connection at a heartbeat. */
interface Reading {
  readonly sentBytes: number;
  readonly readBytes: number;
  /** When the client last read more, in ms of the machine's time. */
  readonly atMs: number;
}

export function createEventStreams({
  connectionLimit,
  heartbeatMs,
  limits,
  onBegun,
}: EventStreamsDeps): EventStreams {
  const open = new Map<ServerResponse, Reading | undefined>();
  const heartbeat = setInterval(() => {
    for (const [response, before] of open) open.set(response, read(response, before));
  }, heartbeatMs).unref();

  /** Sends a comment where nothing was sent since, and disconnects a client that reads nothing of what is buffered. */
  function read(response: ServerResponse, before: Reading | undefined): Reading {
    const { socket, writableLength } = response;
    const isSilent = socket?.bytesWritten === before?.sentBytes;
    if (writableLength === 0 && isSilent && !response.writableEnded) write(response, COMMENT);
    const sentBytes = socket?.bytesWritten ?? 0;
    const readBytes = sentBytes - (socket?.writableLength ?? 0);
    const isReading = writableLength === 0 || before?.readBytes !== readBytes;
    if (isReading) return { sentBytes, readBytes, atMs: performance.now() };
    if (performance.now() - before.atMs > limits.slowClientS * 1000) response.destroy();
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
      response.socket?.setNoDelay(true).setKeepAlive(true, heartbeatMs).setTimeout(0);
      response.writeHead(200, EVENT_HEADERS);
      response.flushHeaders();
      write(response, COMMENT);
      onBegun?.(response);
      return {
        sink: {
          send(payload) {
            if (response.writableEnded || isGone(response)) return;
            write(response, payload);
          },
          cork: () => void response.socket?.cork(),
          uncork: () => void response.socket?.uncork(),
          bufferedBytes: () => response.writableLength,
          end: () => void response.destroy(),
        },
        cursor: (id) => write(response, writtenAs(`id: ${id}\n\n`)),
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

/** What is sent, as a chunk of HTTP/1.1 and as it is. */
type Written = Pick<Payload, "chunk" | "event">;

function writtenAs(text: string): Written {
  const bytes = Buffer.from(text);
  return { chunk: () => chunkOf(bytes), event: () => bytes };
}

/** Clients skip it. */
const COMMENT = writtenAs(":\n\n");

/**
 * Writes to the connection itself: from Node 24 on a response retains what it writes until the next turn, so that writes
 * of both kinds would be out of order.
 */
function write(response: ServerResponse, written: Written): void {
  // A client of HTTP/1.0 reads no chunks.
  if (response.chunkedEncoding && response.socket) response.socket.write(written.chunk());
  else response.write(written.event());
}

function isGone(response: ServerResponse): boolean {
  return response.closed || response.destroyed;
}

/** Waits for the responses before this one, where a client pipelines requests. Never resolves where it disconnects. */
function myTurn(response: ServerResponse): Promise<unknown> {
  return new Promise((resolve) => response.once("socket", resolve));
}
