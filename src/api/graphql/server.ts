// GraphQL over HTTP and server-sent events, by Yoga; the WebSocket transport uses the same pipeline.
import { getOperationAST, parse, type Source } from "graphql";
import { createYoga, isAsyncIterable, type Plugin, type YogaServerInstance } from "graphql-yoga";
import { problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Hub } from "../stream/hub.ts";
import type { GraphContext } from "./builder.ts";
import { createDocumentCache } from "./document-cache.ts";
import { type ErrorMask, requestRefusal } from "./errors.ts";
import { limitsRule, MAX_TOKENS } from "./limits.ts";
import { schema } from "./schema.ts";

export const LARGEST_BODY = 64 * 1024;

/** What a transport knows of a request. */
export type TransportContext = Pick<GraphContext, "refuseChange">;
export type GraphServer = YogaServerInstance<TransportContext, GraphContext>;

interface GraphServerDeps {
  readonly services: Services;
  readonly hub: Hub;
  readonly runId: string;
  readonly errors: ErrorMask;
}

export function createGraphServer({ services, hub, runId, errors }: GraphServerDeps): GraphServer {
  return createYoga<TransportContext, GraphContext>({
    schema,
    graphqlEndpoint: "/graphql",
    context: () => ({ services, hub, runId }) as GraphContext,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    maxRequestBodySize: LARGEST_BODY,
    logging: false,
    maskedErrors: { maskError: (error) => errors.mask(error), errorMessage: "" },
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: createDocumentCache(),
    },
    plugins: [limits, guardMutations, refuseSubscriptions, codeErrors(errors)],
  });
}

const limits: Plugin = {
  onParse({ setParseFn }) {
    setParseFn((source: string | Source) => parse(source, { maxTokens: MAX_TOKENS }));
  },
  onValidate({ addValidationRule }) {
    addValidationRule(limitsRule);
  },
};

/** A change passes only where its transport and its sender may change something. */
const guardMutations: Plugin<GraphContext> = {
  onExecute({ args, setResultAndStopExecution }) {
    const operation = getOperationAST(args.document, args.operationName)?.operation;
    if (operation !== "mutation") return;
    const refused = args.contextValue.refuseChange();
    if (refused !== undefined) setResultAndStopExecution({ errors: [requestRefusal(refused)] });
  },
};

/** Subscriptions are streamed by our own hub, which Yoga is not asked for. */
const refuseSubscriptions: Plugin = {
  onSubscribe({ setResultAndStopExecution }) {
    const detail = "a subscription is streamed: use a WebSocket, or accept text/event-stream";
    setResultAndStopExecution({ errors: [requestRefusal(problem("NOT_ACCEPTABLE", detail))] });
  },
};

/** Gives every error that leaves over HTTP its code, whoever made it. */
function codeErrors(errors: ErrorMask): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (isAsyncIterable(result) || Array.isArray(result) || !("errors" in result)) return;
      if (result.errors?.length) setResult({ ...result, errors: result.errors.map(errors.mask) });
    },
  };
}
