// Retention of data points: removes blocks, matrices and documents of instants that are too old, in small transactions.
import type { Client, Sql } from "../database/client.ts";
import { instantText } from "./instant-text.ts";

const DEADLINE_MS = 60_000;
const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;
/** Rows that one transaction removes. */
const BATCH = 5_000;
/** Transactions of one run: the next run continues, and other maintenance does not wait for all of it. */
const MOST_BATCHES = 100;
/** For how long a request with an id is known. */
const REQUEST_DAYS = 30;

/** Durations of which the database can count back: of any other one nothing is removed. */
const IS_DURATION =
  "'^P(?=[0-9T])([0-9]{1,3}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,7}H)?([0-9]{1,8}M)?([0-9]{1,9}([.][0-9]{1,3})?S)?)?$'";

/** The instant before which values of each path are removed: by its own retention, else by that of the nearest entry above. */
const CUTS = `
  select point.path, point.block_ms, $1::text::timestamptz - nearest.retention::interval as cut
  from data_points point
  cross join lateral (
    select above.retention
    from generate_series(1, cardinality(string_to_array(point.path, '/'))) depth
    join data_points above on above.path = array_to_string((string_to_array(point.path, '/'))[1:depth], '/')
    where above.retention ~ ${IS_DURATION}
    order by depth desc limit 1
  ) nearest
  offset 0`;

/** Removes the first rows of each path and source that lie before its cut. */
const removal = (table: string, isBefore: string) => `
  delete from ${table} where ctid = any(array(
    select old.ctid from (${CUTS}) cuts
    cross join (values ('original'), ('override')) of_source (source)
    cross join lateral (
      select ctid from ${table} stored
      where stored.path = cuts.path and stored.source = of_source.source and ${isBefore}
      limit $2::int
    ) old limit $2::int))`;

const REMOVALS = [
  removal(
    "data_point_blocks",
    "stored.begin_at <= cuts.cut - cuts.block_ms * interval '1 millisecond'",
  ),
  removal("data_point_contents", "stored.at < cuts.cut"),
];

/** The newest request stays: later ones are recorded after it. */
const FORGET_REQUESTS = `
  delete from data_point_writes where recorded_at in (
    select recorded_at from data_point_writes
    where recorded_at < $1::text::timestamptz
      and recorded_at < (select max(recorded_at) from data_point_writes)
    order by recorded_at limit $2::int)`;

/**
 * @param nowMs     The instant from which ages count, in ms since the epoch.
 * @param isStopped Whether the rest can wait for the next server.
 * @param batch     Rows at most in one transaction.
 */
export async function removeOldPoints(
  client: Client,
  nowMs: number,
  isStopped = () => false,
  batch = BATCH,
): Promise<void> {
  const repeat = async (statement: string, atMs: number) => {
    const remove = async (sql: Sql) =>
      (await sql.unsafe(statement, [instantText(atMs), batch])).count;
    for (let n = 0; n < MOST_BATCHES && !isStopped(); n++)
      if ((await client.transact(DEADLINE_MS, remove)) < batch) return;
  };
  for (const statement of REMOVALS) await repeat(statement, nowMs);
  await repeat(FORGET_REQUESTS, nowMs - REQUEST_DAYS * DAY_MS);
}

/** The same once an hour at most: blocks of hours and days leave. */
export function createPointRemoval(client: Client) {
  let lastMs = -Infinity;
  return async (nowMs: number, isStopped: () => boolean): Promise<void> => {
    if (nowMs < lastMs + EVERY_MS) return;
    await removeOldPoints(client, nowMs, isStopped);
    lastMs = nowMs;
  };
}
