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
import { refuseMedia } from "./media.ts";
import { createMethodTable, type MethodTable } from "./method-table.ts";
import { refuseQuery } from "./no-query.ts";
import { createPolicyTable } from "./policy-table.ts";
import { problem, problemResponse } from "./problem.ts";
import { challengeHeaders, type RequestPolicy } from "./request-policy.ts";
import { unknownAddress, writtenPath } from "./request-target.ts";
import {
  type DeclaredRoute,
  largestBody,
  type RoutePolicy,
  refuseAccess,
  refuseUnserved,
} from "./route-policy.ts";

import type { Services } from "./services.ts";

const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Methods without a body, whatever a client sends. */
const READS = new Set(["GET", "HEAD"]);

type Headers = IncomingMessage["headers"];

/** Where the server adapter of Hono looks for a body that was read already. */
type BodyHolder = IncomingMessage & { rawBody?: Buffer };

interface MiddlewareDeps {
  readonly requestPolicy: RequestPolicy;
  readonly services: Pick<Services, "isReady">;
  readonly limits: Limits;
  /** Every route of the server, once all are declared. */
  readonly declared: () => readonly DeclaredRoute[];
  readonly observe: ObserveAnswer;
}

export interface Middleware {
  /** Lets a request through to its route, or refuses it. */
  readonly enter: MiddlewareHandler;
  /** Refuses what no route answers. */
  refuseRoute(c: Context): Response;
}

export function createMiddleware(deps: MiddlewareDeps): Middleware {
  const { requestPolicy, services, limits, declared, observe } = deps;
  const policyOf = createPolicyTable(declared);
  let table: MethodTable | undefined;

  function methods(): MethodTable {
    table ??= createMethodTable(declared());
    return table;
  }

  function refuse(
    c: Context,
    incoming: IncomingMessage,
    policy: RoutePolicy | undefined,
  ): Response | undefined {
    const { headers, url } = incoming;
    const { method, path } = c.req;
    const sender = requestPolicy.refuseSender(method, (name) => headers[name]?.toString());
    if (sender) return problemResponse(sender);
    const written = writtenPath(incoming);
    if (methods().isMisspelt(path, written)) return problemResponse(unknownAddress(written));
    if (method === "OPTIONS" && headers["access-control-request-method"]) return preflight();
    if (policy === undefined) return CHANGES.has(method) ? refuseRoute(c) : undefined;
    const unsigned = refuseAccess(policy, requestPolicy, headers.authorization);
    if (unsigned) return problemResponse(unsigned, challengeHeaders(headers.authorization));
    const body = CHANGES.has(method) ? refuseBody(policy, headers) : undefined;
    if (body) return body;
    const refused =
      refuseUnserved(policy, services) ??
      (policy.query === "refused" && url?.includes("?") ? refuseQuery(c) : undefined);
    return refused && problemResponse(refused);
  }

  /** Refuses a body for its type, or for a form that no route accepts. */
  function refuseBody({ body }: RoutePolicy, headers: Headers): Response | undefined {
    const media = refuseMedia(body, headers["content-type"]);
    if (media) return problemResponse(media);
    const form = hasBody(headers) ? refuseForm(headers) : undefined;
    return form && problemResponse(form, formHeaders(headers));
  }

  function refuseRoute(c: Context): Response {
    const { method, path } = c.req;
    const known = methods().of(path);
    if (known.length === 0) return problemResponse(unknownAddress(path));
    const allow = known.join(", ");
    const detail = `${path} does not know ${method}: use ${allow}`;
    return problemResponse(problem("METHOD_NOT_ALLOWED", detail), { allow });
  }

  /** Refuses a body whose stated length is too large. */
  function refuseLength(method: string, headers: Headers, most: number): Response | undefined {
    const isTooLong = !READS.has(method) && Number(headers["content-length"]) > most;
    return isTooLong ? problemResponse(tooLarge(most)) : undefined;
  }

  /** Reads the body of a change for its route; or refuses it. */
  async function readChange(
    method: string,
    incoming: BodyHolder,
    most: number,
  ): Promise<Response | undefined> {
    if (!CHANGES.has(method) || !hasBody(incoming.headers)) return undefined;
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
      // The first match is this step.
      const [, route] = matchedRoutes(c);
      const policy = route && policyOf(route);
      const most = largestBody(policy, limits);
      const { method } = c.req;
      const refused =
        refuse(c, incoming, policy) ??
        refuseLength(method, incoming.headers, most) ??
        (await readChange(method, incoming, most));
      if (refused === undefined) await next();
      const { status } = refused ?? c.res;
      observe(method, route?.path ?? "none", status, performance.now() - beganMs);
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
