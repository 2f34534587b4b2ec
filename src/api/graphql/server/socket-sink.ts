// A subscription's end of a WebSocket: messages of graphql-transport-ws around payloads that others get too.
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import type { EndReason, Sink } from "../../stream/stream.ts";
import { FRAME, frameOf, LONGEST_PLAIN, plainHead } from "../../stream/websocket-frame.ts";

const CLOSINGS = {
  // "Try again later": clients of the graphql-ws library come back by themselves.
  slow: [1013, "read faster, or ask for less"],
  failed: [1011, "something failed on our side"],
} as const;
/** How long a client that does not read may take to notice that it is closed, in ms. */
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

  /** One write in place of the two of the library, and no buffer: a seventh of what a short message costs. */
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
      // Two fragments of one message, so that the large part is the same bytes for everybody. The library would
      // make heads of its own for each, and four parts of the two.
      raw.cork();
      raw.write(firstFragment);
      raw.write(payload.lastFragment());
      raw.uncork();
    },
    bufferedBytes: () => raw.writableLength,
    end(reason: EndReason) {
      if (reason === "left") return;
      const [code, why] = CLOSINGS[reason];
      socket.close(code, why);
      setTimeout(() => socket.terminate(), NOTICE_MS).unref();
    },
  };
}
