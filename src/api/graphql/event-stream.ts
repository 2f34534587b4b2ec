// GraphQL over server-sent events, in the "distinct connections" mode of the graphql-sse protocol.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ExecutionResult } from "graphql";
import { z } from "zod";
import { type Problem, problem } from "../problem.ts";
import type { EventStreams } from "../stream/event-streams.ts";
import type { ErrorMask } from "./errors.ts";
import { askLive, joinLive, LiveSource } from "./live.ts";
import { type OperationRequest, prepareOperation } from "./operation.ts";
import { type GraphServer, LARGEST_BODY } from "./server.ts";

/** A request that accepts events among other forms. */
export interface EventRequest {
  /** Node's own, with the body on it once it was read, as Yoga looks for it. */
  readonly request: IncomingMessage & { body?: Buffer };
  readonly response: ServerResponse;
  readonly refuseChange: () => Problem | undefined;
}

export type EventAnswer = (it: EventRequest) => Promise<void>;

interface EventAnswerDeps {
  readonly graph: GraphServer;
  readonly errors: ErrorMask;
  readonly streams: EventStreams;
}

const COMPLETE = "event: complete\ndata:\n\n";

const OperationShape = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Answers an operation as a stream of events: one result, or the results of a subscription. */
export function createEventAnswer({ graph, errors, streams }: EventAnswerDeps): EventAnswer {
  function resultText({ data, errors: found }: ExecutionResult): string {
    return JSON.stringify(found ? { errors: found.map(errors.format), data } : { data });
  }

  function sendOne(response: ServerResponse, result: ExecutionResult): void {
    streams.begin(response, COMPLETE);
    response.write(`event: next\ndata: ${resultText(result)}\n\n`);
    response.end(COMPLETE);
  }

  return async ({ request, response, refuseChange }) => {
    const read = await readOperation(request);
    if ("code" in read) return refuse(response, read);
    const prepared = await prepareOperation(graph, errors, read, refuseChange);
    const isSubscription = "kind" in prepared && prepared.kind === "subscription";
    if (!isSubscription && !prefersEvents(request)) {
      await graph(request, response, { refuseChange });
      return;
    }
    if (!("kind" in prepared)) return sendOne(response, { errors: prepared });
    if (!isSubscription) return sendOne(response, await prepared.run());
    if (request.method === "GET")
      return refuse(response, problem("METHOD_NOT_ALLOWED", "subscribe by POST, or a WebSocket"));
    const asked = await askLive(prepared.args);
    if (!(asked instanceof LiveSource)) {
      if (prefersEvents(request)) return sendOne(response, asked);
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
      response.end(resultText(asked));
      return;
    }
    const stream = streams.begin(response, COMPLETE);
    const leave = joinLive(prepared.args, asked, stream.sink, errors);
    stream.onLeft(() => leave("left"));
  };
}

export function refuse(response: ServerResponse, it: Problem): void {
  response.writeHead(it.status, { "content-type": "application/problem+json" });
  response.end(JSON.stringify(it));
}

/** Whether events come first among what a client accepts, rather than for subscriptions only. */
function prefersEvents({ headers }: IncomingMessage): boolean {
  return /^\s*text\/event-stream/.test(headers.accept ?? "");
}

async function readOperation(
  request: EventRequest["request"],
): Promise<OperationRequest | Problem> {
  let given: unknown;
  try {
    given = request.method === "GET" ? readUrl(request) : JSON.parse(await readBody(request));
  } catch (error) {
    if (error instanceof BodyTooLarge)
      return problem("BODY_TOO_LARGE", `a body may have ${LARGEST_BODY} bytes: send less`);
    return problem("BAD_JSON", `not JSON: ${(error as Error).message}`);
  }
  const parsed = OperationShape.safeParse(given);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? "query");
  return problem("BAD_INPUT", `${field}: send {"query": "…", "variables": {…}}`, { field });
}

function readUrl({ url = "" }: IncomingMessage): object {
  const params = new URLSearchParams(url.split("?", 2)[1]);
  const variables = params.get("variables");
  return {
    query: params.get("query") ?? undefined,
    operationName: params.get("operationName"),
    variables: variables === null ? null : JSON.parse(variables),
  };
}

class BodyTooLarge extends Error {}

async function readBody(request: EventRequest["request"]): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > LARGEST_BODY) throw new BodyTooLarge();
    chunks.push(chunk as Buffer);
  }
  request.body = Buffer.concat(chunks);
  return String(request.body);
}
