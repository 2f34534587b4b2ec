// Removal of dispatches, with their events, and with the requests that no other dispatch has.
import type { Sql } from "../database/client.ts";

export interface RemovedDispatches {
  readonly count: number;
  /** Number of the newest removed event; 0 where none was removed. */
  readonly newestEvent: number;
}

/**
 * To be called in a transaction.
 *
 * @param which Selects the dispatches, as SQL after `from dispatches`.
 */
export async function removeDispatches(
  sql: Sql,
  which: ReturnType<Sql>,
): Promise<RemovedDispatches> {
  await sql`create temp table removed on commit drop as select id, request_id from dispatches ${which}`;
  // The newest event stays, so that its number is not assigned again.
  const [events] = await sql<{ newest: number }[]>`
    with gone as (
      delete from dispatch_events using removed
      where dispatch_id = removed.id and number < (select max(number) from dispatch_events)
      returning number
    ) select coalesce(max(number), 0)::float8 as newest from gone`;
  const { count } =
    await sql`delete from dispatches using removed where dispatches.id = removed.id`;
  // Requests without a dispatch have an answer too, and stay.
  await sql`
    delete from dispatch_requests where id in (select request_id from removed)
      and not exists (select from dispatches where request_id = dispatch_requests.id)`;
  await sql`drop table removed`;
  return { count, newestEvent: events?.newest ?? 0 };
}
