// What every request meets before its route: who may ask, what the server knows, and how much it takes; and that it
// is counted. In one step, on Node's own request and response: each step of Hono, and each header of a web response,
// costs as much.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { ObserveAnswer } from "./answer-observer.ts";
import { readBytes, tooLarge } from "./body.ts";
import { formHeaders, refuseForm, refuseText } from "./body-form.ts";
import type { Limits } from "./limits.ts";
import { LIST_FACTOR, refuseMedia, takesList } from "./media.ts";
import { createMethodTable, type Route } from "./method-table.ts";
import { createQueryRule } from "./no-query.ts";
import { problem, problemResponse } from "./problem.ts";
import { refuseUnready } from "./readiness.ts";
import { challengeHeaders, type RequestPolicy } from "./request-policy.ts";
import { GRAPHQL_PATH, unknownAddress, writtenPath } from "./request-target.ts";
import type { Services } from "./services.ts";

/** What can only be answered while the fleet runs. */
const NEEDS_FLEET = /^\/(assets|sites|fleet|telemetry|dispatch|dispatches)(\/|$)/;
const GRAPHQL_LIKE = /^\/graphql\/?$/;
const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Questions that are too long for an address: they change nothing, and need no token. */
const READS_BY_POST = /^POST \/dispatch\/preview\/?$/;
/** What has no body, whatever a client sends. */
const READS = new Set(["GET", "HEAD"]);

type Headers = IncomingMessage["headers"];

/** Where the server adapter of Hono looks for a body that was read already. */
type BodyHolder = IncomingMessage & { rawBody?: Buffer };

interface MiddlewareDeps {
  readonly requestPolicy: RequestPolicy;
  readonly services: Pick<Services, "isReady">;
  readonly limits: Limits;
  /** Those that are mounted, once all are. */
  readonly routes: () => readonly Route[];
  /** As OpenAPI has them, once all are mounted. */
  readonly definitions: Parameters<typeof createQueryRule>[0];
  readonly observe: ObserveAnswer;
}

export interface Middleware {
  /** Lets a request through to its route, or refuses it. */
  readonly enter: MiddlewareHandler;
  /** Refuses what no route answers. */
  refuseRoute(c: Context): Response;
}

export function createMiddleware(deps: MiddlewareDeps): Middleware {
  const { requestPolicy, services, limits, routes, definitions, observe } = deps;
  const methods = createMethodTable(routes);
  const refuseQuery = createQueryRule(definitions);
  const maxBytes = limits.maxMessageKb * 1024;

  function refuse(c: Context, incoming: IncomingMessage): Response | undefined {
    const { headers, url } = incoming;
    const { method, path } = c.req;
    const sender = requestPolicy.refuseSender(method, (name) => headers[name]?.toString());
    if (sender) return problemResponse(sender);
    const written = writtenPath(incoming);
    // GraphQL is answered at its address alone, before any route: written otherwise, it is another one.
    if (GRAPHQL_LIKE.test(path) && written !== GRAPHQL_PATH)
      return problemResponse(unknownAddress(written));
    if (method === "OPTIONS" && headers["access-control-request-method"]) return preflight();
    const change = CHANGES.has(method) ? refuseChange(c, headers) : undefined;
    if (change) return change;
    if (!NEEDS_FLEET.test(path)) return undefined;
    const refused = refuseUnready(services) ?? (url?.includes("?") ? refuseQuery(c) : undefined);
    return refused && problemResponse(refused);
  }

  function refuseChange(c: Context, headers: Headers): Response | undefined {
    const { method, path } = c.req;
    if (!methods.has(method, path)) return refuseRoute(c);
    const refused = READS_BY_POST.test(`${method} ${path}`)
      ? undefined
      : requestPolicy.refuseToken(headers.authorization);
    if (refused) return problemResponse(refused, challengeHeaders(headers.authorization));
    const media = refuseMedia(method, path, headers["content-type"]);
    if (media) return problemResponse(media);
    const form = hasBody(headers) ? refuseForm(headers) : undefined;
    return form && problemResponse(form, formHeaders(headers));
  }

  function refuseRoute(c: Context): Response {
    const { method, path } = c.req;
    const known = methods.of(path);
    if (known.length === 0) return problemResponse(unknownAddress(path));
    const allow = known.join(", ");
    const detail = `${path} does not know ${method}: use ${allow}`;
    return problemResponse(problem("METHOD_NOT_ALLOWED", detail), { allow });
  }

  /** Refuses a body that says that it is too large. */
  function refuseLength({ req }: Context, headers: Headers): Response | undefined {
    const most = takesList(req.path) ? maxBytes * LIST_FACTOR : maxBytes;
    const isTooLong = !READS.has(req.method) && Number(headers["content-length"]) > most;
    return isTooLong ? problemResponse(tooLarge(most)) : undefined;
  }

  /** Reads the body of a change for its route; or says what is wrong with it. */
  async function takeBody({ req }: Context, incoming: BodyHolder): Promise<Response | undefined> {
    if (!CHANGES.has(req.method) || !hasBody(incoming.headers)) return undefined;
    const most = takesList(req.path) ? maxBytes * LIST_FACTOR : maxBytes;
    const bytes = await readBytes(incoming, most);
    const refused = "code" in bytes ? bytes : refuseText(bytes);
    if (refused) return problemResponse(refused);
    incoming.rawBody = bytes as Buffer;
    return undefined;
  }

  return {
    async enter(c, next) {
      const beganMs = performance.now();
      const { incoming, outgoing } = c.env as {
        incoming: BodyHolder;
        outgoing: ServerResponse;
      };
      const answers = requestPolicy.answerHeaders(incoming.headers.origin);
      for (const name in answers) outgoing.setHeader(name, answers[name] as string);
      const { headers } = incoming;
      const refused =
        refuse(c, incoming) ?? refuseLength(c, headers) ?? (await takeBody(c, incoming));
      if (refused === undefined) await next();
      // The first that fits is this step.
      const route = matchedRoutes(c)[1]?.path ?? "none";
      observe(c.req.method, route, (refused ?? c.res).status, performance.now() - beganMs);
      return refused;
    },
    refuseRoute,
  };
}

function hasBody(headers: Headers): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"]) > 0;
}

/** Answers what a browser asks before it lets a page of an allowed origin make a change. */
function preflight(): Response {
  const headers = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "authorization, content-type, idempotency-key",
  };
  return new Response(null, { status: 204, headers });
}
