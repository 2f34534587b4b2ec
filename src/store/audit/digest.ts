// The digests of the chain: SHA-256, and HMAC-SHA-256 with the key of the audit log.
import { createHash, createHmac } from "node:crypto";
import type { Digests } from "../../domain/audit/chain.ts";

/** @param key AUDIT_KEY; undefined: there is none. */
export function createDigests(key?: string): Digests {
  return {
    plain: (text) => createHash("sha256").update(text).digest("hex"),
    keyed:
      key === undefined ? null : (text) => createHmac("sha256", key).update(text).digest("hex"),
  };
}
