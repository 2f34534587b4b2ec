// Whether the key of a process is that of the audit log: what is written with another one would count as put in.
import { type Digests, isSigned, type SignedText } from "../../domain/audit/chain.ts";
import type { Sql } from "../database/client.ts";
import { StartRefused } from "../database/start-refused.ts";
import { ROW_TEXT } from "./audit-rows.ts";
import { HASH_READ } from "./links.ts";

/** Linked records of which one must have been signed with the key: some may have been altered in the database. */
const TRIED = 20;

/** The audit log is signed with a key that this process does not have. */
export class KeyRefused extends StartRefused {
  constructor(which: "missing" | "other") {
    super(
      which === "missing"
        ? "AUDIT_KEY is not set, and the audit log is signed with one: set it"
        : "AUDIT_KEY is another one than the audit log is signed with: set that one; where it is the right one, the log was altered: run mando audit verify",
    );
  }
}

/** Does nothing where the database has no signed audit log. @throws KeyRefused */
export async function requireKey(sql: Sql, digests: Digests): Promise<void> {
  const [found] = await sql<{ isThere: boolean }[]>`
    select exists (
      select from pg_attribute
      where attrelid = to_regclass('audit_log') and attname = 'signature' and not attisdropped
    ) as "isThere"`;
  if (found?.isThere !== true) return;
  if (digests.keyed === null) {
    if (await wasSigned(sql)) throw new KeyRefused("missing");
    return;
  }
  const records = await sql.unsafe<SignedText[]>(`
    select ${ROW_TEXT}, left(signature, ${HASH_READ}) as signature
    from (select record_id from audit_links where is_keyed order by number desc limit ${TRIED}) newest
    join audit_log on audit_log.id = newest.record_id and signature is not null`);
  if (records.length > 0 && !records.some((record) => isSigned(record, digests)))
    throw new KeyRefused("other");
}

/** Whether the newest link was made with a key, or the newest record signed, whose link may be to come. */
async function wasSigned(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ wasSigned: boolean | null }[]>`
    select (select is_keyed from audit_links order by audit_links.number desc limit 1)
      or (select signature is not null from audit_log order by sequence desc limit 1) as "wasSigned"`;
  return row?.wasSigned === true;
}
