// The columns of the tables of a transfer.
import type { Sql } from "../database/client.ts";
import type { StoredTable } from "../database/tables.ts";

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** Whether a row must have a value. */
  readonly isRequired: boolean;
}

export async function columnsOf(
  sql: Sql,
  { name: table, ownColumn }: StoredTable,
  { withOwn = false } = {},
): Promise<TableColumn[]> {
  const rows = await sql<TableColumn[]>`
    select column_name as name, data_type as type,
      is_nullable = 'NO' and column_default is null and is_identity = 'NO' as "isRequired"
    from information_schema.columns
    where table_schema = current_schema() and table_name = ${table} order by ordinal_position`;
  return withOwn ? rows : rows.filter(({ name }) => name !== ownColumn);
}
