// GraphQL over HTTP straight on Node's own request and response: through web ones it is half as fast.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../../domain/ports/log.ts";
import type { Admission } from "../http/admission.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { type EventAnswer, refuse } from "./event-stream.ts";
import type { GraphServer } from "./server.ts";

export const GRAPHQL_PATH = "/graphql";
const EVENTS = "text/event-stream";

interface GraphListenerDeps {
  readonly graph: GraphServer;
  readonly admission: Admission;
  readonly services: Pick<Services, "isReady">;
  readonly answerEvents: EventAnswer;
  readonly log: Log;
  /** Is told of every answer. */
  readonly observe: (method: string, route: string, status: number, tookMs: number) => void;
}

/** Answers a request if it is an operation; false for one that is not its business. */
export type GraphListener = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createGraphListener({
  graph,
  admission,
  services,
  answerEvents,
  log,
  observe,
}: GraphListenerDeps): GraphListener {
  return (request, response) => {
    if (!isOperation(request)) return false;
    const beganMs = performance.now();
    response.once("close", () =>
      observe(request.method ?? "", GRAPHQL_PATH, response.statusCode, performance.now() - beganMs),
    );
    const headerOf = (name: string) => request.headers[name]?.toString();
    for (const [name, value] of Object.entries(admission.answerHeaders(headerOf("origin"))))
      response.setHeader(name, value);

    const refused =
      admission.refuseSender(request.method ?? "", headerOf) ??
      refuseUnready(services) ??
      refuseMedia(request);
    const refuseChange = () => admission.refuseToken(headerOf("authorization"));
    if (refused) refuse(response, refused);
    else if (headerOf("accept")?.includes(EVENTS))
      answerEvents({ request, response, refuseChange }).catch((error) => {
        log.error({ err: error }, "a request for events failed");
        response.destroy();
      });
    else void graph(request, response, { refuseChange });
    return true;
  };
}

/** Whether a request asks for an operation, rather than for the page that a browser opens. */
function isOperation({ method, url = "", headers }: IncomingMessage): boolean {
  const [path, query] = url.split("?", 2);
  if (path !== GRAPHQL_PATH) return false;
  if (method === "POST") return true;
  const asks = query !== undefined && new URLSearchParams(query).has("query");
  return method === "GET" && (asks || !headers.accept?.includes("text/html"));
}

function refuseMedia({ method, headers }: IncomingMessage): Problem | undefined {
  const type = headers["content-type"];
  if (method !== "POST" || isJson(type)) return undefined;
  return mediaProblem(type);
}

/** Refuses all that needs the fleet while it does not run: the server starts, stands by, or stops. */
export function refuseUnready({ isReady }: Pick<Services, "isReady">): Problem | undefined {
  if (isReady()) return undefined;
  return problem(
    "NOT_READY",
    "the fleet does not run here now: the server starts, stands by, or stops",
  );
}

/** Whether a content type is JSON: what another site's page cannot send without asking. */
export function isJson(type: string | undefined): boolean {
  return type?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

export function mediaProblem(type: string | undefined): Problem {
  const detail = `send the header content-type: application/json, not ${type ?? "none"}`;
  return problem("MEDIA_TYPE_UNSUPPORTED", detail);
}
