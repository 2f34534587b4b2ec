// Types of columns that several tables have.
import type { HasDefault } from "drizzle-orm";
import { customType, doublePrecision, timestamp } from "drizzle-orm/pg-core";
import {
  type DefaultedIn,
  isOptional,
  type NumberField,
  type NumberFields,
  type OptionalIn,
  outerNamesIn,
  type RequiredIn,
} from "../../domain/base/number-field.ts";
import { snakeCase } from "../../domain/base/snake-case.ts";

const float = (column: string) => doublePrecision(column).notNull();

/** A column of numbers for each field, by the name of the field. */
export const floats = <F extends string>(fields: readonly F[]) => {
  const columns = fields.map((field) => [field, float(snakeCase(field))]);
  return Object.fromEntries(columns) as Record<F, ReturnType<typeof float>>;
};

/** Numbers of sites or assets: one that they may be without is null. */
export const numbers = <F extends NumberFields>(fields: F) => {
  const entries = outerNamesIn(fields).map(([name, column]) => {
    const field = fields[name] as NumberField;
    if (isOptional(field)) return [name, doublePrecision(column)];
    const { default: fallback } = field;
    return [name, fallback === undefined ? float(column) : float(column).default(fallback)];
  });
  return Object.fromEntries(entries) as Record<RequiredIn<F>, ReturnType<typeof float>> &
    Record<DefaultedIn<F>, HasDefault<ReturnType<typeof float>>> &
    Record<OptionalIn<F>, ReturnType<typeof doublePrecision>>;
};

/** An instant that the program counts in ms since the epoch. */
export const millis = customType<{ data: number; driverData: Date | string }>({
  dataType: () => "timestamp with time zone",
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: (at) => new Date(at).getTime(),
});

/** An instant as a date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
