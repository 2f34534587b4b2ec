// The policy of a route: when it is served, and what its body and its query string may be.

import type { Problem } from "./problem.ts";
import { refuseUnready } from "./readiness.ts";
import type { Services } from "./services.ts";

/** Media types that a route accepts a body in. */
export type MediaType = "application/json" | "text/csv" | "application/vnd.apache.arrow.stream";

/** Media types of bytes rather than of text. */
export const BINARY: ReadonlySet<MediaType> = new Set(["application/vnd.apache.arrow.stream"]);

export interface BodyPolicy {
  readonly types: readonly MediaType[];
  /** Its largest size, in messages of MAX_MESSAGE_KB. */
  readonly messages: number;
  /** That of JSON, which is parsed at once; left out: the same. */
  readonly jsonMessages?: number;
  /** Whether it may be compressed by gzip; its size is that of what it holds. */
  readonly gzip?: true;
}

export interface RoutePolicy {
  /** `running`: only while the fleet runs, not while the server starts, stands by or stops. */
  readonly served: "always" | "running";
  /** undefined: the route has no body; one that is sent is read as text of one message at most, and left aside. */
  readonly body: BodyPolicy | undefined;
  /** The query string: `read` by the schema of the route, `refused`, or `ignored`. */
  readonly query: "read" | "refused" | "ignored";
  /** Whether the path is served in this spelling alone: without a slash at its end, and nothing percent-encoded. */
  readonly exact?: true;
}

/** A route as it was declared, its parameters with a colon. */
export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly policy: RoutePolicy;
  /** What it serves, where one path serves more than one protocol. */
  readonly protocol?: "GraphQL" | "WebSocket";
}

export const JSON_BODY: BodyPolicy = { types: ["application/json"], messages: 1 };
/** A body with a list of up to a thousand requests or assets. */
export const JSON_LIST: BodyPolicy = { ...JSON_BODY, messages: 4 };

/** A page, a document, or the health of the server. */
export const ALWAYS: RoutePolicy = {
  served: "always",
  body: undefined,
  query: "ignored",
};
/** A read of the fleet. */
export const READ: RoutePolicy = { ...ALWAYS, served: "running", query: "refused" };
/** A read of the fleet whose query string selects. */
export const READ_BY_QUERY: RoutePolicy = { ...READ, query: "read" };
/** A change whose path has everything. */
export const CHANGE_BY_PATH: RoutePolicy = { ...READ };
/** A change with a JSON body. */
export const CHANGE: RoutePolicy = { ...CHANGE_BY_PATH, body: JSON_BODY };

/** Refuses a request while the route is not served. */
export function refuseUnserved(
  { served }: RoutePolicy,
  services: Pick<Services, "isReady">,
): Problem | undefined {
  return served === "running" ? refuseUnready(services) : undefined;
}

/** The largest body of a route, in bytes. */
export function largestBody(
  policy: RoutePolicy | undefined,
  { maxMessageKb }: { readonly maxMessageKb: number },
  isJson = false,
): number {
  const { messages = 1, jsonMessages = messages } = policy?.body ?? {};
  return maxMessageKb * 1024 * (isJson ? jsonMessages : messages);
}
