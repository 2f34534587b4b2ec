// GraphQL over HTTP.
//
// A fast lane past the web requests and responses of Hono, on Node's own: Yoga is called with these.
// Ratio: 2 times as many queries per second. Bench: query.
// Delete it once the server adapter of Hono is as fast with Yoga behind it.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../../../domain/ports/log.ts";
import type { ObserveAnswer } from "../../transport/answer-observer.ts";
import { formHeaders, refuseForm } from "../../transport/body-form.ts";
import type { Limits } from "../../transport/limits.ts";
import { refuseMedia } from "../../transport/media.ts";
import type { Problem } from "../../transport/problem.ts";
import type { RequestPolicy } from "../../transport/request-policy.ts";
import type { RequestSpans } from "../../transport/request-spans.ts";
import { GRAPHQL_PATH } from "../../transport/request-target.ts";
import {
  type DeclaredRoute,
  JSON_BODY,
  largestBody,
  type RoutePolicy,
  refuseUnserved,
} from "../../transport/route-policy.ts";
import type { Services } from "../../transport/services.ts";
import { challengeHeaders, type Sessions } from "../../transport/session.ts";
import { MUTATION_BY_POST } from "./errors.ts";
import { type EventAnswer, prefersEvents, refuse } from "./event-stream.ts";
import { type GraphRequest, readOperation } from "./request.ts";
import { type GraphServer, MULTIPART } from "./server.ts";

const OPERATION: RoutePolicy = {
  served: "running",
  body: undefined,
  query: "read",
  exact: true,
};
const BY_POST: RoutePolicy = { ...OPERATION, body: JSON_BODY, query: "ignored" };
const protocol = "GraphQL";
/** Operations over HTTP, served before the other routes: GraphiQL has the same path. */
export const OPERATION_ROUTES: readonly DeclaredRoute[] = [
  { method: "GET", path: GRAPHQL_PATH, policy: OPERATION, protocol },
  { method: "POST", path: GRAPHQL_PATH, policy: BY_POST, protocol },
];
const JSON_TYPE = "application/json";
const EVENTS = "text/event-stream";
const GRAPHQL_RESPONSE = "application/graphql-response+json";

interface GraphListenerDeps {
  readonly graph: GraphServer;
  readonly requestPolicy: RequestPolicy;
  readonly services: Pick<Services, "isReady">;
  readonly sessions: Sessions;
  readonly answerEvents: EventAnswer;
  readonly limits: Pick<Limits, "maxMessageKb">;
  readonly log: Log;
  readonly observe: ObserveAnswer;
  readonly spans: RequestSpans | undefined;
}

/** Responds to an operation; false for any other request. */
export type GraphListener = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createGraphListener({
  graph,
  requestPolicy,
  services,
  sessions,
  answerEvents,
  limits,
  log,
  observe,
  spans,
}: GraphListenerDeps): GraphListener {
  async function answer(request: GraphRequest, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const channel = headers.accept?.includes(EVENTS) ? "sse" : "graphql";
    const session = await sessions.begin(request, channel);
    if ("code" in session) {
      setHeaders(response, challengeHeaders(session, headers));
      return refuse(response, session);
    }
    const changeRefusal = method === "GET" ? MUTATION_BY_POST : undefined;
    const onRefused = (why: Problem) => {
      if (!response.headersSent) setHeaders(response, challengeHeaders(why, headers));
    };
    const transport = { session, changeRefusal, onRefused };
    // A client that accepts parts of JSON accepts JSON.
    if (headers.accept?.startsWith(MULTIPART)) headers.accept += `, ${JSON_TYPE}`;
    const wantsEvents = headers.accept?.includes(EVENTS) ?? false;
    const operation = await readOperation(request, largestBody(BY_POST, limits));
    if ("code" in operation) {
      const isPersisted = operation.code === "PERSISTED_QUERY_NOT_SUPPORTED";
      if (prefersEvents(request) && !isPersisted) refuse(response, operation);
      else refuseAsGraph(request, response, operation);
    } else if (!wantsEvents || !(await answerEvents({ request, response, operation, transport })))
      await graph.yoga(request, response, transport);
  }

  return (request, response) => {
    if (!isOperation(request)) return false;
    const beganMs = performance.now();
    spans?.noteRoute(response, GRAPHQL_PATH);
    response.once("close", () =>
      observe(request.method ?? "", GRAPHQL_PATH, response.statusCode, performance.now() - beganMs),
    );
    const isPost = request.method === "POST";
    const policy = isPost ? BY_POST : OPERATION;
    const headerOf = (name: string) => request.headers[name]?.toString();
    setHeaders(response, requestPolicy.answerHeaders(headerOf("origin")));

    const refused =
      requestPolicy.refuseSender(request.method ?? "", headerOf) ??
      refuseUnserved(policy, services) ??
      (isPost ? refuseBody(policy, request) : undefined);
    if (refused?.code === "MEDIA_TYPE_UNSUPPORTED")
      setHeaders(response, formHeaders(request.headers));
    if (refused) refuse(response, refused);
    else
      answer(request, response).catch((error) => {
        log.error({ err: error }, "a request of GraphQL failed");
        response.destroy();
      });
    return true;
  };
}

/** Whether a request is an operation, rather than that of a browser for GraphiQL. */
function isOperation({ method, url = "", headers }: IncomingMessage): boolean {
  if (!url.startsWith(GRAPHQL_PATH)) return false;
  const [path, query] = url.split("?", 2);
  if (path !== GRAPHQL_PATH) return false;
  if (method === "POST") return true;
  const requests = query !== undefined && new URLSearchParams(query).has("query");
  return method === "GET" && (requests || !headers.accept?.includes("text/html"));
}

/** Refuses in the form of GraphQL. */
function refuseAsGraph(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { code, detail, status }: Problem,
): void {
  const type = headers.accept?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : JSON_TYPE;
  const isPersisted = code === "PERSISTED_QUERY_NOT_SUPPORTED";
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    ...(isPersisted && { "cache-control": "no-store" }),
  });
  response.end(JSON.stringify({ errors: [{ message: detail, extensions: { code } }] }));
}

function refuseBody({ body }: RoutePolicy, { headers }: IncomingMessage): Problem | undefined {
  return refuseMedia(body, headers["content-type"]) ?? refuseForm(headers);
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const name in headers) response.setHeader(name, headers[name] as string);
}
