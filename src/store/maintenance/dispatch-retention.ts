// Retention of dispatches: removes those that ended long ago, with their events and requests, in small transactions.
import type { Client, Sql } from "../database/client.ts";
import { IS_OPEN } from "../dispatch/dispatch-rows.ts";
import { removeDispatches } from "../dispatch/removal.ts";
import { instantText } from "../telemetry/watermarks.ts";

const DEADLINE_MS = 60_000;
/** Dispatches, and requests without one, that one transaction removes. */
const BATCH = 5_000;
/** Transactions of one run: the next run continues, and other maintenance does not wait for all of it. */
const MOST_BATCHES = 100;

/**
 * Removes dispatches that ended before an instant, in ms since the epoch, and requests without a dispatch that were
 * stored `days` ago, by the clock of the database.
 *
 * @param isStopped Whether the rest can wait for the next server.
 * @param batch     Rows at most in one transaction.
 */
export async function removeOldDispatches(
  client: Client,
  beforeMs: number,
  days: number,
  isStopped = () => false,
  batch = BATCH,
): Promise<void> {
  const repeat = async (remove: (sql: Sql) => Promise<number>) => {
    for (let n = 0; n < MOST_BATCHES && !isStopped(); n++)
      if ((await client.transact(DEADLINE_MS, remove)) < batch) return;
  };
  await repeat((sql) => removeEnded(sql, beforeMs, batch));
  await repeat((sql) => removeBareRequests(sql, days, batch));
}

async function removeEnded(sql: Sql, beforeMs: number, most: number): Promise<number> {
  const before = sql`${instantText(beforeMs)}::text::timestamptz`;
  const [found] = await sql`select from dispatches where ended_at < ${before} limit 1`;
  if (found === undefined) return 0;
  const { count, newestEvent } = await removeDispatches(
    sql,
    sql`where ended_at < ${before} and not (${sql.unsafe(IS_OPEN)}) and held_from_mwhr is null and not ${isLastExpired(sql)}
      order by ended_at limit ${most}`,
  );
  await sql`
    update history_marks set events_until = greatest(events_until, nullif(${newestEvent}::bigint, 0))`;
  return count;
}

/** The condition of a dispatch by which its asset holds its fallback after a start: no later one held the asset. */
function isLastExpired(sql: Sql) {
  const wasActive = (id: string) => sql`
    exists (select from dispatch_events where dispatch_id = ${sql(id)} and to_status = 'active')`;
  return sql`(
    status = 'expired' and ${wasActive("dispatches.id")} and not exists (
      select from dispatches later
      where later.asset_id = dispatches.asset_id and later.ended_at > dispatches.ended_at and ${wasActive("later.id")}
    ))`;
}

/** Requests with a dispatch are removed with the last one. */
async function removeBareRequests(sql: Sql, days: number, most: number): Promise<number> {
  const { count } = await sql`
    delete from dispatch_requests where id in (
      select id from dispatch_requests named
      where at < now() - make_interval(secs => ${days * 24 * 3600}::float8)
        and not exists (select from dispatches where request_id = named.id)
      order by at limit ${most}
    )`;
  return count;
}
