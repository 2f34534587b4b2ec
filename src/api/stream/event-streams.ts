// Server-sent events straight on Node's response: through a web stream they cost many times as much.
import type { ServerResponse } from "node:http";
import { farewell } from "./farewell.ts";
import type { EndReason, Sink } from "./stream.ts";

/** Proxies and clients take a silent connection for a dead one. */
const HEARTBEAT_MS = 12_000;
const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

export interface EventStream {
  readonly sink: Sink;
  /** Calls once when the client has left, also where it has already. */
  onLeft(listener: () => void): void;
}

export interface EventStreams {
  /**
   * Begins to answer with events.
   *
   * @param complete What tells a client that there will be no more.
   */
  begin(response: ServerResponse, complete: string): EventStream;
  /** Ends all of them without a word, so that clients come back; a few at a time. */
  close(): Promise<void>;
}

export function createEventStreams(): EventStreams {
  const open = new Set<ServerResponse>();
  const heartbeat = setInterval(() => {
    for (const response of open) if (response.writableLength === 0) response.write(":\n\n");
  }, HEARTBEAT_MS).unref();

  return {
    begin(response, complete) {
      open.add(response);
      response.once("close", () => open.delete(response));
      response.socket?.setNoDelay(true).setKeepAlive(true, HEARTBEAT_MS);
      response.writeHead(200, HEADERS);
      response.write(":\n\n");
      return {
        sink: {
          send: (payload) => void response.write(payload.event()),
          bufferedBytes: () => response.writableLength,
          end(reason: EndReason) {
            if (reason === "completed") response.end(complete);
            else response.destroy();
          },
        },
        onLeft(listener) {
          if (response.closed || response.destroyed) listener();
          else response.once("close", listener);
        },
      };
    },
    close() {
      clearInterval(heartbeat);
      return farewell(open, (response) => response.end());
    },
  };
}
