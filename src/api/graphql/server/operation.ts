// An operation: parsed, validated, limited and masked alike for every transport.
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
} from "graphql";
import type { SubscribePayload } from "graphql-ws";
import { type ErrorMask, OPERATION_UNNAMED, requestRefusal } from "./errors.ts";
import { refusePersistedQuery } from "./persisted-query.ts";
import type { GraphServer, TransportContext } from "./server.ts";

/** An operation that is ready to run. */
export interface Operation {
  readonly kind: "query" | "mutation" | "subscription";
  readonly args: ExecutionArgs;
  /** Runs it once, unless it is a subscription. */
  run(): Promise<ExecutionResult>;
}

/**
 * Parses and validates.
 *
 * @returns The operation, or the errors that a client may see.
 */
export async function prepareOperation(
  graph: GraphServer,
  errors: ErrorMask,
  request: SubscribePayload,
  transport: TransportContext,
): Promise<Operation | readonly GraphQLError[]> {
  const persisted = refusePersistedQuery(request);
  if (persisted !== undefined) return [requestRefusal(persisted)];
  const { query, variables } = request;
  const operationName = request.operationName || null;
  const enveloped = graph.yoga.getEnveloped(transport as never);
  const { schema, contextFactory } = enveloped;
  try {
    const document = enveloped.parse(query);
    const invalid = enveloped.validate(schema, document);
    if (invalid.length > 0) return invalid.map(errors.mask);
    const kind = getOperationAST(document, operationName)?.operation;
    if (kind === undefined) return [requestRefusal(OPERATION_UNNAMED)];
    const args = {
      schema,
      document,
      operationName,
      variableValues: variables ?? {},
      contextValue: await contextFactory(),
    } as ExecutionArgs;
    // A query or a mutation is refused where it runs, as over HTTP.
    const costly = kind === "subscription" ? graph.refuseOperation(args) : undefined;
    if (costly !== undefined) return costly.map(errors.mask);
    return {
      kind,
      args,
      run: async () => enveloped.execute(args) as Promise<ExecutionResult>,
    };
  } catch (error) {
    return [errors.mask(error)];
  }
}
