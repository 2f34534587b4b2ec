// The field in which the value of a setting is typed, by the JSON Schema of the setting. What the pages do not know of a schema, the server checks.
import type { NumberRule } from "../text/number.ts";

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: unknown;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

export interface TextRule {
  readonly shortest: number;
  readonly longest: number;
  readonly pattern: RegExp | undefined;
}

export interface ListRule {
  readonly fewest: number;
  readonly most: number;
  readonly isUnique: boolean;
}

/** An item of a list, which is one line. */
export type ItemField =
  | { readonly kind: "number"; readonly rule: NumberRule }
  | { readonly kind: "text"; readonly rule: TextRule }
  | { readonly kind: "choice"; readonly options: readonly unknown[] };

export type ValueField =
  | ItemField
  | { readonly kind: "list"; readonly item: ItemField; readonly rule: ListRule }
  /** Any other value, as its text. */
  | { readonly kind: "json" };

export function fieldOf(jsonSchema: unknown): ValueField {
  const schema = (jsonSchema ?? {}) as Schema;
  if (schema.type !== "array") return itemOf(schema) ?? { kind: "json" };
  const item = itemOf((schema.items ?? {}) as Schema);
  if (item === undefined) return { kind: "json" };
  const { minItems: fewest = 0, maxItems: most = Infinity, uniqueItems: isUnique = false } = schema;
  return { kind: "list", item, rule: { fewest, most, isUnique } };
}

function itemOf(schema: Schema): ItemField | undefined {
  const { type } = schema;
  if (schema.enum !== undefined) return { kind: "choice", options: schema.enum };
  if (type === "boolean") return { kind: "choice", options: [true, false] };
  if (type === "number" || type === "integer")
    return { kind: "number", rule: numberRule(schema, type === "integer") };
  return type === "string" ? { kind: "text", rule: textRule(schema) } : undefined;
}

function numberRule(schema: Schema, isWhole: boolean): NumberRule {
  const { minimum: least, maximum: most, exclusiveMinimum: above } = schema;
  return {
    isWhole,
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
    ...(above !== undefined && { above }),
  };
}

function textRule({ minLength: shortest = 0, maxLength: longest = Infinity, pattern }: Schema) {
  return { shortest, longest, pattern: patternOf(pattern) };
}

/** A pattern of another dialect is left to the server. */
function patternOf(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}
