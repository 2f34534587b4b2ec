// Verification of the stored audit log, in pages, so that any number of records needs little memory.
import type { AuditHead, Digests } from "../../domain/audit/chain.ts";
import { createVerification, type Verified } from "../../domain/audit/verification.ts";
import type { Sql } from "../database/client.ts";
import { type AuditRow, agrees, ROW_COLUMNS } from "./audit-rows.ts";
import { HASH_READ, readCheckpoint } from "./links.ts";
import { LAST_GIVEN } from "./unlinked.ts";

/** Rows, and bytes of their texts, that are read at once. */
const PAGE = 1_000;
const PAGE_BYTES = 4 * 2 ** 20;
/** Records without a link that are reported at most. */
const MOST_UNLINKED = 100;

/** The rows of one instant. */
export interface VerifiedRows extends Verified {
  /** The instant of the first verified record, in ms since the epoch; null where there is none. */
  readonly firstAtMs: number | null;
}

/** `place`: its number, which may be larger than any of JavaScript where it was put in. */
type Placed = { readonly place: string };
type Row = Placed &
  AuditHead & { readonly isKeyed: boolean } & (AuditRow | { readonly text: null });
type UnlinkedRow = Placed & AuditRow & { readonly isAhead: boolean };

/** Before every number. */
const FIRST = "-9223372036854775808";

const PAGE_SQL = pageSql(
  `select audit_links.number::text as place, number::float8 as number, left(hash, ${HASH_READ}) as hash, is_keyed as "isKeyed", ${ROW_COLUMNS}
  from audit_links left join audit_log on audit_log.id = record_id
  where number > $1 order by audit_links.number limit ${PAGE}`,
);
const UNLINKED_SQL = pageSql(
  `select sequence::text as place, sequence > ${LAST_GIVEN} as "isAhead", ${ROW_COLUMNS}
  from audit_log where sequence > $1 and not exists (select from audit_links where record_id = audit_log.id)
  order by sequence limit ${PAGE}`,
);

/** The first rows of a page, up to its bytes. */
function pageSql(rows: string): string {
  return `
    select * from (
      select page.*, sum(coalesce(octet_length(text), 0)) over (order by place::bigint) - coalesce(octet_length(text), 0) as before
      from (${rows}) page
    ) measured where before < ${PAGE_BYTES} order by place::bigint`;
}

/**
 * Verifies every link, in the transaction of the caller.
 *
 * @param head        A head that was noted before.
 * @param lateIds     Records that should have a link by now.
 */
export async function verifyRows(
  sql: Sql,
  digests: Digests,
  head?: AuditHead,
  lateIds: readonly string[] = [],
): Promise<VerifiedRows> {
  const checkpoint = await readCheckpoint(sql);
  const verification = createVerification({ digests, checkpoint, head });
  let firstAtMs: number | null = null;
  for await (const row of pagesOf<Row>(sql, PAGE_SQL)) {
    const { number, hash, isKeyed } = row;
    const link = { number, hash, isKeyed };
    if (row.text === null) {
      verification.add({ ...link, text: undefined, signature: null, agrees: false });
      continue;
    }
    firstAtMs ??= row.atMs;
    const { text, signature } = row;
    verification.add({ ...link, text, signature, agrees: agrees(row) });
  }
  const late = new Set(lateIds);
  for await (const row of pagesOf<UnlinkedRow>(sql, UNLINKED_SQL)) {
    const { id, text, signature, isAhead } = row;
    const isLate = isAhead || late.has(id);
    verification.addUnlinked({ recordId: id, text, signature, agrees: agrees(row), isLate });
  }
  return { ...verification.end(), firstAtMs };
}

/** The rows of a query, in pages after the last place of the one before. */
async function* pagesOf<R extends Placed>(sql: Sql, text: string): AsyncGenerator<R> {
  for (let after = FIRST; ; ) {
    const rows = await sql.unsafe<R[]>(text, [after], { prepare: true });
    yield* rows as readonly R[];
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.place;
  }
}

/** Records without a link that precede a linked one: they wait for a moment, or were put in. */
export async function readUnlinkedBefore(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from audit_log
    where sequence < (
        select sequence from audit_log linked
        where exists (select from audit_links where record_id = linked.id)
        order by sequence desc limit 1)
      and not exists (select from audit_links where record_id = audit_log.id)
    order by sequence limit ${MOST_UNLINKED}`;
  return rows.map(({ id }) => id);
}

/** Those of these records that still have no link. */
export async function stillUnlinked(sql: Sql, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select value as id from json_array_elements_text(${JSON.stringify(ids)}::text::json)
    where not exists (select from audit_links where record_id = value::uuid)
      and exists (select from audit_log where id = value::uuid)`;
  return rows.map(({ id }) => id);
}
