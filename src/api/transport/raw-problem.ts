// A problem as a whole HTTP response, for connections without a valid request, and for refused upgrades.
import { STATUS_CODES } from "node:http";
import { type Problem, problemHeaders } from "./problem.ts";

export function rawProblem(it: Problem): string {
  const body = JSON.stringify(it);
  const head = Object.entries(problemHeaders(it)).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `HTTP/1.1 ${it.status} ${STATUS_CODES[it.status]}\r\n${head.join("")}` +
    `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  );
}
