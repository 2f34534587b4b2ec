// Pruning: removes the assets and sites that the file no longer names, with their history.
import type { Log } from "../../domain/ports/log.ts";
import { type Sql, uuidArray } from "../database/client.ts";
import { type RowOwner, tablesOf } from "../database/tables.ts";
import { removeDispatches } from "../dispatch/removal.ts";
import { ALLOW_COMPRESSED, isAggregate } from "../telemetry/timescale.ts";

/** Removes assets whose origin is the file, with their telemetry and dispatches. */
export async function pruneAssets(sql: Sql, goneIds: readonly string[], log: Log): Promise<void> {
  const rows = await sql<{ id: string }[]>`
    select id from assets where id = any(${uuidArray(sql, goneIds)}) and origin = 'file'`;
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return;
  const gone = uuidArray(sql, ids);
  const dispatches = await removeDispatches(sql, sql`where asset_id = any(${gone})`);
  const removed = await removeOwned(sql, "asset", ids);
  const counts = {
    assets: ids.length,
    telemetry: removed.get("telemetry"),
    dispatches: dispatches.count,
  };
  log.info(counts, `pruned ${ids.length} assets that the file no longer names`);
}

/** Removes sites of the file without assets, except the named sites. */
export async function pruneSites(sql: Sql, namedIds: readonly string[]): Promise<void> {
  const rows = await sql<{ id: string }[]>`
    select id from sites
    where origin = 'file' and id <> all(${uuidArray(sql, namedIds)})
      and not exists (select from assets where assets.site_id = sites.id)`;
  // The totals of a site stay as they were reported, while the site exists.
  if (rows.length > 0)
    await removeOwned(
      sql,
      "site",
      rows.map(({ id }) => id),
    );
}

/**
 * Removes owners and their rows; a continuous aggregate is refreshed from the remaining samples instead.
 *
 * @returns How many rows were removed, by table.
 */
async function removeOwned(
  sql: Sql,
  owner: RowOwner,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const removed = new Map<string, number>();
  await sql.unsafe(ALLOW_COMPRESSED);
  for (const { name, ownerColumn } of tablesOf(owner))
    if (await isAggregate(sql, name)) await sql`update history_marks set minutes_until = raw_from`;
    else {
      const rows = await sql`
        delete from ${sql(name)} where ${sql(ownerColumn)} = any(${uuidArray(sql, ids)})`;
      removed.set(name, rows.count);
    }
  return removed;
}
