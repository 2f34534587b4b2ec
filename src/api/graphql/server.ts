// The pipeline that every operation goes through, made by Yoga, which also answers queries over HTTP.
import type { IncomingMessage } from "node:http";
import {
  type ExecutionArgs,
  type GraphQLError,
  getOperationAST,
  parse,
  type Source,
} from "graphql";
import { createYoga, isAsyncIterable, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { Limits } from "../limits.ts";
import { problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Hub } from "../stream/hub.ts";
import type { GraphContext } from "./builder.ts";
import { createCostLimit } from "./cost.ts";
import { createDocumentCache } from "./document-cache.ts";
import { type ErrorMask, requestRefusal, SUBSCRIPTION_BY_POST } from "./errors.ts";
import { createSizeRule, introspectionRule } from "./limits.ts";
import { schema } from "./schema.ts";

/** What a transport knows of a request. */
export type TransportContext = Pick<GraphContext, "refuseChange">;

export interface GraphServer {
  readonly yoga: YogaServerInstance<TransportContext, GraphContext>;
  /** Refuses an operation whose answer may have more than is allowed. */
  refuseCostly(args: ExecutionArgs): GraphQLError | undefined;
}

interface GraphServerDeps {
  readonly services: Services;
  readonly hub: Hub;
  readonly runId: string;
  readonly errors: ErrorMask;
  readonly limits: Limits;
}

export function createGraphServer(deps: GraphServerDeps): GraphServer {
  const { services, hub, runId, errors, limits } = deps;
  const refuseCostly = createCostLimit(limits.maxQueryComplexity);
  const yoga = createYoga<TransportContext, GraphContext>({
    schema,
    graphqlEndpoint: "/graphql",
    context: () => ({ services, hub, runId, limits }) as GraphContext,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    // What comes here was read already.
    maxRequestBodySize: false,
    logging: false,
    maskedErrors: { maskError: (error) => errors.mask(error), errorMessage: "" },
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: createDocumentCache(),
    },
    plugins: [limitDocuments(limits), guard(refuseCostly), refuseSubscriptions, codeErrors(errors)],
  });
  return { yoga, refuseCostly };
}

function limitDocuments(limits: Limits): Plugin {
  const sizeRule = createSizeRule(limits);
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => parse(source, { maxTokens: limits.maxQueryTokens }));
    },
    onValidate({ addValidationRule }) {
      addValidationRule(sizeRule);
      if (!limits.introspection) addValidationRule(introspectionRule);
    },
  };
}

/** A change passes only where its transport and its sender may change something, and nothing that costs too much. */
function guard(refuseCostly: GraphServer["refuseCostly"]): Plugin<GraphContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName)?.operation;
      const refused = operation === "mutation" ? args.contextValue.refuseChange() : undefined;
      const error = refused ? requestRefusal(refused) : refuseCostly(args);
      if (error !== undefined) setResultAndStopExecution({ errors: [error] });
    },
  };
}

/** Subscriptions are streamed by our own hub, which Yoga is not asked for. */
const refuseSubscriptions: Plugin<{ request: Pick<IncomingMessage, "method"> }> = {
  onSubscribe({ args, setResultAndStopExecution }) {
    const detail = "a subscription is streamed: use a WebSocket, or accept text/event-stream";
    const isGet = args.contextValue.request.method === "GET";
    const refused = isGet ? SUBSCRIPTION_BY_POST : problem("NOT_ACCEPTABLE", detail);
    setResultAndStopExecution({ errors: [requestRefusal(refused)] });
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
