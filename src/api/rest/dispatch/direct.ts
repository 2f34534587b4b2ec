// POST /dispatch straight on Node's own request and response, where it comes as nearly all do: let in, and as JSON of a
// known length. Through the web requests, steps and answers of Hono the same takes 1.4 times as long (bench/dispatch).
// Whatever else comes goes the way of other routes, and both ask the same of the same.
import type { IncomingMessage, ServerResponse } from "node:http";
import { isJson, refuseUnready } from "../../graphql/server/http.ts";
import { readBody } from "../../transport/body.ts";
import { refuseForm } from "../../transport/body-form.ts";
import type { Failures } from "../../transport/failures.ts";
import type { Limits } from "../../transport/limits.ts";
import { NOT_JSON, type Problem, problemHeaders } from "../../transport/problem.ts";
import type { RequestPolicy } from "../../transport/request-policy.ts";
import type { Services } from "../../transport/services.ts";
import { inputProblem } from "../base/router.ts";
import type { Metrics } from "../health/metrics.ts";
import { submitDispatch } from "./dispatch.ts";
import { KEY_HEADER } from "./problem.ts";
import { DispatchInput, dispatchJson } from "./shapes.ts";

const PATH = "/dispatch";

interface DispatchListenerDeps {
  readonly services: Pick<Services, "dispatch" | "isReady">;
  readonly requestPolicy: RequestPolicy;
  readonly limits: Pick<Limits, "maxMessageKb">;
  readonly failures: Failures;
  /** Is told of every answer. */
  readonly observe: Metrics["observe"];
}

/** Answers a request if it is a dispatch that comes as most do; false for one that is left to the routes. */
export type DispatchListener = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createDispatchListener(deps: DispatchListenerDeps): DispatchListener {
  const { services, requestPolicy, limits, failures, observe } = deps;
  const maxBytes = limits.maxMessageKb * 1024;
  const ownHead = headOf(requestPolicy.answerHeaders(undefined));

  function isLetIn({ headers }: IncomingMessage): boolean {
    const refused =
      requestPolicy.refuseSender("POST", (name) => headers[name]?.toString()) ??
      requestPolicy.refuseToken(headers.authorization) ??
      refuseUnready(services);
    return refused === undefined;
  }

  function isPlain({ method, url, headers }: IncomingMessage): boolean {
    return (
      url === PATH &&
      method === "POST" &&
      isJson(headers["content-type"]) &&
      Number(headers["content-length"]) <= maxBytes &&
      headers["transfer-encoding"] === undefined &&
      refuseForm(headers) === undefined
    );
  }

  async function answerOf(request: IncomingMessage): Promise<Answer> {
    const text = await readBody(request, maxBytes);
    if (typeof text !== "string") return refusal(text);
    const given = parse(text);
    if (given === undefined) return refusal(NOT_JSON);
    const { success, data, error } = DispatchInput.safeParse(given);
    if (!success) return refusal(inputProblem(error, given));
    const requested = await submitDispatch(
      services.dispatch,
      data,
      request.headers[KEY_HEADER]?.toString(),
    );
    if ("code" in requested) return refusal(requested);
    const answered = JSON.stringify(dispatchJson(requested));
    return { status: 202, head: JSON_HEAD, text: answered };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const beganMs = performance.now();
    let it: Answer;
    try {
      it = await answerOf(request);
    } catch (error) {
      const failed = failures(error, { method: "POST", path: PATH });
      it = refusal(failed.problem, failed.headers);
    }
    const { origin } = request.headers;
    const shared = origin === undefined ? ownHead : headOf(requestPolicy.answerHeaders(origin));
    const bytes = Buffer.byteLength(it.text);
    response.writeHead(it.status, [...shared, ...it.head, "content-length", `${bytes}`]);
    // Where every character is one byte, they need not be looked at again.
    response.end(it.text, bytes === it.text.length ? "latin1" : "utf8");
    observe("POST", PATH, it.status, performance.now() - beganMs);
  }

  return (request, response) => {
    if (!isPlain(request) || !isLetIn(request)) return false;
    void answer(request, response);
    return true;
  };
}

interface Answer {
  readonly status: number;
  readonly head: Head;
  readonly text: string;
}

/** Headers as Node takes them soonest: names and values by turns. */
type Head = readonly string[];

const headOf = (headers: Readonly<Record<string, string>>): Head => Object.entries(headers).flat();
const JSON_HEAD = headOf({ "content-type": "application/json" });

function refusal(problem: Problem, more: Readonly<Record<string, string>> = {}): Answer {
  const head = headOf({ ...problemHeaders(problem), ...more });
  return { status: problem.status, head, text: JSON.stringify(problem) };
}

/** Undefined where it is not JSON, which knows no such value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
