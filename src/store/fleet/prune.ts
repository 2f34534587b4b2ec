// Pruning: removes the assets and sites that the file no longer names, with their history.
import type { Log } from "../../domain/ports/log.ts";
import { type Sql, uuidArray } from "../database/client.ts";
import { ASSET_MINUTES, type MinuteSource, TOTALS_MINUTES } from "../telemetry/minutes.ts";
import { ALLOW_COMPRESSED, isAggregate } from "../telemetry/timescale.ts";

/** Removes assets whose origin is the file, with their telemetry and dispatches. */
export async function pruneAssets(sql: Sql, goneIds: readonly string[], log: Log): Promise<void> {
  const rows = await sql<{ id: string }[]>`
    select id from assets where id = any(${uuidArray(sql, goneIds)}) and origin = 'file'`;
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return;
  const gone = uuidArray(sql, ids);
  await sql.unsafe(ALLOW_COMPRESSED);
  const telemetry = await sql`delete from telemetry where asset_id = any(${gone})`;
  await sql`delete from telemetry_ahead where asset_id = any(${gone})`;
  const dispatches = await pruneDispatches(sql, gone);
  await sql`delete from asset_states where asset_id = any(${gone})`;
  await sql`delete from assets where id = any(${gone})`;
  await pruneMinutes(sql, ASSET_MINUTES, ids);
  const counts = { assets: ids.length, telemetry: telemetry.count, dispatches };
  log.info(counts, `pruned ${ids.length} assets that the file no longer names`);
}

/** Removes sites of the file without assets, except the named sites. */
export async function pruneSites(sql: Sql, namedIds: readonly string[]): Promise<void> {
  const rows = await sql<{ id: string }[]>`
    delete from sites
    where origin = 'file' and id <> all(${uuidArray(sql, namedIds)})
      and not exists (select from assets where assets.site_id = sites.id)
    returning id`;
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return;
  // The totals of a site stay as they were reported, while the site exists.
  await sql`delete from totals where scope_id = any(${uuidArray(sql, ids)})`;
  await pruneMinutes(sql, TOTALS_MINUTES, ids);
}

/** @returns How many dispatches were removed. */
async function pruneDispatches(sql: Sql, gone: ReturnType<typeof uuidArray>): Promise<number> {
  // The newest event stays, so that its number is not assigned again.
  await sql`
    delete from dispatch_events
    where dispatch_id in (select id from dispatches where asset_id = any(${gone}))
      and number < (select max(number) from dispatch_events)`;
  const removed = await sql<{ requestId: string | null }[]>`
    delete from dispatches where asset_id = any(${gone}) returning request_id as "requestId"`;
  // Requests without a dispatch have an answer too, and stay.
  const requestIds = [...new Set(removed.flatMap(({ requestId }) => requestId ?? []))];
  await sql`
    delete from dispatch_requests
    where id in (select json_array_elements_text(${JSON.stringify(requestIds)}::text::json))
      and not exists (select from dispatches where request_id = dispatch_requests.id)`;
  return removed.count;
}

/** Removes minutes; a continuous aggregate is refreshed from the remaining samples instead. */
async function pruneMinutes(
  sql: Sql,
  { minutes, id }: MinuteSource,
  ids: readonly string[],
): Promise<void> {
  if (await isAggregate(sql, minutes)) await sql`update history_marks set minutes_until = raw_from`;
  else await sql`delete from ${sql(minutes)} where ${sql(id)} = any(${uuidArray(sql, ids)})`;
}
