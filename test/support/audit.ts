// Records of the audit log of tests, and their chain.

import { randomUUID } from "node:crypto";
import { type AuditHead, linkAfter, NO_LINK, signatureOf } from "../../src/domain/audit/chain.ts";
import type { AuditRecord } from "../../src/domain/audit/record.ts";
import { auditText } from "../../src/domain/audit/text.ts";
import type { StoredLink } from "../../src/domain/audit/verification.ts";
import type { Audit } from "../../src/services/audit/audit.ts";
import { recordOf } from "../../src/services/audit/records.ts";
import { createDigests } from "../../src/store/audit/digest.ts";

export const AUDITED_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
export const AUDIT_KEY = "a key of sixteen characters";

/** A record, with what differs. */
export function auditOf(difference: Partial<AuditRecord> = {}): AuditRecord {
  return {
    ...{ id: randomUUID(), atMs: AUDITED_MS, actor: "token:desk", actorName: "Änne" },
    ...{ address: "192.0.2.7", channel: "rest", action: "dispatch.request" },
    ...{ target: "asset:8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01", requestId: "r-1" },
    ...{ outcome: "done", code: null, reason: null, before: null },
    after: { mw: 0.1 + 0.2, b: [1, null, 'quote ", line\nbreak'], a: true },
    ...difference,
  };
}

export const NO_KEY = createDigests();

/** The links of records, from the first one on, or after a head. */
export function linksOf(
  records: readonly AuditRecord[],
  digests = NO_KEY,
  after: AuditHead = NO_LINK,
): StoredLink[] {
  let last = after;
  return records.map((record) => {
    const text = auditText(record);
    const signed = { text, signature: signatureOf(text, digests) };
    last = linkAfter(last, signed, digests.keyed ?? digests.plain);
    return { ...last, ...signed, isKeyed: digests.keyed !== null, agrees: true };
  });
}

/** An audit log that makes records, and drops refused attempts. */
export const noAudit: Audit = {
  done: (by, audited) =>
    recordOf(by, audited, { id: randomUUID(), atMs: 0, outcome: "done", code: null }),
  refuse() {},
};
