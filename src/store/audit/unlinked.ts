// The rows of the audit log that wait for their link, oldest first.
import type { Sql } from "../database/client.ts";
import { type AuditRow, ROW_COLUMNS } from "./audit-rows.ts";

/** Rows, and bytes of their texts, that are linked at once. */
const BATCH_ROWS = 500;
const BATCH_BYTES = 2 ** 20;
/** Rows before the newest linked one among which a start looks for others, whose transactions ended later. */
const LOOKED_BACK = 100_000;
/** Numbers that are looked for at most: the newest of those that rows have not. */
const MOST_MISSING = 10_000;
const MOST_COUNTED = 1_000_000;
/** Every transaction that adds rows has ended after this time: their deadlines are shorter. */
const LONGEST_MS = 600_000;
/** A session may have a number, and not yet a transaction that others see, for a moment. */
const SHORTEST_MS = 5_000;

/** Rows with a number that the sequence of the table has not given yet are counted up to so many. */
const MOST_AHEAD = 1_000;

export interface UnlinkedRows {
  /** The next rows, and whether they are the rest of those that are committed. */
  next(sql: Sql): Promise<{ readonly rows: readonly AuditRow[]; readonly isRest: boolean }>;
  /** Notes that the rows that `next` returned last are linked, or left out for good. */
  noteLinked(): void;
  /** Begins anew, where it is not known whether they are. */
  reset(): void;
  /** How many have a number that was not given to them: they were put in, and `next` leaves them out. */
  countAhead(sql: Sql): Promise<number>;
  /** How many wait. */
  count(sql: Sql): Promise<number>;
}

/** The transactions of a point of time: those before `xmin` had ended, those from `xmax` on had not begun. */
interface Seen {
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly atMs: number;
}

type FoundRow = AuditRow & { readonly sequence: number; readonly count: number };

const IS_UNLINKED = "not exists (select from audit_links where record_id = audit_log.id)";
/** The newest number that the table has given, as far as numbers are exact. */
export const LAST_GIVEN = `(select least(last_value, ${Number.MAX_SAFE_INTEGER}) from audit_log_sequence_seq)`;
const NEXT = `
  select ${ROW_COLUMNS}, measured.sequence::float8 as sequence, count::int as count from (
    select found.*, count(*) over () as count, sum(bytes) over (order by sequence) - bytes as before
    from (
      (select id, sequence, octet_length(text) as bytes from audit_log
        where sequence > $1 and sequence <= ${LAST_GIVEN} and ${IS_UNLINKED} order by sequence limit ${BATCH_ROWS})
      union all
      (select id, sequence, octet_length(text) as bytes
        from json_array_elements_text($2::text::json) missing
        join audit_log on sequence = missing.value::bigint where ${IS_UNLINKED})
    ) found order by sequence limit ${BATCH_ROWS}
  ) measured join audit_log on audit_log.id = measured.id
  where before < ${BATCH_BYTES} order by measured.sequence`;
const COUNT_AHEAD = `
  select count(*)::int as count from (
    select from audit_log where sequence > ${LAST_GIVEN} limit ${MOST_AHEAD}) ahead`;

/**
 * Rows are looked for after the newest one that is linked. Rows before it, whose transactions end later, have a number
 * that was missing then: it is looked for until no transaction of then can bring it any more.
 *
 * @param nowMs A monotonic clock.
 */
export function createUnlinkedRows(nowMs = () => performance.now()): UnlinkedRows {
  /** The number of the newest linked row; undefined: it is not known yet. */
  let newest: number | undefined;
  /** The missing numbers before it, each with when that was seen; null: not yet. */
  const missing = new Map<number, Seen | null>();
  let found: readonly FoundRow[] = [];
  let now: Seen | undefined;

  function add(from: number, until: number): void {
    for (let n = Math.max(from, until - MOST_MISSING); n < until; n++) missing.set(n, null);
    for (const [oldest] of missing) {
      if (missing.size <= MOST_MISSING) return;
      missing.delete(oldest);
    }
  }

  function dropEnded({ xmin, atMs }: Seen): void {
    for (const [number, seen] of missing) {
      if (seen === null) continue;
      const waitedMs = atMs - seen.atMs;
      const isOver = waitedMs >= SHORTEST_MS && xmin >= seen.xmax;
      if (isOver || waitedMs >= LONGEST_MS) missing.delete(number);
    }
  }

  async function begin(sql: Sql): Promise<number> {
    const start = await readStart(sql);
    missing.clear();
    for (const number of start.missing) missing.set(number, null);
    return start.newest;
  }

  return {
    async next(sql) {
      newest ??= await begin(sql);
      now = missing.size > 0 ? { ...(await look(sql)), atMs: nowMs() } : undefined;
      for (const [number, seen] of missing) if (seen === null && now) missing.set(number, now);
      const given = [newest, JSON.stringify([...missing.keys()])];
      found = await sql.unsafe<FoundRow[]>(NEXT, given, { prepare: true });
      const isRest = found.length < BATCH_ROWS && found.length === (found[0]?.count ?? 0);
      return { rows: found, isRest };
    },
    noteLinked() {
      for (const { sequence } of found) {
        if (newest === undefined || missing.delete(sequence)) continue;
        add(newest + 1, sequence);
        newest = sequence;
      }
      if (now !== undefined) dropEnded(now);
    },
    reset() {
      newest = undefined;
    },
    async countAhead(sql) {
      const [row] = await sql.unsafe<{ count: number }[]>(COUNT_AHEAD, [], { prepare: true });
      return row?.count ?? 0;
    },
    async count(sql) {
      const after = newest ?? (await readStart(sql)).newest;
      const [row] = await sql.unsafe<{ count: number }[]>(
        `select count(*)::int as count from (
          select from audit_log where sequence > $1 and ${IS_UNLINKED} limit ${MOST_COUNTED}) waiting`,
        [Math.max(0, after - LOOKED_BACK)],
      );
      return row?.count ?? 0;
    },
  };
}

/** The newest linked row, and the numbers before it that have no link, oldest first. */
async function readStart(sql: Sql): Promise<{ newest: number; missing: readonly number[] }> {
  const [row] = await sql.unsafe<{ newest: number | null }[]>(`
    select sequence::float8 as newest from audit_log
    where sequence <= ${LAST_GIVEN} and not ${IS_UNLINKED}
    order by audit_log.sequence desc limit 1`);
  const newest = row?.newest ?? 0;
  const rows = await sql<{ number: number }[]>`
    select wanted::float8 as number
    from generate_series(${Math.max(1, newest - LOOKED_BACK)}::bigint, ${newest}::bigint) wanted
    where not exists (
      select from audit_log join audit_links on record_id = audit_log.id where sequence = wanted)
    order by wanted desc limit ${MOST_MISSING}`;
  return { newest, missing: rows.map(({ number }) => number).reverse() };
}

async function look(sql: Sql): Promise<Omit<Seen, "atMs">> {
  const [row] = await sql<{ xmin: string; xmax: string }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
      pg_snapshot_xmax(pg_current_snapshot())::text as xmax`;
  const { xmin = "0", xmax = "0" } = row ?? {};
  return { xmin: BigInt(xmin), xmax: BigInt(xmax) };
}
