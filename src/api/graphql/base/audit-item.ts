// A record of the audit log with its link, as its GraphQL type has it.
import type { LinkedRecord } from "../../../domain/audit/chain.ts";
import type { AuditRecord } from "../../../domain/audit/record.ts";

export interface AuditItem extends AuditRecord {
  readonly hash: string;
}

export function auditItem(linked: LinkedRecord): AuditItem;
export function auditItem(linked: LinkedRecord | undefined): AuditItem | undefined;
export function auditItem(linked: LinkedRecord | undefined): AuditItem | undefined {
  return linked && { ...linked.record, hash: linked.hash };
}
