// Records of the audit log as rows: the database takes the columns beside the text out of the text.
import { getTableColumns } from "drizzle-orm";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { auditText, recordOfText } from "../../domain/audit/text.ts";
import type { Sql } from "../database/client.ts";
import { definitionsOf, namesOf } from "../database/recordset.ts";
import { auditLog } from "../database/schema.ts";

const { sequence: _, text: __, ...fields } = getTableColumns(auditLog);
const NAMES = namesOf(fields);
const FIELDS = Object.keys(fields) as (keyof typeof fields)[];

/** The statement that stores texts, each once, in their order. @param place The number of the parameter with the texts. */
export function insertAuditSql(place: number): string {
  return `
    insert into audit_log (${NAMES}, text)
    select ${NAMES.map((name) => `given.${name}`)}, texts.text
    from json_array_elements_text($${place}::text::json) with ordinality as texts (text, place),
      json_to_record(texts.text::json) as given (${definitionsOf(fields)})
    order by texts.place
    on conflict (id) do nothing`;
}

const INSERT = insertAuditSql(1);

/** Records as the parameter of that statement. */
export function auditTexts(records: readonly AuditRecord[]): string {
  return JSON.stringify(records.map(auditText));
}

/** Stores texts of records. A repeated call changes nothing. */
export async function storeAudit(sql: Sql, texts: readonly string[]): Promise<void> {
  if (texts.length > 0) await sql.unsafe(INSERT, [JSON.stringify(texts)], { prepare: true });
}

/** The same of records: those of a change, in its transaction. */
export function storeRecords(sql: Sql, records: readonly AuditRecord[]): Promise<void> {
  return storeAudit(sql, records.map(auditText));
}

/** The columns of a row as SQL, with the instant in ms since the epoch. */
export const ROW_COLUMNS = FIELDS.map((field) =>
  field === "atMs"
    ? `(extract(epoch from audit_log.at) * 1000)::float8 as "atMs"`
    : `audit_log.${fields[field].name} as "${field}"`,
);

export type AuditRow = Pick<AuditRecord, (typeof FIELDS)[number]> & { readonly text: string };

/** Whether the columns of a row are those of its text. */
export function agrees(row: AuditRow): boolean {
  const record = recordOfText(row.text);
  return record !== undefined && FIELDS.every((field) => record[field] === row[field]);
}
