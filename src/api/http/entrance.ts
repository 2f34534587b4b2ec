// What every request meets before its route: who may ask, what the server knows, and how much it takes; and that it
// is counted. In one step, on Node's own request and response: each step of Hono, and each header of a web response,
// costs as much.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler, Next } from "hono";
import { bodyLimit } from "hono/body-limit";
import { matchedRoutes } from "hono/route";
import { GRAPHQL_PATH, refuseUnready } from "../graphql/http.ts";
import type { Limits } from "../limits.ts";
import { problem, problemResponse } from "../problem.ts";
import type { Metrics } from "../rest/metrics.ts";
import type { Services } from "../services.ts";
import { unknownAddress, writtenPath } from "../transport/request-target.ts";
import type { Admission } from "./admission.ts";
import { LIST_FACTOR, refuseMedia, takesList } from "./media.ts";
import { createMethodTable, type Route } from "./method-table.ts";
import { createQueryRule } from "./no-query.ts";

/** What can only be answered while the fleet runs. */
const NEEDS_FLEET = /^\/(assets|sites|fleet|telemetry|dispatch|dispatches)(\/|$)/;
const GRAPHQL_LIKE = /^\/graphql\/?$/;
const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Questions that are too long for an address: they change nothing, and need no token. */
const READS_BY_POST = /^POST \/dispatch\/preview\/?$/;
/** What has no body, whatever a client sends. */
const READS = new Set(["GET", "HEAD"]);

type Headers = IncomingMessage["headers"];

interface EntranceDeps {
  readonly admission: Admission;
  readonly services: Pick<Services, "isReady">;
  readonly limits: Limits;
  /** Those that are mounted, once all are. */
  readonly routes: () => readonly Route[];
  /** As OpenAPI has them, once all are mounted. */
  readonly definitions: Parameters<typeof createQueryRule>[0];
  /** Is told of every answer. */
  readonly observe: Metrics["observe"];
}

export interface Entrance {
  /** Lets a request through to its route, or refuses it. */
  readonly enter: MiddlewareHandler;
  /** Refuses what no route answers. */
  refuseRoute(c: Context): Response;
}

export function createEntrance(deps: EntranceDeps): Entrance {
  const { admission, services, limits, routes, definitions, observe } = deps;
  const methods = createMethodTable(routes);
  const refuseQuery = createQueryRule(definitions);
  const maxBytes = limits.maxMessageKb * 1024;
  const countBody = counterOf(maxBytes);
  const countList = counterOf(maxBytes * LIST_FACTOR);

  function refuse(c: Context, incoming: IncomingMessage): Response | undefined {
    const { headers, url } = incoming;
    const { method, path } = c.req;
    const written = writtenPath(incoming);
    // GraphQL is answered at its address alone, before any route: written otherwise, it is another one.
    if (GRAPHQL_LIKE.test(path) && written !== GRAPHQL_PATH)
      return problemResponse(unknownAddress(written));
    const sender = admission.refuseSender(method, (name) => headers[name]?.toString());
    if (sender) return problemResponse(sender);
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
      : admission.refuseToken(headers.authorization);
    if (refused) return problemResponse(refused, { "www-authenticate": "Bearer" });
    const media = refuseMedia(method, path, headers["content-type"]);
    return media && problemResponse(media);
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
    return isTooLong ? tooLarge(most) : undefined;
  }

  /** Goes on to the route, and counts a body that does not say how long it is. */
  async function goOn(c: Context, headers: Headers, next: Next): Promise<void> {
    const says = headers["content-length"] !== undefined;
    // To count what comes, Hono makes a whole web request and stream, which cost more than the rest of an answer.
    if (READS.has(c.req.method) || (says && headers["transfer-encoding"] === undefined))
      await next();
    else await (takesList(c.req.path) ? countList : countBody)(c, next);
  }

  return {
    async enter(c, next) {
      const beganMs = performance.now();
      const { incoming, outgoing } = c.env as {
        incoming: IncomingMessage;
        outgoing: ServerResponse;
      };
      const answers = admission.answerHeaders(incoming.headers.origin);
      for (const name in answers) outgoing.setHeader(name, answers[name] as string);
      const { headers } = incoming;
      const refused = refuse(c, incoming) ?? refuseLength(c, headers);
      if (refused === undefined) await goOn(c, headers, next);
      // The first that fits is this step.
      const route = matchedRoutes(c)[1]?.path ?? "none";
      observe(c.req.method, route, (refused ?? c.res).status, performance.now() - beganMs);
      return refused;
    },
    refuseRoute,
  };
}

const counterOf = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError(c) {
      c.res = tooLarge(maxSize);
      return c.res;
    },
  });

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
