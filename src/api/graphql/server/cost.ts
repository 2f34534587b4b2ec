// What an answer may cost, reckoned before it is made: one for each of its fields, and lists by their `first`.
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
import { PAGE_LARGEST } from "../../transport/limits.ts";

/** A field that asks the store, or adds up assets, costs as much as so many that do not. */
export const READING = 100;
/** Assets of a frame, unless they are listed: so many that each may not ask the store. */
const FRAME_ASSETS = 1000;
/** Arguments that costs depend on. */
const COUNTING = new Set([
  ...["first", "assetIds", "siteIds", "input", "inputs"],
  ...["from", "until", "stepS"],
]);
/** Rows of the store that cost as much as one field of an answer. */
export const ROWS_PER_FIELD = 20;
/** The field that reads them: more each time, as more is stored. */
const HISTORY = "history";

/** What a page costs: all that is below it, as often as it may have items. */
export function pageCost(fallback: number, field = 1) {
  return ({ first }: { readonly first?: number | null | undefined }) => ({
    field,
    multiplier: Math.min(Math.max(first ?? fallback, 0), PAGE_LARGEST),
  });
}

/** What a frame costs. It is made once for all that ask for the same, so that a whole fleet is not counted up. */
export function frameCost({ assetIds, siteIds }: FrameArgs) {
  const count = siteIds == null ? assetIds?.length : undefined;
  return { field: 1, multiplier: Math.min(count ?? FRAME_ASSETS, FRAME_ASSETS) };
}

interface FrameArgs {
  readonly assetIds?: readonly string[] | null | undefined;
  readonly siteIds?: readonly string[] | null | undefined;
}

/** Refuses what may cost more than this, before it runs. */
export function createCostLimit(most: number) {
  const known = new WeakMap<OperationDefinitionNode, number>();
  return (args: ExecutionArgs): GraphQLError | undefined => {
    const operation = getOperationAST(args.document, args.operationName) as OperationDefinitionNode;
    let cost = known.get(operation);
    if (cost === undefined) {
      cost = costOf(args, operation);
      if (cost !== undefined && !varies(args.document)) known.set(operation, cost);
    }
    if (cost === undefined || cost <= most) return undefined;
    const advice = readsHistory(args.document)
      ? `, 1 for every ${ROWS_PER_FIELD} samples or minutes that history reads: ask for fewer assets, a shorter range, larger steps in whole minutes, or smaller pages (first)`
      : ": ask for smaller pages (first), or for less of each item";
    const message = `the query costs ${cost}, and may cost ${most}${advice}`;
    const code: Code = "QUERY_TOO_COMPLEX";
    return new GraphQLError(message, { extensions: { code, http: { status: 400, spec: true } } });
  };
}

/** undefined where the variables do not fit, which is for the execution to say. */
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

/** The document without its other operations: the library reckons the first. */
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

/** Whether the cost is another one each time: a variable says how many items are asked for, or history grows. */
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
