// The numbers of sites and assets in REST, by their tables.
import type { z } from "@hono/zod-openapi";
import {
  answerText,
  type ChangeableIn,
  changeableIn,
  changeText,
  givenText,
  isOptional,
  isRequired,
  type NameIn,
  type NumberField,
  type NumberFields,
  type NumbersOf,
  namesIn,
  type OptionalIn,
  type RequiredIn,
} from "../../../domain/base/number-field.ts";
import { type Snake, snakeCase } from "../../../domain/base/snake-case.ts";
import { quantity } from "../base/schemas.ts";

type OrNull = z.ZodNullable<z.ZodNumber>;

function shapeOf<F extends NumberFields>(
  fields: F,
  names: readonly NameIn<F>[],
  schemaOf: (field: NumberField) => z.ZodType,
) {
  return Object.fromEntries(
    names.map((name) => [snakeCase(name), schemaOf(fields[name] as NumberField)]),
  );
}

/** Of an answer: null for a number that an item is without. */
export function answered<F extends NumberFields>(fields: F) {
  return shapeOf(fields, namesIn(fields), (field) => {
    const number = quantity(answerText(field));
    return isOptional(field) ? number.nullable() : number;
  }) as { [N in NameIn<F> as Snake<N>]: N extends OptionalIn<F> ? OrNull : z.ZodNumber };
}

/** Of a new item. */
export function given<F extends NumberFields>(fields: F) {
  return shapeOf(fields, namesIn(fields), (field) => {
    const number = quantity(givenText(field));
    return isRequired(field) ? number : number.nullish();
  }) as {
    [N in NameIn<F> as Snake<N>]: N extends RequiredIn<F> ? z.ZodNumber : z.ZodOptional<OrNull>;
  };
}

/** Of a change: null removes a number. */
export function changed<F extends NumberFields>(fields: F) {
  return shapeOf(fields, changeableIn(fields), (field) => {
    const number = quantity(changeText(field));
    return isOptional(field) ? number.nullable() : number;
  }) as { [N in ChangeableIn<F> as Snake<N>]: N extends OptionalIn<F> ? OrNull : z.ZodNumber };
}

/** The numbers of an item as they are answered. */
export function numbersJson<F extends NumberFields>(
  keys: readonly (readonly [NameIn<F>, Snake<NameIn<F>>])[],
  item: NumbersOf<F>,
) {
  // Not by Object.fromEntries, which takes several times as long: a fleet may have 100,000 assets.
  const json: Record<string, number | null> = {};
  for (const [name, key] of keys)
    json[key] = (item as Partial<Record<string, number>>)[name] ?? null;
  return json as { [N in NameIn<F> as Snake<N>]: N extends OptionalIn<F> ? number | null : number };
}
