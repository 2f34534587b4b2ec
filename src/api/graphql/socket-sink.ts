// A subscription's end of a WebSocket: messages of graphql-transport-ws around payloads that others get too.
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import type { EndReason, Sink } from "../stream/stream.ts";

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
  const headBytes = Buffer.from(head);

  return {
    send(payload) {
      if (socket.readyState !== socket.OPEN) return;
      if (payload.length < LARGE) {
        socket.send(`${head}${payload.text}}`);
        return;
      }
      // Two fragments of one message, so that the large part is the same bytes for everybody.
      request.socket.cork();
      socket.send(headBytes, { binary: false, fin: false });
      socket.send(payload.tail(), { binary: false, fin: true });
      request.socket.uncork();
    },
    bufferedBytes: () => socket.bufferedAmount,
    end(reason: EndReason) {
      if (reason === "left") return;
      const [code, why] = CLOSINGS[reason];
      socket.close(code, why);
      setTimeout(() => socket.terminate(), NOTICE_MS).unref();
    },
  };
}
