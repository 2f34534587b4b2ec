// The limit on the cost of an answer, computed before anything of it runs.
import { complexityFromQuery } from "@pothos/plugin-complexity";
import {
  BREAK,
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from "graphql";
import type { Code } from "../../../domain/base/codes.ts";
import type { Limits } from "../../transport/limits.ts";
import { COUNTING, HISTORY, ROWS_PER_FIELD } from "../base/cost.ts";

/** Refuses an operation that may cost more than the limit. */
export function createCostLimit(limits: Pick<Limits, "maxQueryComplexity">) {
  const known = new WeakMap<OperationDefinitionNode, number>();
  return (args: ExecutionArgs): GraphQLError | undefined => {
    const operation = getOperationAST(args.document, args.operationName) as OperationDefinitionNode;
    let cost = known.get(operation);
    if (cost === undefined) {
      cost = costOf(args, operation);
      if (cost !== undefined && !varies(args.document)) known.set(operation, cost);
    }
    const { maxQueryComplexity: most } = limits;
    if (cost === undefined || cost <= most) return undefined;
    const advice = readsHistory(args.document)
      ? `, 1 for every ${ROWS_PER_FIELD} samples or minutes that history reads: ask for fewer assets, a shorter range, larger steps in whole minutes, or smaller pages (first)`
      : ": ask for smaller pages (first), or for less of each item";
    const message = `the query costs ${cost}, and may cost ${most}${advice}`;
    const code: Code = "QUERY_TOO_COMPLEX";
    return new GraphQLError(message, { extensions: { code, http: { status: 400, spec: true } } });
  };
}

/** The cost; undefined where the variables do not fit, which the execution reports. */
function costOf(
  { schema, document, variableValues, contextValue }: ExecutionArgs,
  operation: OperationDefinitionNode,
): number | undefined {
  const variables = variableValues ?? {};
  try {
    return complexityFromQuery(alone(document, operation), {
      schema,
      variables,
      ctx: contextValue as object,
    }).complexity;
  } catch (error) {
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (errors !== undefined) return undefined;
    throw error;
  }
}

/** The document without its other operations: the library computes the cost of the first. */
function alone(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const isOther = (it: DocumentNode["definitions"][number]) =>
    it.kind === Kind.OPERATION_DEFINITION && it !== operation;
  if (!document.definitions.some(isOther)) return document;
  return { ...document, definitions: document.definitions.filter((it) => !isOther(it)) };
}

function readsHistory(document: DocumentNode): boolean {
  let reads = false;
  visit(document, {
    Field({ name }) {
      if (name.value !== HISTORY) return undefined;
      reads = true;
      return BREAK;
    },
  });
  return reads;
}

/** Whether the cost varies: a variable gives the number of items, or history grows. */
function varies(document: DocumentNode): boolean {
  let varies = readsHistory(document);
  visit(document, {
    Argument: ({ name }) => (COUNTING.has(name.value) ? undefined : false),
    Variable() {
      varies = true;
      return BREAK;
    },
    VariableDefinition: () => false,
  });
  return varies;
}
