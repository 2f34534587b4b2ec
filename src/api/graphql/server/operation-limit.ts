// The limits on a valid operation, checked with its variables before anything of it runs.
import { type ExecutionArgs, GraphQLError, getOperationAST, getVariableValues } from "graphql";
import type { Limits } from "../../transport/limits.ts";
import type { GraphContext } from "../base/builder.ts";
import { createCostLimit } from "./cost-limit.ts";
import { deepestNesting, nestsTooDeep, valueNests } from "./nesting.ts";

/** Errors of variables that are listed. */
const MOST_ERRORS = 5;

/** Refuses an operation whose variables do not fit, or whose cost is above the limit. */
export type RefuseOperation = (args: ExecutionArgs) => readonly GraphQLError[] | undefined;

export function createOperationLimit(limits: Limits): RefuseOperation {
  const refuseCostly = createCostLimit(limits);
  return (args) => {
    const deepest = deepestNesting(limits);
    if (valueNests(args.variableValues, deepest)) return [nestsTooDeep("variables", deepest)];
    const errors = variableErrors(args);
    if (errors !== undefined) return errors;
    const costly = refuseCostly(args);
    return costly && [costly];
  };
}

function variableErrors({
  schema,
  document,
  operationName,
  variableValues,
  contextValue,
}: ExecutionArgs): readonly GraphQLError[] | undefined {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions;
  if (!definitions?.length) return undefined;
  const { errors } = getVariableValues(schema, definitions, variableValues ?? {}, {
    maxErrors: MOST_ERRORS,
    hideSuggestions: !(contextValue as GraphContext).session.isSignedIn,
  });
  return errors?.slice(0, MOST_ERRORS).map(asBadRequest);
}

/** The whole error, with the status 400: its cause names no field. */
function asBadRequest({ message, nodes, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    extensions: { ...extensions, http: { status: 400, spec: true } },
  });
}
