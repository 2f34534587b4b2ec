// Records of the audit log as rows: the database takes the columns beside the text out of the text.
import { getTableColumns } from "drizzle-orm";
import { type Digests, type SignedText, signatureOf } from "../../domain/audit/chain.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { auditText, LARGEST_TEXT_BYTES, recordOfText } from "../../domain/audit/text.ts";
import type { Sql } from "../database/client.ts";
import { definitionsOf, namesOf } from "../database/recordset.ts";
import { auditLog } from "../database/schema.ts";

const { sequence: _, text: __, signature: ___, ...fields } = getTableColumns(auditLog);
const NAMES = namesOf(fields);
const FIELDS = Object.keys(fields) as (keyof typeof fields)[];

/** The statement that stores rows, each once, in their order. @param place The number of the parameter with them. */
export function insertAuditSql(place: number): string {
  return `
    insert into audit_log (${NAMES}, text, signature)
    select ${NAMES.map((name) => `given.${name}`)}, texts.text, texts.signature
    from rows from (json_to_recordset($${place}::text::json) as (text text, signature text))
      with ordinality as texts (text, signature, place),
      json_to_record(texts.text::json) as given (${definitionsOf(fields)})
    order by texts.place
    on conflict (id) do nothing`;
}

const INSERT = insertAuditSql(1);

/** Texts of records as the parameter of that statement, signed where there is a key. */
export function signedRows(texts: readonly string[], digests: Digests): string {
  return JSON.stringify(texts.map((text) => ({ text, signature: signatureOf(text, digests) })));
}

/** Stores texts of records. A repeated call changes nothing. */
export async function storeAudit(
  sql: Sql,
  texts: readonly string[],
  digests: Digests,
): Promise<void> {
  if (texts.length > 0) await sql.unsafe(INSERT, [signedRows(texts, digests)], { prepare: true });
}

/** The same of records: those of a change, in its transaction. */
export function storeRecords(
  sql: Sql,
  records: readonly AuditRecord[],
  digests: Digests,
): Promise<void> {
  return storeAudit(sql, records.map(auditText), digests);
}

/** Characters of a column, and of a signature, that are read: more of them were put in. */
const COLUMN_LONGEST = 1_000;

/** The text of a row as SQL: empty where it is too large to be one of ours, and is not read then. */
export const ROW_TEXT = `case when octet_length(audit_log.text) > ${LARGEST_TEXT_BYTES} then '' else audit_log.text end as text`;

/** What is linked, and the columns beside it, as SQL, with the instant in ms since the epoch. */
export const ROW_COLUMNS = [
  ROW_TEXT,
  `left(audit_log.signature, ${COLUMN_LONGEST}) as signature`,
  ...FIELDS.map(columnSql),
];

function columnSql(field: (typeof FIELDS)[number]): string {
  if (field === "atMs") return `(extract(epoch from audit_log.at) * 1000)::float8 as "atMs"`;
  const column = `audit_log.${fields[field].name}`;
  const isText = fields[field].getSQLType() === "text";
  return `${isText ? `left(${column}, ${COLUMN_LONGEST})` : column} as "${field}"`;
}

export type AuditRow = Pick<AuditRecord, (typeof FIELDS)[number]> & SignedText;

/** Whether the columns of a row are those of its text. */
export function agrees(row: AuditRow): boolean {
  const record = recordOfText(row.text);
  return record !== undefined && FIELDS.every((field) => record[field] === row[field]);
}
