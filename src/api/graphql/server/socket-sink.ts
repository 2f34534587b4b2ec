// The sink of a subscription over WebSocket: it wraps shared payloads in messages of graphql-transport-ws.
// It writes frames past the sender of ws: stream/websocket-frame.ts has the reason and the bench.
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import type { EndReason, Sink } from "../../stream/stream.ts";
import { FRAME, frameOf, LONGEST_PLAIN, plainHead } from "../../stream/websocket-frame.ts";

const CLOSINGS = {
  // "Try again later": clients of the graphql-ws library reconnect by themselves.
  slow: [1013, "read faster, or ask for less"],
  failed: [1011, "something failed on our side"],
} as const;
/** How long a client that does not read has to notice the close, in ms. */
const NOTICE_MS = 5_000;
/** Shorter payloads are cheaper to copy than to send in two parts. */
const LARGE = 2_048;

interface Connection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

export function createSocketSink({ socket, request }: Connection, id: string): Sink {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  const firstFragment = frameOf(FRAME.TEXT_BEGINS, head);
  const raw = request.socket;

  /** One write in place of the two of the library, and no buffer: a seventh of the time of a short message. */
  function sendShort(message: string): void {
    const { length } = message;
    const isPlain = length <= LONGEST_PLAIN && Buffer.byteLength(message) === length;
    if (isPlain) raw.write(plainHead(FRAME.WHOLE_TEXT, length) + message, "latin1");
    else socket.send(message);
  }

  return {
    send(payload) {
      if (socket.readyState !== socket.OPEN) return;
      if (payload.length < LARGE) {
        sendShort(`${head}${payload.text}}`);
        return;
      }
      // Two fragments of one message, so that the large part is the same bytes for all subscribers. The library would
      // write a header of its own for each, four parts in all.
      raw.cork();
      raw.write(firstFragment);
      raw.write(payload.lastFragment());
      raw.uncork();
    },
    cork: () => raw.cork(),
    uncork: () => raw.uncork(),
    bufferedBytes: () => raw.writableLength,
    end(reason: EndReason) {
      if (reason === "left") return;
      const [code, why] = CLOSINGS[reason];
      socket.close(code, why);
      setTimeout(() => socket.terminate(), NOTICE_MS).unref();
    },
  };
}
