// The columns of the numbers of sites and assets.
import type { HasDefault } from "drizzle-orm";
import { doublePrecision } from "drizzle-orm/pg-core";
import {
  type DefaultedIn,
  isOptional,
  type NumberField,
  type NumberFields,
  type OptionalIn,
  outerNamesIn,
  type RequiredIn,
} from "../../domain/base/number-field.ts";

const float = (name: string) => doublePrecision(name).notNull();

/** A column for each number: one that an item may be without is null. */
export function numberColumns<F extends NumberFields>(fields: F) {
  const entries = outerNamesIn(fields).map(([name, column]) => {
    const field = fields[name] as NumberField;
    if (isOptional(field)) return [name, doublePrecision(column)];
    const { default: fallback } = field;
    return [name, fallback === undefined ? float(column) : float(column).default(fallback)];
  });
  return Object.fromEntries(entries) as Record<RequiredIn<F>, ReturnType<typeof float>> &
    Record<DefaultedIn<F>, HasDefault<ReturnType<typeof float>>> &
    Record<OptionalIn<F>, ReturnType<typeof doublePrecision>>;
}
