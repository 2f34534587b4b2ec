// The shape of the answer to a subscription, read from its document.
import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  Kind,
  type SelectionSetNode,
  visit,
} from "graphql";
import { SAMPLES, SELECTING } from "../base/live.ts";
import { createRowWriter, type RowWriter } from "./row-writer.ts";

export interface LiveShape {
  /** Key of the answer's only field. */
  readonly root: string;
  /** Keys below the root whose lists have one sample for each asset. */
  readonly sampleLists: ReadonlySet<string>;
  /** The row writer of each of these lists, where all of them select plain values. */
  readonly writers: ReadonlyMap<string, RowWriter> | undefined;
  /** Variables that select assets or where to begin, and nothing else. */
  readonly selectionVariables: ReadonlySet<string>;
}

const known = new WeakMap<DocumentNode, Map<string | undefined, LiveShape>>();

/** The shape of a valid subscription; read once for each document. */
export function liveShapeOf({ schema, document, operationName: given }: ExecutionArgs): LiveShape {
  const operationName = given ?? undefined;
  const shapes = known.get(document) ?? new Map<string | undefined, LiveShape>();
  known.set(document, shapes);
  const found = shapes.get(operationName);
  if (found !== undefined) return found;
  const shape = readShape(schema, document, operationName);
  shapes.set(operationName, shape);
  return shape;
}

function readShape(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): LiveShape {
  const fragments = new Map(
    document.definitions.flatMap((it) =>
      it.kind === Kind.FRAGMENT_DEFINITION ? [[it.name.value, it.selectionSet] as const] : [],
    ),
  );
  const fieldsOf = (set: SelectionSetNode | undefined): FieldNode[] =>
    (set?.selections ?? []).flatMap((it) => {
      if (it.kind === Kind.FIELD) return [it];
      if (it.kind === Kind.INLINE_FRAGMENT) return fieldsOf(it.selectionSet);
      return fieldsOf(fragments.get(it.name.value));
    });
  const roots = fieldsOf(getOperationAST(document, operationName)?.selectionSet);
  const samples = roots
    .flatMap((root) => fieldsOf(root.selectionSet))
    .filter(({ name }) => name.value === SAMPLES);
  return {
    root: keyOf(roots[0] as FieldNode),
    sampleLists: new Set(samples.map(keyOf)),
    writers: writersOf(schema, roots[0] as FieldNode, samples),
    selectionVariables: selectionVariables(document, roots),
  };
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function writersOf(
  schema: GraphQLSchema,
  root: FieldNode,
  lists: readonly FieldNode[],
): LiveShape["writers"] {
  const writers = new Map<string, RowWriter>();
  for (const list of lists) {
    const frame = outputOf(schema.getSubscriptionType(), root);
    const sample = outputOf(frame, list);
    const write = sample && createRowWriter(sample, list);
    // A list that is selected in several places is merged by the execution.
    if (write === undefined || writers.has(keyOf(list))) return undefined;
    writers.set(keyOf(list), write);
  }
  return writers.size > 0 ? writers : undefined;
}

/** The object type of a field. */
function outputOf(
  type: GraphQLObjectType | null | undefined,
  { name }: FieldNode,
): GraphQLObjectType | undefined {
  const field = type?.getFields()[name.value];
  return field && (getNamedType(field.type) as GraphQLObjectType);
}

function selectionVariables(document: DocumentNode, roots: readonly FieldNode[]): Set<string> {
  const selecting = roots.flatMap((root) =>
    (root.arguments ?? []).flatMap(({ name, value }) => {
      if (!SELECTING.has(name.value)) return [];
      // The list itself, or its items.
      if (value.kind === Kind.VARIABLE) return [value];
      return value.kind === Kind.LIST ? value.values.filter((it) => it.kind === Kind.VARIABLE) : [];
    }),
  );
  const uses = new Map<string, number>();
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      uses.set(name.value, (uses.get(name.value) ?? 0) + 1);
    },
  });
  const chosen = new Map<string, number>();
  for (const { name } of selecting) chosen.set(name.value, (chosen.get(name.value) ?? 0) + 1);
  return new Set([...chosen.keys()].filter((name) => uses.get(name) === chosen.get(name)));
}
