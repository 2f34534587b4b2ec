// The store of identities of a command, which runs beside the server and is no leader of the database.

import type { Digests } from "../../domain/audit/chain.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { IdentityStore } from "../../domain/ports/identity-store.ts";
import { storeRecords } from "../audit/audit-rows.ts";
import { requireKey } from "../audit/key.ts";
import { createClient } from "../database/client.ts";
import { createIdentityStore } from "./identity-store.ts";

const DEADLINE_MS = 10_000;

/** What writes a record throws KeyRefused where the server signs them with a key that is not here. */
export interface DirectIdentityStore extends IdentityStore {
  /** Whether the database has the tables, which the first start of a server makes. */
  hasTables(): Promise<boolean>;
  /** Stores the records of refused attempts. */
  record(refused: readonly AuditRecord[]): Promise<void>;
  close(): Promise<void>;
}

export function createDirectIdentityStore(url: string, digests: Digests): DirectIdentityStore {
  const client = createClient(1);
  client.connect(url);
  const { read, change } = createIdentityStore(client, digests);
  const checkKey = () => client.within(DEADLINE_MS, (sql) => requireKey(sql, digests));
  return {
    read,
    async change(decide) {
      await checkKey();
      return change(decide);
    },
    hasTables: () =>
      client.within(DEADLINE_MS, async (sql) => {
        const [row] = await sql`
          select to_regclass('tokens') is not null and to_regclass('role_rules') is not null as found`;
        return row?.found === true;
      }),
    async record(refused) {
      if (refused.length === 0) return;
      await checkKey();
      await client.within(DEADLINE_MS, (sql) => storeRecords(sql, refused, digests));
    },
    close: client.close,
  };
}
