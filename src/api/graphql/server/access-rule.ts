// The rule on who may run an operation: checked once, over the fields that its document selects of the root.
import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { FIELD_ACCESS } from "../../transport/access.ts";
import type { GraphContext } from "../base/builder.ts";
import { requestRefusal } from "./errors.ts";

const ROOTS = { query: "Query", mutation: "Mutation", subscription: "Subscription" } as const;

const known = new WeakMap<OperationDefinitionNode, readonly string[]>();

/** Refuses an operation that selects a field of the root which the client may not use. */
export function refuseAccess(args: ExecutionArgs): readonly GraphQLError[] | undefined {
  const { session, onRefused } = args.contextValue as GraphContext;
  const operation = getOperationAST(args.document, args.operationName) as OperationDefinitionNode;
  for (const coordinate of coordinatesOf(args.document, operation)) {
    const access = FIELD_ACCESS[coordinate];
    if (access === undefined) throw new Error(`bug: ${coordinate} is not in the table of access`);
    const refused = access === "open" ? undefined : session.refuse(access, coordinate);
    if (refused === undefined) continue;
    onRefused?.(refused);
    return [requestRefusal(refused)];
  }
  return undefined;
}

/** The schema coordinates of what an operation selects of its root, each once. */
function coordinatesOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly string[] {
  const found = known.get(operation);
  if (found !== undefined) return found;
  const names = new Set<string>();
  const spread = new Set<string>();
  collect(document, operation.selectionSet, names, spread);
  const coordinates = [...names].map((name) => `${ROOTS[operation.operation]}.${name}`);
  known.set(operation, coordinates);
  return coordinates;
}

/** Fields of introspection are left out: they have a rule of their own. */
function collect(
  document: DocumentNode,
  { selections }: SelectionSetNode,
  names: Set<string>,
  spread: Set<string>,
): void {
  for (const it of selections) {
    if (it.kind === Kind.FIELD) {
      if (!it.name.value.startsWith("__")) names.add(it.name.value);
    } else if (it.kind === Kind.INLINE_FRAGMENT) collect(document, it.selectionSet, names, spread);
    else if (!spread.has(it.name.value)) {
      spread.add(it.name.value);
      const fragment = document.definitions.find(
        (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === it.name.value,
      );
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION)
        collect(document, fragment.selectionSet, names, spread);
    }
  }
}
