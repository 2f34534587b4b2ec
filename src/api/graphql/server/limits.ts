// Limits on the size of a document, and on introspection, checked before the other rules.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import type { Limits } from "../../transport/limits.ts";
import { refusal } from "../base/refusal.ts";

interface Size {
  readonly depth: number;
  readonly aliases: number;
  /** Those among them of `__typename`. */
  readonly typeAliases: number;
}

const NOTHING: Size = { depth: 0, aliases: 0, typeAliases: 0 };
/** Aliases of `__typename`, which all have the same value. */
const MOST_TYPE_ALIASES = 100;

/**
 * Refuses documents that nest too deep or have too many aliases, fragments counted where they are
 * spread.
 */
export function sizeRule({ maxQueryDepth, maxQueryAliases }: Limits): ValidationRule {
  return (context) => {
    const sizeOf = createMeasure(context);
    return {
      OperationDefinition(operation) {
        const { depth, aliases, typeAliases } = sizeOf(operation.selectionSet);
        if (depth > maxQueryDepth)
          context.reportError(
            refusal(
              "QUERY_TOO_DEEP",
              `fields may nest ${maxQueryDepth} deep, not ${depth}: ask in two queries`,
            ),
          );
        if (aliases > maxQueryAliases)
          context.reportError(
            refusal(
              "TOO_MANY_ALIASES",
              `a query may have ${maxQueryAliases} aliases, not ${aliases}: ask for a list`,
            ),
          );
        else if (typeAliases > MOST_TYPE_ALIASES)
          context.reportError(
            refusal(
              "TOO_MANY_ALIASES",
              `__typename may have ${MOST_TYPE_ALIASES} aliases in a query, not ${typeAliases}: ask for it without any`,
            ),
          );
      },
    };
  };
}

/** Refuses introspection, once for each document. */
export function introspectionRule(refused: GraphQLError): ValidationRule {
  return (context) => {
    let reported = false;
    const once: ValidationContext = Object.create(context, {
      reportError: {
        value() {
          if (!reported) context.reportError(refused);
          reported = true;
        },
      },
    });
    return NoSchemaIntrospectionCustomRule(once);
  };
}

function createMeasure(context: ValidationContext) {
  const sizes = new Map<string, Size>();
  const open = new Set<string>();

  function sizeOfFragment(fragment: FragmentDefinitionNode): Size {
    const name = fragment.name.value;
    const known = sizes.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) return NOTHING; // A cycle, which another rule refuses.
    open.add(name);
    const size = sizeOf(fragment.selectionSet);
    sizes.set(name, size);
    return size;
  }

  function sizeOfField({ name, alias, selectionSet }: FieldNode): Size {
    const { depth, aliases, typeAliases } = sizeOf(selectionSet);
    const own = alias === undefined ? 0 : 1;
    return {
      // Introspection has its own limit in the library.
      depth: name.value.startsWith("__") ? 0 : depth + 1,
      aliases: aliases + own,
      typeAliases: typeAliases + (name.value === "__typename" ? own : 0),
    };
  }

  function sizeOfSelection(selection: SelectionNode): Size {
    if (selection.kind === Kind.FIELD) return sizeOfField(selection);
    if (selection.kind === Kind.INLINE_FRAGMENT) return sizeOf(selection.selectionSet);
    const fragment = context.getFragment(selection.name.value);
    return fragment ? sizeOfFragment(fragment) : NOTHING;
  }

  function sizeOf(set: SelectionSetNode | undefined): Size {
    let [depth, aliases, typeAliases] = [0, 0, 0];
    for (const selection of set?.selections ?? []) {
      const inner = sizeOfSelection(selection);
      depth = Math.max(depth, inner.depth);
      aliases += inner.aliases;
      typeAliases += inner.typeAliases;
    }
    return { depth, aliases, typeAliases };
  }

  return sizeOf;
}
