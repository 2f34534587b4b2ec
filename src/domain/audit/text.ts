// The canonical text of a record of the audit log: JSON with its keys in one order, as it is stored and hashed.
import type { AuditRecord, Json } from "./record.ts";

/** No text that is written is larger (services/audit/records.ts): a larger one was put in, and is not read. */
export const LARGEST_TEXT_BYTES = 16 * 2 ** 20;

/** The keys of the text, with the field of each. */
const KEYS = [
  ["id", "id"],
  ["at", "atMs"],
  ["actor", "actor"],
  ["actor_name", "actorName"],
  ["address", "address"],
  ["channel", "channel"],
  ["action", "action"],
  ["target", "target"],
  ["request_id", "requestId"],
  ["outcome", "outcome"],
  ["code", "code"],
  ["reason", "reason"],
  ["before", "before"],
  ["after", "after"],
] as const satisfies readonly (readonly [key: string, field: keyof AuditRecord])[];

/** The text of a record. */
export function auditText(record: AuditRecord): string {
  return JSON.stringify({
    id: record.id,
    at: new Date(record.atMs).toISOString(),
    actor: record.actor,
    actor_name: record.actorName,
    address: record.address,
    channel: record.channel,
    action: record.action,
    target: record.target,
    request_id: record.requestId,
    outcome: record.outcome,
    code: record.code,
    reason: record.reason,
    before: record.before,
    after: record.after,
  });
}

/** The record of a text that `auditText` made; undefined for any other text. */
export function recordOfText(text: string): AuditRecord | undefined {
  const read = jsonOf(text);
  if (read === null || typeof read !== "object") return undefined;
  const record: Record<string, unknown> = {};
  for (const [key, field] of KEYS) {
    const value = (read as Record<string, Json>)[key];
    if (value === undefined) return undefined;
    record[field] = field === "atMs" ? Date.parse(String(value)) : value;
  }
  return Number.isNaN(record.atMs) ? undefined : (record as unknown as AuditRecord);
}

/** The record of a text; of a text that cannot be read, a record that says so. */
export function recordOrDamaged(text: string, id: string): AuditRecord {
  return recordOfText(text) ?? { ...DAMAGED, id };
}

const DAMAGED: Omit<AuditRecord, "id"> = {
  ...{ atMs: 0, actor: "unknown", actorName: null, address: null, channel: "flow" },
  ...{
    action: "record.damaged",
    target: "audit_log",
    requestId: null,
    outcome: "done",
    code: null,
  },
  ...{ reason: "run mando audit verify", before: null, after: null },
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
