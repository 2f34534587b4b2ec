// The records of the audit log that a spool holds, which outlive what else is in it.
import type { Digests } from "../../domain/audit/chain.ts";
import { storeAudit } from "../audit/audit-rows.ts";
import type { Client } from "../database/client.ts";
import { isRefused } from "../database/trial.ts";
import type { Spool } from "../spool/spool.ts";
import { contentOf } from "./spool-payload.ts";

const BATCH_BYTES = 8 * 2 ** 20;
const DEADLINE_MS = 10_000;

/** Stores them, and empties the spool. */
export async function clearButAudit(
  spool: Spool,
  client: Client,
  auditDigests: Digests,
): Promise<void> {
  for (;;) {
    const records = await spool.read(BATCH_BYTES);
    const last = records.at(-1);
    if (last === undefined) break;
    const { audit } = contentOf(records.map(({ payload }) => payload));
    await client
      .transact(DEADLINE_MS, (sql) => storeAudit(sql, audit, auditDigests))
      .catch((error: unknown) => {
        if (!isRefused(error)) throw error;
      });
    await spool.acknowledge(last.sequence);
  }
  await spool.clear();
}
