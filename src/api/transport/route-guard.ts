// The checks of a request before its route: the request policy of the server, and the policy of the route.
import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { RouteAccess } from "./access.ts";
import { formHeaders, refuseForm } from "./body-form.ts";
import { refuseMedia } from "./media.ts";
import { createMethodTable, type MethodTable } from "./method-table.ts";
import { refuseQuery } from "./no-query.ts";
import type { MountedRoute } from "./policy-table.ts";
import { type Problem, problem, problemResponse } from "./problem.ts";
import type { RequestPolicy } from "./request-policy.ts";
import { unknownAddress, writtenPath } from "./request-target.ts";
import { type DeclaredRoute, type RoutePolicy, refuseUnserved } from "./route-policy.ts";
import type { Services } from "./services.ts";
import { challengeHeaders, type Session, type Sessions } from "./session.ts";

type Headers = IncomingMessage["headers"];

/** Methods of changes, which may have a body. */
export const CHANGES: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

interface RouteGuardDeps {
  readonly requestPolicy: RequestPolicy;
  readonly services: Pick<Services, "isReady">;
  readonly sessions: Sessions;
  /** Every route of the server, once all are declared. */
  readonly declared: () => readonly DeclaredRoute[];
}

export interface RouteGuard {
  /** Refuses a request, or gives its route the client. @param route Undefined where no route matches. */
  refuse(
    c: Context,
    incoming: IncomingMessage,
    route: MountedRoute | undefined,
  ): Promise<Response | undefined>;
  /** Refuses a request that no route serves. */
  refuseRoute(c: Context): Response;
}

export function createRouteGuard(deps: RouteGuardDeps): RouteGuard {
  const { requestPolicy, services, sessions, declared } = deps;
  let table: MethodTable | undefined;

  function methods(): MethodTable {
    table ??= createMethodTable(declared());
    return table;
  }

  function refuseRoute({ req: { method, path } }: Context): Response {
    const known = methods().of(path);
    if (known.length === 0) return problemResponse(unknownAddress(path));
    const allow = known.join(", ");
    const detail = `${path} does not know ${method}: use ${allow}`;
    return problemResponse(problem("METHOD_NOT_ALLOWED", detail), { allow });
  }

  /** The refusal of a client; its session is that of the route otherwise. */
  function refuseClient(
    c: Context,
    incoming: IncomingMessage,
    access: RouteAccess,
  ): Problem | undefined | Promise<Problem | undefined> {
    const enter = (session: Session | Problem): Problem | undefined => {
      if ("code" in session) return session;
      c.set("session", session);
      if (access === "open" || access === "known") return undefined;
      return session.refuse(access, `${c.req.method} ${c.req.path}`);
    };
    if (access === "open") return enter(sessions.anonymous(incoming, "rest"));
    const session = sessions.begin(incoming, channelOf(c.req.path));
    return session instanceof Promise ? session.then(enter) : enter(session);
  }

  return {
    async refuse(c, incoming, route) {
      const { headers, url } = incoming;
      const { method, path } = c.req;
      const sender = requestPolicy.refuseSender(method, (name) => headers[name]?.toString());
      if (sender) return problemResponse(sender);
      const written = writtenPath(incoming);
      if (methods().isMisspelt(path, written)) return problemResponse(unknownAddress(written));
      if (method === "OPTIONS" && headers["access-control-request-method"]) return preflight();
      if (route === undefined) return CHANGES.has(method) ? refuseRoute(c) : undefined;
      const { policy, access } = route;
      const unserved = refuseUnserved(policy, services);
      if (unserved) return problemResponse(unserved);
      const refusedClient = await refuseClient(c, incoming, access);
      if (refusedClient)
        return problemResponse(refusedClient, challengeHeaders(refusedClient, headers));
      const body = CHANGES.has(method) ? refuseBody(policy, headers) : undefined;
      if (body) return body;
      const hasQuery = policy.query === "refused" && url?.includes("?");
      const refused = hasQuery ? refuseQuery(c) : undefined;
      return refused && problemResponse(refused);
    },
    refuseRoute,
  };
}

/** Refuses a body for its media type, or for an encoding that no route accepts. */
function refuseBody({ body }: RoutePolicy, headers: Headers): Response | undefined {
  const media = refuseMedia(body, headers["content-type"]);
  if (media) return problemResponse(media);
  const form = hasBody(headers) ? refuseForm(headers, body?.gzip) : undefined;
  return form && problemResponse(form, formHeaders(headers, body?.gzip));
}

export function hasBody(headers: Headers): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"]) > 0;
}

/** A stream of events is a channel of its own. */
function channelOf(path: string): "sse" | "rest" {
  return path.endsWith("/stream") ? "sse" : "rest";
}

/** The response to a CORS preflight. */
function preflight(): Response {
  const headers = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "authorization, content-type, idempotency-key, if-match",
  };
  return new Response(null, { status: 204, headers });
}
