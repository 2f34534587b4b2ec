// The tables of a transfer, and their columns.
import type { Sql } from "../database/client.ts";

/** Tables in the order in which they can be written, each with the order of its rows. */
export const TRANSFERRED_TABLES = [
  ["sites", "id"],
  ["assets", "id"],
  ["dispatches", "sequence"],
  ["dispatch_events", "number"],
  ["dispatch_requests", "at, id"],
  ["asset_states", "asset_id"],
  ["telemetry", "ts, asset_id"],
  ["telemetry_ahead", "set_aside_at, ts, asset_id"],
  ["totals", "ts, scope_id"],
  ["telemetry_1m", "ts, asset_id"],
  ["totals_1m", "ts, scope_id"],
  ["telemetry_rejected", "id"],
  ["adoption_rejected", "id"],
] as const;

/** Tables whose key is assigned anew by the importing database. */
export const KEYLESS_TABLES: ReadonlySet<string> = new Set([
  "telemetry_rejected",
  "adoption_rejected",
]);

/** Whether a column is assigned anew by the importing database. */
function isOwn(table: string, column: string): boolean {
  return column === (KEYLESS_TABLES.has(table) ? "id" : "sequence");
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** Whether a row must have a value. */
  readonly isRequired: boolean;
}

export async function columnsOf(
  sql: Sql,
  table: string,
  { withOwn = false } = {},
): Promise<TableColumn[]> {
  const rows = await sql<TableColumn[]>`
    select column_name as name, data_type as type,
      is_nullable = 'NO' and column_default is null and is_identity = 'NO' as "isRequired"
    from information_schema.columns
    where table_schema = current_schema() and table_name = ${table} order by ordinal_position`;
  return withOwn ? rows : rows.filter(({ name }) => !isOwn(table, name));
}
