// GraphQL over server-sent events, in the "distinct connections" mode of the graphql-sse protocol.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ExecutionResult } from "graphql";
import { EVENT_HEADERS, type EventStreams } from "../../stream/event-streams.ts";
import type { Payload } from "../../stream/payload.ts";
import { type Problem, problemHeaders } from "../../transport/problem.ts";
import { LiveSource } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import type { ErrorMask } from "./errors.ts";
import { executeLive, joinHub } from "./live.ts";
import { prepareOperation } from "./operation.ts";
import type { OperationRequest } from "./request.ts";
import type { GraphServer, TransportContext } from "./server.ts";

/** A request that accepts events among other media types. */
interface EventRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly operation: OperationRequest;
  readonly transport: TransportContext;
}

/** Responds with events; false where this operation is not to be answered with events. */
export type EventAnswer = (it: EventRequest) => Promise<boolean>;

interface EventAnswerDeps {
  readonly graph: GraphServer;
  readonly errors: ErrorMask;
  readonly streams: EventStreams;
}

const COMPLETE = "event: complete\ndata:\n\n";

/** Responds to an operation with a stream of events: one result, or the results of a subscription. */
export function createEventAnswer({ graph, errors, streams }: EventAnswerDeps): EventAnswer {
  function resultText({ data, errors: found }: ExecutionResult): string {
    return JSON.stringify(found ? { errors: found.map(errors.format), data } : { data });
  }

  /** The whole stream of an operation that has one result. */
  function only(result: ExecutionResult): string {
    return `event: next\ndata: ${resultText(result)}\n\n${COMPLETE}`;
  }

  return async ({ request, response, operation, transport }) => {
    const prepared = await prepareOperation(graph, errors, operation, transport);
    const isSubscription = "kind" in prepared && prepared.kind === "subscription";
    if (!isSubscription) {
      if (!prefersEvents(request)) return false;
      const result = "kind" in prepared ? await prepared.run() : { errors: prepared };
      response.writeHead(200, EVENT_HEADERS).end(only(result));
      return true;
    }
    const requested = await executeLive(prepared.args);
    if (!(requested instanceof LiveSource)) {
      const [type, text] = prefersEvents(request)
        ? [EVENT_HEADERS["content-type"], only(requested)]
        : ["application/json; charset=utf-8", resultText(requested)];
      response.writeHead(200, { "content-type": type }).end(text);
      return true;
    }
    const stream = await streams.begin(response);
    if ("code" in stream) {
      refuse(response, stream);
      return true;
    }
    const complete = (last: Payload) => stream.end(`${last.event()}${COMPLETE}`);
    const leave = joinHub(requested, prepared.args, { ...stream.sink, complete }, errors);
    const unwatch = transport.session.watch(({ code, detail }) => {
      leave("left");
      const result = { errors: [errors.format(refusal(code, detail))] };
      stream.end(`event: next\ndata: ${JSON.stringify(result)}\n\n${COMPLETE}`);
    });
    stream.onLeft(() => {
      unwatch();
      leave("left");
    });
    return true;
  };
}

export function refuse(response: ServerResponse, it: Problem): void {
  response.writeHead(it.status, problemHeaders(it)).end(JSON.stringify(it));
}

/** Whether events are the first media type that a client accepts: then queries are answered with events too. */
export function prefersEvents({ headers }: IncomingMessage): boolean {
  return /^\s*text\/event-stream/.test(headers.accept ?? "");
}
