// Columns of an older table as SQL, of any type, and with a substitute where the table lacks them.
import type { FoundTable } from "./tables.ts";
import { quoted } from "./tables.ts";

export interface OlderColumns {
  has(column: string): boolean;
  /** The value of a column, or null of that type where there is no such column. */
  as(column: string, type: "text" | "float8" | "bigint" | "timestamptz"): string;
  /** A UUID: the stored one, or one derived from another kind of id. */
  id(column: string): string;
  /** Whether a column holds an id that is no UUID. */
  isMadeUp(column: string): string;
  /** The columns beside the known ones, as a JSON object without nulls; undefined where there are none. */
  others(known: readonly string[]): string | undefined;
}

const UUID_PATTERN = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

/** @param alias Name of the table in the query. */
export function columnsOf(table: FoundTable | undefined, alias: string): OlderColumns {
  const types = table?.columns ?? new Map<string, string>();
  const text = (column: string) => `${alias}.${quoted(column)}::text`;
  const isUuid = (column: string) => types.get(column) === "uuid";
  return {
    has: (column) => types.has(column),
    as: (column, type) =>
      types.has(column) ? `${alias}.${quoted(column)}::${type}` : `null::${type}`,
    id(column) {
      if (!types.has(column)) return "null::uuid";
      if (isUuid(column)) return `${alias}.${quoted(column)}`;
      return `case when ${text(column)} ~ '${UUID_PATTERN}' then ${text(column)}::uuid
        else md5('mando:' || ${text(column)})::uuid end`;
    },
    isMadeUp: (column) =>
      types.has(column) && !isUuid(column)
        ? `coalesce(${text(column)} !~ '${UUID_PATTERN}', false)`
        : "false",
    others(known) {
      const others = [...types.keys()].filter((column) => !known.includes(column));
      if (others.length === 0) return undefined;
      const fields = others.map(
        (column) => `'${column.replaceAll("'", "''")}', ${alias}.${quoted(column)}`,
      );
      return `nullif(jsonb_strip_nulls(jsonb_build_object(${fields.join(", ")})), '{}')`;
    },
  };
}

/** A condition on a figure: larger figures are no measurements; NaN counts as larger. */
export function isMeasured(column: string): string {
  return `coalesce(${column} between -1e9 and 1e9, false)`;
}

/** A figure with tiny values flushed to 0: PostgreSQL refuses products that are too small. */
export function flushed(value: string): string {
  return `case when abs(${value}) < 1e-100 then 0 else ${value} end`;
}
