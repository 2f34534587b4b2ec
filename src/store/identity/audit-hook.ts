// Stands for the rows of the audit log, whose table does not exist yet.
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { Sql } from "../database/client.ts";

/** Writes audit records in the transaction of their change. */
export async function insertAudit(_: Sql, __: readonly AuditRecord[]): Promise<void> {}
