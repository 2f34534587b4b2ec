// The store of the audit log in PostgreSQL.
import type { AuditHead, LinkedRecord } from "../../domain/audit/chain.ts";
import { type AuditFilter, EQUAL_FIELDS } from "../../domain/audit/filter.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { recordOrDamaged } from "../../domain/audit/text.ts";
import { Fault } from "../../domain/base/fault.ts";
import type { AuditStore } from "../../domain/ports/audit-store.ts";
import type { Client, Sql } from "../database/client.ts";
import { hasNul } from "../database/nul.ts";
import type { QueryQueue } from "../database/query-queue.ts";
import { ROW_TEXT } from "./audit-rows.ts";
import type { AuditChain } from "./chain.ts";

const DEADLINE_MS = 5_000;

interface AuditStoreDeps {
  readonly readers: Client;
  readonly history: QueryQueue;
  readonly chain: AuditChain;
  /** Sends records through the writer. */
  readonly record: (records: readonly AuditRecord[]) => Promise<void>;
}

type Row = AuditHead & { readonly id: string; readonly text: string };

const READ = `
  select number::float8 as number, hash, id, ${ROW_TEXT}
  from audit_links join audit_log on audit_log.id = record_id`;

export function createAuditStore({ readers, history, chain, record }: AuditStoreDeps): AuditStore {
  const { open, head, waitingRows, follow } = chain;

  /** Where rows cannot be linked, the health has why, and those that are linked can still be read. */
  async function linkAll(): Promise<void> {
    await chain.run().catch((error: unknown) => {
      if (error instanceof Fault) throw error;
    });
  }

  return {
    ...{ record, open, head, waitingRows, follow },
    async find(id) {
      await linkAll();
      const rows = await readers.within(DEADLINE_MS, (sql) =>
        sql.unsafe<Row[]>(`${READ} where audit_log.id = $1`, [id], { prepare: true }),
      );
      return rows.map(linkedOf)[0];
    },
    async list(filter) {
      if (filter.before === undefined) await linkAll();
      if (EQUAL_FIELDS.some((field) => hasNul(filter[field]))) return [];
      const rows = await history.read((sql) => listRows(sql, filter));
      return rows.map(linkedOf);
    },
    async after(number, limit) {
      await linkAll();
      if (number > head().number) return undefined;
      const rows = await readers.within(DEADLINE_MS, (sql) =>
        sql.unsafe<Row[]>(
          `${READ} where audit_links.number > $1 order by audit_links.number limit $2`,
          [number, limit],
          { prepare: true },
        ),
      );
      const isWhole = rows.length > 0 ? rows[0]?.number === number + 1 : number === head().number;
      return isWhole || limit === 0 ? rows.map(linkedOf) : undefined;
    },
  };
}

function listRows(sql: Sql, filter: AuditFilter) {
  const values: (string | number)[] = [];
  const given = (value: string | number) => `$${values.push(value)}`;
  const conditions = EQUAL_FIELDS.flatMap((field) => {
    const value = filter[field];
    return value === undefined ? [] : [`audit_log.${field} = ${given(value)}`];
  });
  const { fromMs, untilMs, before } = filter;
  const instant = (ms: number) => `${given(new Date(ms).toISOString())}::text::timestamptz`;
  if (fromMs !== undefined) conditions.push(`audit_log.at >= ${instant(fromMs)}`);
  if (untilMs !== undefined) conditions.push(`audit_log.at < ${instant(untilMs)}`);
  if (before !== undefined) conditions.push(`audit_links.number < ${given(before)}`);
  const where = conditions.length > 0 ? `where ${conditions.join(" and ")}` : "";
  const text = `${READ} ${where} order by audit_links.number desc limit ${given(filter.limit)}`;
  return sql.unsafe<Row[]>(text, values);
}

function linkedOf({ number, hash, id, text }: Row): LinkedRecord {
  return { number, hash, record: recordOrDamaged(text, id) };
}
