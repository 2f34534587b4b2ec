// Rows that are sent as one JSON text, which preserves doubles; with columns of the schema.
import type { PgColumn } from "drizzle-orm/pg-core";

/** Columns by the fields of an item. */
export type Columns = Readonly<Record<string, PgColumn>>;

export function namesOf(columns: Columns): string[] {
  return Object.values(columns).map(({ name }) => name);
}

/** The names with their types, as SQL. */
export function definitionsOf(columns: Columns): string {
  return Object.values(columns)
    .map((column) => `${column.name} ${column.getSQLType()}`)
    .join(", ");
}

/** Items as rows, for a parameter that is cast to `text` and then to `json`. */
export function rowsJson<C extends Columns>(
  columns: C,
  items: readonly { readonly [F in keyof C]: unknown }[],
): string {
  const cells = Object.entries(columns).map(
    ([field, column]) => [field, column.name, isInstant(column)] as const,
  );
  const rows = items.map((item) => {
    const row: Record<string, unknown> = {};
    for (const [field, name, isMs] of cells) {
      const value = item[field];
      row[name] = isMs && typeof value === "number" ? new Date(value).toISOString() : value;
    }
    return row;
  });
  return JSON.stringify(rows);
}

function isInstant(column: PgColumn): boolean {
  return column.getSQLType() === "timestamp with time zone";
}
