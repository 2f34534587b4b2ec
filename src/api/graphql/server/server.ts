// The pipeline of every operation, built with Yoga, which also serves queries over HTTP.
import {
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  type Source,
} from "graphql";
import { createYoga, isAsyncIterable, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { Tracing } from "../../../domain/ports/tracing.ts";
import type { Hub } from "../../stream/hub.ts";
import type { Limits } from "../../transport/limits.ts";
import { GRAPHQL_PATH } from "../../transport/request-target.ts";
import type { GraphContext } from "../base/builder.ts";
import { createTurns } from "../base/turns.ts";
import { refuseAccess } from "./access-rule.ts";
import { createDocumentCache } from "./document-cache.ts";
import {
  type ErrorMask,
  requestRefusal,
  SUBSCRIPTION_BY_GET,
  SUBSCRIPTION_STREAMED,
} from "./errors.ts";
import { deepestNesting, documentNests, nestsTooDeep } from "./nesting.ts";
import { createOperationLimit, type RefuseOperation } from "./operation-limit.ts";
import { operationSpans } from "./operation-spans.ts";
import { createValidation } from "./validation.ts";

/** The media type of subscriptions over HTTP of Apollo's client, which accepts it first. */
export const MULTIPART = "multipart/mixed";

/** The context that a transport gives. */
export type TransportContext = Pick<GraphContext, "session" | "changeRefusal" | "onRefused">;

export interface GraphServer {
  readonly yoga: YogaServerInstance<TransportContext, GraphContext>;
  readonly refuseOperation: RefuseOperation;
}

interface GraphServerDeps {
  readonly schema: GraphQLSchema;
  readonly hub: Hub;
  readonly runId: string;
  readonly errors: ErrorMask;
  readonly limits: Limits;
  readonly tracing: Tracing;
}

export function createGraphServer(deps: GraphServerDeps): GraphServer {
  const { schema, hub, runId, errors, limits, tracing } = deps;
  const limitOperation = createOperationLimit(limits);
  const refuseOperation: RefuseOperation = (args) => refuseAccess(args) ?? limitOperation(args);
  const yoga = createYoga<TransportContext, GraphContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ session }) =>
      ({ services: session.client, hub, runId, limits, inTurn: createTurns() }) as GraphContext,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    // The body was read already.
    maxRequestBodySize: false,
    logging: false,
    maskedErrors: { maskError: (error) => errors.mask(error), errorMessage: "" },
    parserAndValidationCache: {
      documentCache: createDocumentCache(limits),
      errorCache: createDocumentCache(limits),
      // Validity differs between clients.
      validationCache: false,
    },
    plugins: [
      limitDocuments(limits),
      guard(refuseOperation),
      refuseSubscriptions,
      codeErrors(errors),
      ...(tracing.isOn ? [operationSpans(tracing)] : []),
    ],
  });
  return { yoga, refuseOperation };
}

function limitDocuments(limits: Limits): Plugin<GraphContext> {
  const validateFor = createValidation(limits);
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => {
        const { maxQueryTokens: maxTokens } = limits;
        const deepest = deepestNesting(limits);
        const text = typeof source === "string" ? source : source.body;
        if (documentNests(text, deepest, maxTokens)) throw nestsTooDeep("the document", deepest);
        return parse(source, { maxTokens });
      });
    },
    onValidate({ params: { schema, documentAST }, context, setResult }) {
      setResult(validateFor(schema, documentAST, context) as GraphQLError[]);
    },
  };
}

/** Refuses a mutation where its transport or its client may not change anything, and an operation above the limits. */
function guard(refuseOperation: RefuseOperation): Plugin<GraphContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName)?.operation;
      const refused = operation === "mutation" ? args.contextValue.changeRefusal : undefined;
      const errors = refused ? [requestRefusal(refused)] : refuseOperation(args);
      if (errors !== undefined) setResultAndStopExecution({ errors });
    },
  };
}

/** Subscriptions are streamed by the hub, not by Yoga. */
const refuseSubscriptions: Plugin<{ request: Request }> = {
  onSubscribe({ args, setResultAndStopExecution }) {
    const { method, headers } = args.contextValue.request;
    const refused = method === "GET" ? SUBSCRIPTION_BY_GET : SUBSCRIPTION_STREAMED;
    // Apollo's client shows the errors of a 200, and of any other status only the number.
    const status = headers.get("accept")?.includes(MULTIPART) ? 200 : refused.status;
    setResultAndStopExecution({ errors: [requestRefusal({ ...refused, status })] });
  },
};

/** Gives every error that is sent over HTTP its code. */
function codeErrors(errors: ErrorMask): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (isAsyncIterable(result) || Array.isArray(result) || !("errors" in result)) return;
      if (result.errors?.length) setResult({ ...result, errors: result.errors.map(errors.mask) });
    },
  };
}
