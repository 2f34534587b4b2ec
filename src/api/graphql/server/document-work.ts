// The work of the validation of a document, counted before any rule runs: the rule on fields that merge compares every pair
// of fields with the same name, and every pair of fragments.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";

/**
 * Counts the fields, spreads, directives and values of each operation, with its fragments where they are spread, and
 * the pairs of each selection. The count stops above `most`, so that counting is never more work than that.
 *
 * @param document Its fragments may not spread themselves.
 */
export function documentWork(document: DocumentNode, most: number): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const it of document.definitions)
    if (it.kind === Kind.FRAGMENT_DEFINITION) fragments.set(it.name.value, it);
  const spread = new Set<SelectionSetNode>();
  const sizes = new Map<SelectionNode, number>();
  let work = 0;

  function sizeOf(selection: SelectionNode): number {
    const size = sizes.get(selection) ?? ownSize(selection);
    sizes.set(selection, size);
    return size;
  }

  /** Counts selections that are merged into one, as those of several fields with the same name are. */
  function countMerged(sets: readonly SelectionSetNode[]): void {
    const fields = new Map<string, FieldNode[]>();
    const names = new Set<string>();
    const waiting = [...sets];
    for (let set = waiting.pop(); set !== undefined && work <= most; set = waiting.pop())
      for (const selection of set.selections) {
        work += sizeOf(selection);
        if (selection.kind === Kind.INLINE_FRAGMENT) waiting.push(selection.selectionSet);
        else if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const same = fields.get(key) ?? [];
          fields.set(key, same);
          work += (same.push(selection) - 1) * (1 + (selection.arguments?.length ?? 0));
        } else {
          const { value: name } = selection.name;
          if (names.has(name)) continue;
          work += names.size;
          names.add(name);
          const inner = fragments.get(name)?.selectionSet;
          if (inner === undefined) continue;
          spread.add(inner);
          waiting.push(inner);
        }
      }
    work += fields.size * names.size;
    for (const same of fields.values()) {
      if (work > most) return;
      const below = same.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) countMerged(below);
    }
  }

  for (const it of document.definitions)
    if (it.kind === Kind.OPERATION_DEFINITION) countMerged([it.selectionSet]);
  // Fragments that are never spread are validated too.
  for (const it of document.definitions)
    if (it.kind === Kind.FRAGMENT_DEFINITION && !spread.has(it.selectionSet))
      countMerged([it.selectionSet]);
  return work;
}

/** A selection with its directives, arguments and values, without what is selected below it. */
function ownSize(selection: SelectionNode): number {
  const { directives } = selection;
  const args = selection.kind === Kind.FIELD ? selection.arguments : undefined;
  if (!directives?.length && !args?.length) return 1;
  let size = 0;
  visit(selection, {
    enter({ kind }) {
      if (kind === Kind.SELECTION_SET) return false;
      if (kind !== Kind.NAME) size++;
      return undefined;
    },
  });
  return size;
}
