// Retention of alarms: removes those that were cleared long ago, in small transactions.
import type { Client, Sql } from "../database/client.ts";

const DEADLINE_MS = 60_000;
/** Alarms that one transaction removes. */
const BATCH = 5_000;
/** Transactions of one run: the next run continues, and other maintenance does not wait for all of it. */
const MOST_BATCHES = 100;

/**
 * Removes alarms that were cleared before an instant, in ms since the epoch. Their numbers are not given again: the
 * newest of them is noted.
 *
 * @param isStopped Whether the rest can wait for the next server.
 * @param batch     Alarms at most in one transaction.
 */
export async function removeOldAlarms(
  client: Client,
  beforeMs: number,
  isStopped = () => false,
  batch = BATCH,
): Promise<void> {
  const remove = (sql: Sql) => removeCleared(sql, beforeMs, batch);
  for (let n = 0; n < MOST_BATCHES && !isStopped(); n++)
    if ((await client.transact(DEADLINE_MS, remove)) < batch) return;
}

async function removeCleared(sql: Sql, beforeMs: number, most: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from alarms where id in (
        select id from alarms where cleared_at < ${new Date(beforeMs).toISOString()}::text::timestamptz
        order by cleared_at limit ${most})
      returning greatest(raised_number, cleared_number, acknowledged_number) as number
    ), noted as (
      update history_marks set alarms_until = greatest(alarms_until, newest.number)
      from (select max(number) as number from gone) newest
      where newest.number is not null
    ) select count(*)::int as count from gone`;
  return row?.count ?? 0;
}
