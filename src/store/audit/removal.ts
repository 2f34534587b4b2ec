// Retention of the audit log: removes its oldest records with their links, in small transactions, and leaves a checkpoint.
import { checkpointAt, type Digests } from "../../domain/audit/chain.ts";
import type { Client, Sql } from "../database/client.ts";

const DEADLINE_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;
/** Records that one transaction removes. */
const BATCH = 5_000;
/** Transactions of one run: the next run continues, and other maintenance does not wait for all of it. */
const MOST_BATCHES = 100;

/**
 * Removes the records that are too old, up to the first one in the chain that is not.
 *
 * @param nowMs     Now, in ms since the epoch: ages count from here, and it is when the checkpoint is made.
 * @param days      Age of the oldest retained records, in days.
 * @param isStopped Whether the rest can wait for the next server.
 * @param batch     Records at most in one transaction.
 */
export async function removeOldAudit(
  client: Client,
  nowMs: number,
  days: number,
  digests: Digests,
  isStopped = () => false,
  batch = BATCH,
): Promise<void> {
  const beforeMs = nowMs - days * DAY_MS;
  const remove = (sql: Sql) => removeOldest(sql, beforeMs, nowMs, digests, batch);
  for (let n = 0; n < MOST_BATCHES && !isStopped(); n++)
    if ((await client.transact(DEADLINE_MS, remove)) < batch) return;
}

async function removeOldest(
  sql: Sql,
  beforeMs: number,
  nowMs: number,
  digests: Digests,
  most: number,
): Promise<number> {
  const before = sql`${new Date(beforeMs).toISOString()}::text::timestamptz`;
  const oldest = (limit: number) => sql<{ number: number; hash: string; isOld: boolean }[]>`
    select number::float8 as number, hash, coalesce(at < ${before}, true) as "isOld"
    from audit_links left join audit_log on audit_log.id = record_id
    order by audit_links.number limit ${limit}`;
  const [first] = await oldest(1);
  if (!first?.isOld) return 0;
  const rows = await oldest(most);
  const end = rows.findIndex(({ isOld }) => !isOld);
  const gone = end < 0 ? rows : rows.slice(0, end);
  const last = gone.at(-1) ?? first;
  const { number, hash, atMs, signature } = checkpointAt(last, Math.floor(nowMs), digests);
  await sql`
    with gone as (
      delete from audit_links where number <= ${number}::bigint returning record_id
    ) delete from audit_log where id in (select record_id from gone)`;
  await sql`delete from audit_checkpoints where number < ${number}::bigint`;
  await sql`
    insert into audit_checkpoints (number, hash, at, signature)
    values (${number}::bigint, ${hash}, ${new Date(atMs).toISOString()}::text::timestamptz, ${signature})`;
  return gone.length;
}
