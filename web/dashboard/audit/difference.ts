// What a change changed: the fields of a target before and after it, by their path.

export interface FieldChange {
  /** `window.start_at` for example; empty: the value itself. */
  readonly path: string;
  /** As text; undefined: there was none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A longer list is shown by its first fields. */
const MOST_FIELDS = 200;

/** The fields that differ, in the order in which they stand; all of them where something was made or removed. */
export function differenceOf(before: unknown, after: unknown): readonly FieldChange[] {
  const [old, next] = [fieldsOf(before), fieldsOf(after)];
  const changes: FieldChange[] = [];
  for (const path of new Set([...old.keys(), ...next.keys()])) {
    const change = { path, before: old.get(path), after: next.get(path) };
    if (change.before !== change.after) changes.push(change);
    if (changes.length === MOST_FIELDS) break;
  }
  return changes;
}

/** Every value by its path; null is nothing. */
function fieldsOf(value: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const visit = (one: unknown, path: string): void => {
    if (one === null || one === undefined) return;
    if (typeof one !== "object") {
      fields.set(path, String(one));
      return;
    }
    const entries = Array.isArray(one)
      ? one.map((item, index) => [String(index + 1), item] as const)
      : Object.entries(one);
    for (const [name, item] of entries) visit(item, path === "" ? name : `${path}.${name}`);
  };
  visit(value, "");
  return fields;
}
