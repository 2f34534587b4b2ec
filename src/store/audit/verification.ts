// Verification of the stored audit log, in pages, so that any number of records needs little memory.
import type { AuditHead, Digests } from "../../domain/audit/chain.ts";
import { createVerification, type Verified } from "../../domain/audit/verification.ts";
import type { Sql } from "../database/client.ts";
import { type AuditRow, agrees, ROW_COLUMNS } from "./audit-rows.ts";
import { readCheckpoint } from "./links.ts";

const PAGE = 1_000;
/** Records without a link that are reported at most. */
const MOST_UNLINKED = 100;

/** The rows of one instant. */
export interface VerifiedRows extends Verified {
  /** The instant of the first verified record, in ms since the epoch; null where there is none. */
  readonly firstAtMs: number | null;
}

type Row = AuditHead & { readonly isKeyed: boolean } & (AuditRow | { readonly text: null });

const PAGE_SQL = `
  select number::float8 as number, hash, is_keyed as "isKeyed", text, ${ROW_COLUMNS}
  from audit_links left join audit_log on audit_log.id = record_id
  where number > $1 order by audit_links.number limit ${PAGE}`;

/**
 * Verifies every link, in the transaction of the caller.
 *
 * @param head        A head that was noted before.
 * @param unlinkedIds Records that should have a link.
 */
export async function verifyRows(
  sql: Sql,
  digests: Digests,
  head?: AuditHead,
  unlinkedIds: readonly string[] = [],
): Promise<VerifiedRows> {
  const checkpoint = await readCheckpoint(sql);
  const verification = createVerification({ digests, checkpoint, head });
  let firstAtMs: number | null = null;
  for (let after = 0; ; ) {
    const rows = await sql.unsafe<Row[]>(PAGE_SQL, [after], { prepare: true });
    for (const row of rows) {
      const isThere = row.text !== null;
      if (isThere) firstAtMs ??= row.atMs;
      const { number, hash, isKeyed, text } = row;
      const stored = { text: text ?? undefined, agrees: isThere && agrees(row) };
      verification.add({ number, hash, isKeyed, ...stored });
    }
    after = rows.at(-1)?.number ?? 0;
    if (rows.length < PAGE) break;
  }
  for (const id of unlinkedIds) verification.addUnlinked(id);
  return { ...verification.end(), firstAtMs };
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

/** How many records wait for their link. */
export async function countUnlinked(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::float8 as count from audit_log
    where not exists (select from audit_links where record_id = audit_log.id)`;
  return row?.count ?? 0;
}

/** Those of these records that still have no link. */
export async function stillUnlinked(sql: Sql, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select value as id from json_array_elements_text(${JSON.stringify(ids)}::text::json)
    where not exists (select from audit_links where record_id = value::uuid)
      and exists (select from audit_log where id = value::uuid)`;
  return rows.map(({ id }) => id);
}
