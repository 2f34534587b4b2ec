// How large a document may be before it is looked at any closer.
import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";
import { refusal } from "./errors.ts";

export const MAX_TOKENS = 5_000;
const MAX_DEPTH = 15;
const MAX_ALIASES = 200;

interface Size {
  readonly depth: number;
  readonly aliases: number;
}

/**
 * Refuses documents that nest too deep or ask for too much under other names, fragments counted where
 * they are spread. Introspection has its own limit in the library.
 */
export function limitsRule(context: ValidationContext): ASTVisitor {
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

  return {
    OperationDefinition(operation) {
      const { depth, aliases } = sizeOf(operation.selectionSet);
      if (depth > MAX_DEPTH)
        context.reportError(
          refusal(
            "QUERY_TOO_DEEP",
            `fields may nest ${MAX_DEPTH} deep, not ${depth}: ask in two queries`,
          ),
        );
      if (aliases > MAX_ALIASES)
        context.reportError(
          refusal(
            "TOO_MANY_ALIASES",
            `a query may have ${MAX_ALIASES} aliases, not ${aliases}: ask for a list`,
          ),
        );
    },
  };
}
