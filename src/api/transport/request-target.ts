// The target of a request: an absolute one is made a path, and others are refused.
import type { IncomingMessage } from "node:http";
import { type Problem, problem } from "./problem.ts";

/** The one address of GraphQL. */
export const GRAPHQL_PATH = "/graphql";

/** Replaces an absolute target (RFC 9112, 3.2.2) by its path, and the Host header by its host; refuses what is no address. */
export function refuseTarget(request: IncomingMessage): Problem | undefined {
  const { url = "" } = request;
  if (url.startsWith("/")) return undefined;
  if (!/^https?:\/\//i.test(url)) return unknownAddress(url);
  if (!URL.canParse(url)) return problem("BAD_REQUEST", `${url} is no address`);
  const { host, pathname, search } = new URL(url);
  request.headers.host = host;
  request.url = pathname + search;
  return undefined;
}

/** The path of a request as the client wrote it. */
export function writtenPath({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

/** The refusal of an address that no route has. */
export function unknownAddress(path: string): Problem {
  return problem("ROUTE_UNKNOWN", `there is no ${path}: GET / lists the addresses`);
}
