// The tables that a transfer moves, and their columns.
import type { Sql } from "../client.ts";

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
] as const;

/** Given anew by the database that takes the rows in. */
const OWN_COLUMNS = new Set(["sequence"]);

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** Whether a row must give it. */
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
  return withOwn ? rows : rows.filter(({ name }) => !OWN_COLUMNS.has(name));
}
