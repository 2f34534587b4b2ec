// Named tokens and role rules in memory, until the process ends: the reference version of the port.
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { KnownIdentities } from "../../domain/identity/last-admin.ts";
import type { IdentityChange, IdentityStore } from "../../domain/ports/identity-store.ts";

/** @param keepAudit Keeps the audit records of each change. */
export function createMemoryIdentityStore(
  keepAudit: (records: readonly AuditRecord[]) => void,
): IdentityStore {
  let known: KnownIdentities = { tokens: [], rules: [] };
  return {
    read: async () => known,
    async change(decide) {
      const change = decide(known);
      if (change === undefined) return;
      known = changed(known, change);
      keepAudit(change.audit);
    },
  };
}

function changed({ tokens, rules }: KnownIdentities, change: IdentityChange): KnownIdentities {
  switch (change.kind) {
    case "token added":
      return { tokens: [...tokens, change.token], rules };
    case "token withdrawn":
      return { tokens: tokens.filter(({ id }) => id !== change.id), rules };
    case "rule added":
      return { tokens, rules: [...rules, change.rule] };
    case "rule removed":
      return { tokens, rules: rules.filter(({ id }) => id !== change.id) };
  }
}
