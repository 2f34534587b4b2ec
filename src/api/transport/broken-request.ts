// Answers what never became a whole request: not HTTP, too large in its head, or too slow.
import type { Socket } from "node:net";
import type { Exchanges } from "./exchanges.ts";
import { type Problem, problem } from "./problem.ts";
import { rawProblem } from "./raw-problem.ts";

/** How long a client may take to read why it is refused before the connection is cut, in ms. */
const LINGER_MS = 2000;

/** Answers where no other answer is under way, and closes the connection. */
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
    // Each piece of what follows fails anew.
    if (refused.has(socket)) return;
    refused.add(socket);
    const last = exchanges.last(socket);
    const isInBody = last !== undefined && !last.request.complete;
    const it = problemOf(error, isInBody);
    if (!isInBody) exchanges.whenAnswered(socket, () => close(socket, it));
    // One that is answered already, or waits for answers before its own, has no place for another.
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
