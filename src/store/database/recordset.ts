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

type Item<C extends Columns> = { readonly [F in keyof C]: unknown };

/** Items as rows, for a parameter that is cast to `text` and then to `json`. */
export function rowsJson<C extends Columns>(columns: C, items: readonly Item<C>[]): string {
  return JSON.stringify(items.map(rowMaker(columns)));
}

/** What makes the JSON of one row. */
export function rowJson<C extends Columns>(columns: C): (item: Item<C>) => string {
  const rowOf = rowMaker(columns);
  return (item) => JSON.stringify(rowOf(item));
}

function rowMaker<C extends Columns>(columns: C): (item: Item<C>) => Record<string, unknown> {
  const cells = Object.entries(columns).map(
    ([field, column]) => [field, column.name, isInstant(column)] as const,
  );
  return (item) => {
    const row: Record<string, unknown> = {};
    for (const [field, name, isMs] of cells) {
      const value = item[field];
      row[name] = isMs && typeof value === "number" ? new Date(value).toISOString() : value;
    }
    return row;
  };
}

function isInstant(column: PgColumn): boolean {
  return column.getSQLType() === "timestamp with time zone";
}
