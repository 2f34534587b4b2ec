// The store of named tokens and role rules in PostgreSQL.
import type { Digests } from "../../domain/audit/chain.ts";
import type { IdentityChange, IdentityStore } from "../../domain/ports/identity-store.ts";
import { storeRecords } from "../audit/audit-rows.ts";
import type { Client, Sql } from "../database/client.ts";
import { insertRule, insertToken, readIdentities } from "./identity-rows.ts";

const DEADLINE_MS = 5_000;

/** Audit records are written in the transaction of their change. */
export function createIdentityStore(client: Client, auditDigests: Digests): IdentityStore {
  return {
    read: () => client.within(DEADLINE_MS, readIdentities),
    change: (decide) =>
      client.transact(DEADLINE_MS, async (sql) => {
        // Reads go on meanwhile; changes of other processes wait.
        await sql`lock table tokens, role_rules in share row exclusive mode`;
        const change = decide(await readIdentities(sql));
        if (change === undefined) return;
        await write(sql, change);
        await storeRecords(sql, change.audit, auditDigests);
      }),
  };
}

async function write(sql: Sql, change: IdentityChange): Promise<void> {
  switch (change.kind) {
    case "token added":
      return insertToken(sql, change.token);
    case "token withdrawn": {
      const at = new Date(change.atMs).toISOString();
      await sql`update tokens set withdrawn_at = ${at}::timestamptz where id = ${change.id}::uuid`;
      return;
    }
    case "rule added":
      return insertRule(sql, change.rule);
    case "rule removed":
      await sql`delete from role_rules where id = ${change.id}::uuid`;
  }
}
