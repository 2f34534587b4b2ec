// The middleware before every route: it applies the policies, reads the body, and counts the response. One step on Node's
// own request and response: each step of Hono, and each header of a web response, takes as long.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { ObserveAnswer } from "./answer-observer.ts";
import { inflate, readBytes, tooLarge } from "./body.ts";
import { isGzip, refuseText } from "./body-form.ts";
import { isMedia } from "./media.ts";
import { createPolicyTable } from "./policy-table.ts";
import { PROBLEM_TYPE, type Problem, problemResponse } from "./problem.ts";
import { prefersPage, problemPage } from "./problem-page.ts";
import type { RequestPolicy } from "./request-policy.ts";
import type { RequestSpans } from "./request-spans.ts";
import { writtenPath } from "./request-target.ts";
import { CHANGES, hasBody, type RouteGuard } from "./route-guard.ts";
import { BINARY, type DeclaredRoute, largestBody } from "./route-policy.ts";
import type { Services } from "./services.ts";

/** Methods without a body, whatever a client sends. */
const READS = new Set(["GET", "HEAD"]);

/** A body of so many bytes takes ms to validate. */
const LARGE_BYTES = 32_768;

/** A request with its body, in the property in which the server adapter of Hono reads it. */
type BodyHolder = IncomingMessage & { rawBody?: Buffer };

interface MiddlewareDeps {
  readonly guard: RouteGuard;
  readonly services: Pick<Services, "workTurns">;
  readonly requestPolicy: RequestPolicy;
  readonly limits: { readonly maxMessageKb: number };
  /** Every route of the server, once all are declared. */
  readonly declared: () => readonly DeclaredRoute[];
  readonly observe: ObserveAnswer;
  readonly spans: RequestSpans | undefined;
}

/** Passes a request to its route, or refuses it. */
export function createMiddleware(deps: MiddlewareDeps): MiddlewareHandler {
  const { guard, services, requestPolicy, limits, declared, observe, spans } = deps;
  const routeOf = createPolicyTable(declared);
  return async (c, next) => {
    const beganMs = performance.now();
    const { incoming, outgoing } = c.env as { incoming: BodyHolder; outgoing: ServerResponse };
    const answers = requestPolicy.answerHeaders(incoming.headers.origin);
    for (const name in answers) outgoing.setHeader(name, answers[name] as string);
    // The first match is this step.
    const [, route] = matchedRoutes(c);
    const mounted = route && routeOf(route);
    if (route && mounted) spans?.noteRoute(outgoing, route.path);
    const isJson = isMedia(incoming.headers["content-type"], "application/json");
    const most = largestBody(mounted?.policy, limits, isJson);
    const { method } = c.req;
    const refused =
      (await guard.refuse(c, incoming, mounted)) ??
      refuseLength(method, incoming, most) ??
      (await readChange(method, incoming, most));
    if ((incoming.rawBody?.length ?? 0) > LARGE_BYTES) await services.workTurns.next("begin");
    if (refused === undefined) await next();
    const answer = refused ?? c.res;
    observe(method, route?.path ?? "none", answer.status, performance.now() - beganMs);
    if (answer.status < 400 || !READS.has(method)) return refused;
    if (!prefersPage(c)) {
      answer.headers.append("vary", "Accept");
      return refused;
    }
    const page = await asPage(answer, writtenPath(incoming));
    if (refused !== undefined) return page;
    c.res = page;
    return undefined;
  };
}

/** A response with a problem, as a page; another one as it is. */
async function asPage(answer: Response, path: string): Promise<Response> {
  const isProblem = answer.headers.get("content-type") === PROBLEM_TYPE;
  return isProblem ? problemPage((await answer.json()) as Problem, path, answer.headers) : answer;
}

/** The bytes of a body, at a place where doubles can lie: a large one has it, and is not copied, which takes long. */
export function bytesOf(c: Context): Uint8Array {
  const { rawBody } = (c.env as { incoming: BodyHolder }).incoming;
  if (rawBody === undefined) return new Uint8Array();
  if (rawBody.byteOffset % Float64Array.BYTES_PER_ELEMENT > 0) return new Uint8Array(rawBody);
  return new Uint8Array(rawBody.buffer, rawBody.byteOffset, rawBody.length);
}

/** Refuses a body whose stated length is too large, in bytes. */
function refuseLength(
  method: string,
  { headers }: IncomingMessage,
  most: number,
): Response | undefined {
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
  const sent = await readBytes(incoming, most);
  const isPacked = isGzip(incoming.headers) && !("code" in sent);
  const bytes = isPacked ? await inflate(sent, most) : sent;
  if ("code" in bytes) return problemResponse(bytes);
  const type = incoming.headers["content-type"];
  const isBinary = [...BINARY].some((it) => isMedia(type, it));
  const refused = isBinary ? undefined : refuseText(bytes);
  if (refused) return problemResponse(refused);
  incoming.rawBody = bytes;
  return undefined;
}
