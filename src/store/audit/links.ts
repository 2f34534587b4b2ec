// The links of the audit log as rows: read and added.
import { getTableColumns } from "drizzle-orm";
import {
  type AuditHead,
  type Checkpoint,
  NO_LINK,
  type SignedText,
} from "../../domain/audit/chain.ts";
import type { Sql } from "../database/client.ts";
import { definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { auditLinks } from "../database/schema.ts";
import { ROW_TEXT } from "./audit-rows.ts";

const FIELDS = getTableColumns(auditLinks);
const ADD = `
  insert into audit_links (${namesOf(FIELDS)})
  select ${namesOf(FIELDS)}
  from json_to_recordset($1::text::json) as given (${definitionsOf(FIELDS)})`;

/** Characters of a hash that are read: one more than it has. */
export const HASH_READ = 65;

export interface LinkRow extends AuditHead {
  readonly recordId: string;
  readonly isKeyed: boolean;
}

/** @throws The error of the database where another server has added one of them. */
export async function addLinks(sql: Sql, links: readonly LinkRow[]): Promise<void> {
  await sql.unsafe(ADD, [rowsJson(FIELDS, links)], { prepare: true });
}

/** The newest checkpoint; null: nothing was removed for its age. */
export async function readCheckpoint(sql: Sql): Promise<Checkpoint | null> {
  const [found] = await sql<Checkpoint[]>`
    select number::float8 as number, hash, (extract(epoch from at) * 1000)::float8 as "atMs", signature
    from audit_checkpoints order by audit_checkpoints.number desc limit 1`;
  return found ?? null;
}

type TextOrNone = { readonly [F in keyof SignedText]: SignedText[F] | null };

/** The newest link, with its text and the hash of the one before; undefined where that one is not there. */
export interface NewestLink extends LinkRow, TextOrNone {
  readonly previousHash: string | undefined;
}

export async function readNewestLink(sql: Sql): Promise<NewestLink | undefined> {
  const [newest, previous] = await sql.unsafe<(LinkRow & TextOrNone)[]>(`
    select number::float8 as number, record_id as "recordId", left(hash, ${HASH_READ}) as hash,
      is_keyed as "isKeyed", ${ROW_TEXT}, left(signature, ${HASH_READ}) as signature
    from audit_links left join audit_log on audit_log.id = record_id
    order by audit_links.number desc limit 2`);
  if (newest === undefined) return undefined;
  const before = [previous, (await readCheckpoint(sql)) ?? undefined, NO_LINK];
  const previousHash = before.find((it) => it?.number === newest.number - 1)?.hash;
  return { ...newest, previousHash };
}
