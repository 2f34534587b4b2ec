// What every request meets before its route: who may ask, what the server knows, and how much it takes. In one
// step, on Node's own request and response: each step of Hono, and each header of a web response, costs as much.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler, Next } from "hono";
import { bodyLimit } from "hono/body-limit";
import { refuseUnready } from "../graphql/http.ts";
import type { Limits } from "../limits.ts";
import { problem, problemResponse } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Admission } from "./admission.ts";
import { LIST_FACTOR, refuseMedia, takesList } from "./media.ts";
import { createMethodTable, type Route } from "./method-table.ts";

/** What can only be answered while the fleet runs. */
const NEEDS_FLEET = /^\/(assets|sites|fleet|telemetry|dispatch|dispatches)(\/|$)/;
const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Questions that are too long for an address: they change nothing, and need no token. */
const READS_BY_POST = /^POST \/dispatch\/preview\/?$/;
/** What has no body, whatever a client sends. */
const READS = new Set(["GET", "HEAD"]);

interface EntranceDeps {
  readonly admission: Admission;
  readonly services: Pick<Services, "isReady">;
  readonly limits: Limits;
  /** Those that are mounted, once all are. */
  readonly routes: () => readonly Route[];
}

export interface Entrance {
  /** Lets a request through to its route, or refuses it. */
  readonly enter: MiddlewareHandler;
  /** Refuses what no route answers. */
  refuseRoute(c: Context): Response;
}

export function createEntrance({ admission, services, limits, routes }: EntranceDeps): Entrance {
  const methods = createMethodTable(routes);
  const maxBytes = limits.maxMessageKb * 1024;
  const countBody = counterOf(maxBytes);
  const countList = counterOf(maxBytes * LIST_FACTOR);

  function refuse(c: Context, { headers }: IncomingMessage): Response | undefined {
    const { method, path } = c.req;
    const sender = admission.refuseSender(method, (name) => headers[name]?.toString());
    if (sender) return problemResponse(sender);
    if (method === "OPTIONS" && headers["access-control-request-method"]) return preflight();
    const change = CHANGES.has(method) ? refuseChange(c, headers) : undefined;
    if (change) return change;
    const unready = NEEDS_FLEET.test(path) ? refuseUnready(services) : undefined;
    return unready && problemResponse(unready);
  }

  function refuseChange(c: Context, headers: IncomingMessage["headers"]): Response | undefined {
    const { method, path } = c.req;
    if (!methods.has(method, path)) return refuseRoute(c);
    const refused = READS_BY_POST.test(`${method} ${path}`)
      ? undefined
      : admission.refuseToken(headers.authorization);
    if (refused) return problemResponse(refused, { "www-authenticate": "Bearer" });
    const media = refuseMedia(method, path, headers["content-type"]);
    return media && problemResponse(media);
  }

  function refuseRoute(c: Context): Response {
    const { method, path } = c.req;
    const known = methods.of(path);
    if (known.length === 0)
      return problemResponse(
        problem("ROUTE_UNKNOWN", `there is no ${path}: GET / lists the addresses`),
      );
    const allow = known.join(", ");
    const detail = `${path} does not know ${method}: use ${allow}`;
    return problemResponse(problem("METHOD_NOT_ALLOWED", detail), { allow });
  }

  /** Refuses a body that is too large, or has it counted where it does not say how long it is. */
  function takeBody(c: Context, headers: IncomingMessage["headers"], next: Next) {
    const isList = takesList(c.req.path);
    const length = headers["content-length"];
    // To count what comes, Hono makes a whole web request and stream, which cost more than the rest of an answer.
    if (length === undefined || headers["transfer-encoding"] !== undefined)
      return (isList ? countList : countBody)(c, next);
    const most = isList ? maxBytes * LIST_FACTOR : maxBytes;
    return Number(length) > most ? Promise.resolve(tooLarge(most)) : next();
  }

  return {
    enter(c, next) {
      const { incoming, outgoing } = c.env as {
        incoming: IncomingMessage;
        outgoing: ServerResponse;
      };
      const answers = admission.answerHeaders(incoming.headers.origin);
      for (const name in answers) outgoing.setHeader(name, answers[name] as string);
      const refused = refuse(c, incoming);
      if (refused) return Promise.resolve(refused);
      return READS.has(c.req.method) ? next() : takeBody(c, incoming.headers, next);
    },
    refuseRoute,
  };
}

const counterOf = (maxSize: number) => bodyLimit({ maxSize, onError: () => tooLarge(maxSize) });

function tooLarge(most: number): Response {
  return problemResponse(problem("BODY_TOO_LARGE", `a body may have ${most} bytes: send less`));
}

/** Answers what a browser asks before it lets a page of an allowed origin make a change. */
function preflight(): Response {
  const headers = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "authorization, content-type, idempotency-key",
  };
  return new Response(null, { status: 204, headers });
}
