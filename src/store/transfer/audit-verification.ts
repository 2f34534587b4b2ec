// Verification of the audit log of a database, also while a server runs it.
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditHead } from "../../domain/audit/chain.ts";
import type { Log } from "../../domain/ports/log.ts";
import { migrateDatabase } from "../adoption/migration.ts";
import { createDigests } from "../audit/digest.ts";
import {
  readUnlinkedBefore,
  stillUnlinked,
  type VerifiedRows,
  verifyRows,
} from "../audit/verification.ts";
import { createClient, type Sql } from "../database/client.ts";

const DEADLINE_MS = 24 * 3600 * 1000;
/** A server links what is committed within a second. */
const LINKED_AFTER_MS = 3_000;

/**
 * Verifies the audit log as of one instant.
 *
 * @param auditKey AUDIT_KEY; undefined: there is none.
 * @param head     A head that was noted before.
 */
export async function verifyStoredAudit(
  url: string,
  log: Log,
  auditKey?: string,
  head?: AuditHead,
): Promise<VerifiedRows> {
  const client = createClient(1);
  try {
    await migrateDatabase(url, log);
    client.connect(url);
    const within = <T>(work: (sql: Sql) => Promise<T>) => client.within(DEADLINE_MS, work);
    let unlinkedIds = await within(readUnlinkedBefore);
    if (unlinkedIds.length > 0) {
      await sleep(LINKED_AFTER_MS);
      unlinkedIds = await within((sql) => stillUnlinked(sql, unlinkedIds));
    }
    return await within(async (sql) => {
      await sql.unsafe("begin isolation level repeatable read read only");
      const verified = await verifyRows(sql, createDigests(auditKey), head, unlinkedIds);
      await sql.unsafe("commit");
      return verified;
    });
  } finally {
    await client.close();
  }
}
