// Reads the body of a Node request.
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { textOf } from "./body-form.ts";
import { type Problem, problem } from "./problem.ts";

const EMPTY = Buffer.alloc(0);
const LARGE_BYTES = 2 ** 20;

/** Reads the body of a request as text; or returns why it is refused. */
export async function readBody(
  request: IncomingMessage,
  mostBytes: number,
): Promise<string | Problem> {
  const bytes = await readBytes(request, mostBytes);
  return "code" in bytes ? bytes : textOf(bytes);
}

/** Reads the body of a request; or returns why it is refused: too large, or cut off. */
export function readBytes(request: IncomingMessage, mostBytes: number): Promise<Buffer | Problem> {
  return new Promise((resolve) => {
    // Most bodies come in one chunk.
    let first: Buffer | undefined;
    const others: Buffer[] = [];
    let length = 0;
    const stated = Number(request.headers["content-length"]);
    // To join all chunks of a large body at its end would hold all other work.
    const whole =
      stated > LARGE_BYTES && stated <= mostBytes ? Buffer.allocUnsafe(stated) : undefined;
    const refuse = () => {
      request.off("data", append);
      request.resume();
      resolve(tooLarge(mostBytes));
    };
    const append = (chunk: Buffer) => {
      if (whole !== undefined) chunk.copy(whole, length);
      else if (first === undefined) first = chunk;
      else others.push(chunk);
      length += chunk.length;
      if (length > mostBytes) refuse();
    };
    if (stated > mostBytes) return refuse();
    request.on("data", append);
    request.on("end", () => {
      if (whole !== undefined) resolve(whole.subarray(0, length));
      else
        resolve(others.length > 0 ? Buffer.concat([first as Buffer, ...others]) : (first ?? EMPTY));
    });
    request.on("close", () => {
      if (request.readableEnded) return;
      resolve(problem("BAD_REQUEST", "the body ended before its end"));
    });
    request.on("error", () => {});
  });
}

/** What a body holds that is compressed by gzip; or why it is refused. */
export async function inflate(bytes: Buffer, mostBytes: number): Promise<Buffer | Problem> {
  try {
    return await inflateBytes(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      return tooLarge(mostBytes);
    return problem("BAD_REQUEST", "the body is no gzip, or was cut off");
  }
}

const inflateBytes = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** The refusal of a body with more bytes than this. */
export function tooLarge(most: number): Problem {
  return problem("BODY_TOO_LARGE", `a body may have ${most} bytes: send less`);
}
