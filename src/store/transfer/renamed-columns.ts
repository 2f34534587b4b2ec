// Renamed columns and values, for exports of version 0.1 that have the old names.
import type { Sql } from "../database/client.ts";

/** A column of an export by its present name. */
export function presentColumn(table: string, name: string): string {
  return table === "dispatches" && name === "grounds" ? "rationale" : name;
}

/** Renames what staged rows hold, as migration 0006 did for stored ones. */
export async function renameValues(
  sql: Sql,
  table: string,
  columns: ReadonlySet<string>,
): Promise<void> {
  if (!table.startsWith("dispatch")) return;
  if (columns.has("reason"))
    await sql.unsafe("update incoming set reason = 'SERVER_DOWN' where reason = 'AWAY'");
  if (columns.has("rationale"))
    await sql.unsafe(`
      update incoming set rationale = jsonb_set(rationale #- '{windows,commitments}', '{windows,dispatches}',
        rationale #> '{windows,commitments}')
      where rationale #> '{windows,commitments}' is not null`);
}
