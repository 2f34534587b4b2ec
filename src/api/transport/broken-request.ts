// Responses to broken requests: not HTTP, with too large a header, or too slow.
import type { Socket } from "node:net";
import type { Exchanges } from "./exchanges.ts";
import { type Problem, problem } from "./problem.ts";
import { rawProblem } from "./raw-problem.ts";

/** How long a client has to read the refusal before its connection is destroyed, in ms. */
const LINGER_MS = 2000;

/** Responds where no other response is being sent, and closes the connection. */
export function createBrokenRequestHandler(exchanges: Exchanges) {
  const refused = new WeakSet<Socket>();

  function close(socket: Socket, it: Problem): void {
    if (!socket.writable) return;
    socket.end(rawProblem(it));
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }

  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    // Each later chunk fails again.
    if (refused.has(socket)) return;
    refused.add(socket);
    const last = exchanges.last(socket);
    const isInBody = last !== undefined && !last.request.complete;
    const it = problemOf(error, isInBody);
    if (!isInBody) exchanges.whenAnswered(socket, () => close(socket, it));
    // A request that is answered already, or waits behind others, has no place for another response.
    else if (last.response.headersSent || last.response.socket !== socket) socket.destroy();
    else close(socket, it);
  };
}

function problemOf({ code }: NodeJS.ErrnoException, isInBody: boolean): Problem {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    const what = isInBody ? "body" : "head";
    return problem("BAD_REQUEST", `the ${what} of the request came too slowly: send it again`, {
      status: 408,
    });
  }
  if (code === "HPE_HEADER_OVERFLOW")
    return problem("BAD_REQUEST", "the head of the request is too large", { status: 431 });
  return problem("BAD_REQUEST", "this is not valid HTTP");
}
