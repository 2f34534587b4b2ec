// Issues of the shape of a value, in our words: the end of a sentence that begins with the name of a field.
import { readDecimal } from "./decimal.ts";
import { quoted } from "./quote.ts";

/** An issue of the schemas of all edges. */
export interface ShapeIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: string;
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly format?: string;
  readonly values?: readonly unknown[];
  readonly errors?: readonly (readonly ShapeIssue[])[];
}

/** The beginning of the schema library's own messages. */
const OF_LIBRARY = /^(Invalid|Too (big|small)|Unrecognized)\b/;

/** @param root The value that the schema was given. */
export function describeIssue(issue: ShapeIssue, root: unknown): string {
  const value = valueAt(root, issue.path);
  const inner = branchOf(issue);
  if (inner !== undefined) return describeIssue(inner, value);
  if (issue.code === "custom") return issue.message;
  const must = mustOf(issue);
  if (value === undefined) return must.startsWith("must") ? `is missing: it ${must}` : must;
  if (issue.origin === "array") return must;
  return `${must}, not ${quoted(value)}${adviceOf(issue, value)}`;
}

/** The rule of the value, without the value itself, which may be a secret. */
export function mustOf(issue: ShapeIssue): string {
  if (!OF_LIBRARY.test(issue.message)) return issue.message;
  const { code, expected = "", origin, minimum, maximum, inclusive, values, errors } = issue;
  if (code === "invalid_type") return `must be ${NOUNS[expected] ?? `a ${expected}`}`;
  if (code === "invalid_value") return `must be ${listOf((values ?? []).map(String))}`;
  if (code === "too_small")
    return isCounted(origin)
      ? atLeast(Number(minimum), origin)
      : `must be ${inclusive ? "at least" : "above"} ${minimum}`;
  if (code === "too_big")
    return isCounted(origin)
      ? `must have at most ${countOf(Number(maximum), origin)}`
      : `must be ${inclusive ? "at most" : "below"} ${maximum}`;
  if (code === "invalid_union" && errors !== undefined)
    return `must be ${listOf(errors.flatMap(([first]) => (first ? [mustOf(first).replace(/^must be /, "")] : [])))}`;
  return `must be a valid ${issue.format ?? "value"}`;
}

const NOUNS: Readonly<Record<string, string>> = {
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

const isCounted = (origin: string | undefined): origin is "string" | "array" =>
  origin === "string" || origin === "array";

function atLeast(count: number, origin: "string" | "array"): string {
  if (count === 1 && origin === "string") return "must not be empty";
  return `must have at least ${countOf(count, origin)}`;
}

function countOf(count: number, origin: "string" | "array"): string {
  const noun = origin === "string" ? "character" : "item";
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function listOf(values: readonly string[]): string {
  return values.length < 2
    ? values.join()
    : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

/** The correct form, where a number was meant. */
function adviceOf({ code, expected }: ShapeIssue, value: unknown): string {
  const isNumber = code === "invalid_type" && (expected === "number" || expected === "int");
  if (!isNumber || typeof value !== "string" || !/\d|inf|nan/i.test(value)) return "";
  if (readDecimal(value) !== undefined) return ": write it without quotes";
  return ": write it in decimal, like 12.5";
}

/** The issue of the intended form of a union: the form whose type the value has. */
function branchOf({ code, errors }: ShapeIssue): ShapeIssue | undefined {
  if (code !== "invalid_union" || errors === undefined) return undefined;
  const meant = errors.filter(
    ([first]) => first && !(first.code === "invalid_type" && first.path.length === 0),
  );
  return meant.length === 1 ? meant[0]?.[0] : undefined;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    root,
  );
}
