// Types of columns that several tables have.
import { customType, doublePrecision, timestamp } from "drizzle-orm/pg-core";
import { snakeCase } from "../../domain/base/snake-case.ts";

const float = (column: string) => doublePrecision(column).notNull();

/** A column of numbers for each field, by the name of the field. */
export const floats = <F extends string>(fields: readonly F[]) => {
  const columns = fields.map((field) => [field, float(snakeCase(field))]);
  return Object.fromEntries(columns) as Record<F, ReturnType<typeof float>>;
};

/** The same, null where a value is not known. */
export const optionalFloats = <F extends string>(fields: readonly F[]) => {
  const columns = fields.map((field) => [field, doublePrecision(snakeCase(field))]);
  return Object.fromEntries(columns) as Record<F, ReturnType<typeof doublePrecision>>;
};

/** An instant that the program counts in ms since the epoch. */
export const millis = customType<{ data: number; driverData: Date | string }>({
  dataType: () => "timestamp with time zone",
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: (at) => new Date(at).getTime(),
});

/** An instant as a date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
