// The newest request of each connection, so that nothing is written into the response to another request.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Exchanges {
  /** Notes the newest request of its connection. */
  begin(exchange: Exchange): void;
  /** The newest request of a connection. */
  last(socket: Duplex): Exchange | undefined;
  /** Calls once every request of a connection has its response; at once where each has. */
  whenAnswered(socket: Duplex, then: () => void): void;
}

export function createExchanges(): Exchanges {
  const newest = new WeakMap<Duplex, Exchange>();
  return {
    begin(exchange) {
      newest.set(exchange.request.socket, exchange);
    },
    last: (socket) => newest.get(socket),
    whenAnswered(socket, then) {
      const response = newest.get(socket)?.response;
      // Responses are sent in the order of their requests: the newest is the last.
      if (response === undefined || response.writableFinished) then();
      else response.once("finish", then);
    },
  };
}
