// How large a document may be, and whether it may ask for the schema, before it is looked at any closer.
import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import type { Limits } from "../limits.ts";
import { refusal } from "./errors.ts";

interface Size {
  readonly depth: number;
  readonly aliases: number;
}

/**
 * Refuses documents that nest too deep or ask for too much under other names, fragments counted where
 * they are spread. Introspection has its own limit in the library.
 */
export function createSizeRule({ maxQueryDepth, maxQueryAliases }: Limits): ValidationRule {
  return function sizeRule(context) {
    const sizeOf = createMeasure(context);
    return {
      OperationDefinition(operation) {
        const { depth, aliases } = sizeOf(operation.selectionSet);
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
      },
    };
  };
}

/** Refuses every question about the schema, once for each document. */
export function introspectionRule(context: ValidationContext): ASTVisitor {
  const refused = refusal(
    "INTROSPECTION_OFF",
    "this server does not tell its schema: leave out __schema and __type, and read its schema.graphql",
  );
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
}

function createMeasure(context: ValidationContext) {
  const sizes = new Map<string, Size>();
  const open = new Set<string>();

  function sizeOfFragment(fragment: FragmentDefinitionNode): Size {
    const name = fragment.name.value;
    const known = sizes.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) return { depth: 0, aliases: 0 }; // A cycle, which another rule refuses.
    open.add(name);
    const size = sizeOf(fragment.selectionSet);
    sizes.set(name, size);
    return size;
  }

  function sizeOf(set: SelectionSetNode | undefined): Size {
    let [depth, aliases] = [0, 0];
    for (const selection of set?.selections ?? []) {
      let inner: Size = { depth: 0, aliases: 0 };
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) inner = sizeOfFragment(fragment);
      } else {
        if (selection.kind === Kind.FIELD && selection.name.value.startsWith("__")) continue;
        inner = sizeOf(selection.selectionSet);
        if (selection.kind === Kind.FIELD)
          inner = {
            depth: inner.depth + 1,
            aliases: inner.aliases + (selection.alias === undefined ? 0 : 1),
          };
      }
      depth = Math.max(depth, inner.depth);
      aliases += inner.aliases;
    }
    return { depth, aliases };
  }

  return sizeOf;
}
