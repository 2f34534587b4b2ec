// The rows of the audit log that wait for their link, oldest first.
import type { Sql } from "../database/client.ts";

/** Rows, and bytes of their texts, that are linked at once. */
const BATCH_ROWS = 500;
const BATCH_BYTES = 2 ** 20;
/** Rows before the newest linked one among which a start looks for others, whose transactions ended later. */
const LOOKED_BACK = 100_000;
const MOST_COUNTED = 1_000_000;
/** Every transaction that adds rows has ended after this time: their deadlines are shorter. */
const LONGEST_MS = 600_000;
/** A session may have a sequence, and not yet a transaction that others see, for a moment. */
const SHORTEST_MS = 5_000;

export interface UnlinkedRow {
  readonly id: string;
  readonly text: string;
}

export interface UnlinkedRows {
  /** The next rows, and whether they are the rest of those that are committed. */
  next(sql: Sql): Promise<{ readonly rows: readonly UnlinkedRow[]; readonly isRest: boolean }>;
  /** Notes that the rest is linked. Called after a `next` that returned it. */
  noteLinked(): void;
  /** How many wait. */
  count(sql: Sql): Promise<number>;
}

/** A point of time, with the newest row that was visible at it. */
interface Seen {
  readonly newest: number;
  /** Transactions before `xmin` had ended; those from `xmax` on had not begun. */
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly atMs: number;
}

const IS_UNLINKED = "not exists (select from audit_links where record_id = audit_log.id)";
const NEXT = `
  select id, text, count from (
    select id, text, sequence, count(*) over () as count,
      sum(octet_length(text)) over (order by sequence) - octet_length(text) as before
    from (
      select id, text, sequence from audit_log where sequence > $1 and ${IS_UNLINKED}
      order by sequence limit ${BATCH_ROWS}
    ) oldest
  ) measured where before < ${BATCH_BYTES} order by sequence`;

/**
 * Rows are looked for after the newest one up to which all are known to be linked.
 *
 * @param nowMs A monotonic clock.
 */
export function createUnlinkedRows(nowMs = () => performance.now()): UnlinkedRows {
  /** No row with this sequence or a lower one can appear any more. */
  let complete: number | undefined;
  let seen: Seen | undefined;
  let looked: Seen | undefined;

  /** Every transaction that had a sequence up to the newest one seen is visible once those of then have ended. */
  function advance(now: Seen): void {
    seen ??= now;
    const waitedMs = now.atMs - seen.atMs;
    if (waitedMs < SHORTEST_MS || (now.xmin < seen.xmax && waitedMs < LONGEST_MS)) return;
    complete = seen.newest;
    seen = now;
  }

  return {
    async next(sql) {
      complete ??= await readStart(sql);
      looked = { ...(await look(sql)), atMs: nowMs() };
      const found = await sql.unsafe<(UnlinkedRow & { count: string })[]>(NEXT, [complete], {
        prepare: true,
      });
      const rows = found.map(({ id, text }) => ({ id, text }));
      const isRest =
        rows.length < BATCH_ROWS && rows.length === Number(found[0]?.count ?? rows.length);
      return { rows, isRest };
    },
    noteLinked() {
      if (looked !== undefined) advance(looked);
    },
    async count(sql) {
      const after = complete ?? (await readStart(sql));
      const [row] = await sql.unsafe<{ count: number }[]>(
        `select count(*)::int as count from (
          select from audit_log where sequence > $1 and ${IS_UNLINKED} limit ${MOST_COUNTED}) waiting`,
        [after],
      );
      return row?.count ?? 0;
    },
  };
}

async function readStart(sql: Sql): Promise<number> {
  const [row] = await sql<{ newest: number }[]>`
    select coalesce(max(sequence), 0)::float8 as newest from audit_log
    where id = (select record_id from audit_links order by number desc limit 1)`;
  return Math.max(0, (row?.newest ?? 0) - LOOKED_BACK);
}

async function look(sql: Sql): Promise<Omit<Seen, "atMs">> {
  const [row] = await sql<{ newest: number; xmin: string; xmax: string }[]>`
    select coalesce((select max(sequence) from audit_log), 0)::float8 as newest,
      pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
      pg_snapshot_xmax(pg_current_snapshot())::text as xmax`;
  const { newest = 0, xmin = "0", xmax = "0" } = row ?? {};
  return { newest, xmin: BigInt(xmin), xmax: BigInt(xmax) };
}
