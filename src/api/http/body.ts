// The body of a request, straight from Node.
import type { IncomingMessage } from "node:http";
import { type Problem, problem } from "../problem.ts";

/** Reads the body of a request as text; or why there is none, where it is too large or breaks off. */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<string | Problem> {
  const tooLarge = () => problem("BODY_TOO_LARGE", `a body may have ${mostBytes} bytes: send less`);
  return new Promise((resolve) => {
    // Most come in one piece.
    let first: Buffer | undefined;
    const others: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      request.off("data", take);
      request.resume();
      resolve(tooLarge());
    };
    const take = (chunk: Buffer) => {
      if (first === undefined) first = chunk;
      else others.push(chunk);
      length += chunk.length;
      if (length > mostBytes) refuse();
    };
    if (Number(request.headers["content-length"]) > mostBytes) return refuse();
    request.on("data", take);
    request.on("end", () => {
      const whole = others.length > 0 ? Buffer.concat([first as Buffer, ...others]) : first;
      resolve(whole?.toString() ?? "");
    });
    request.on("close", () => {
      if (request.readableEnded) return;
      resolve(problem("BAD_REQUEST", "the body ended before its end"));
    });
    request.on("error", () => {});
  });
}
