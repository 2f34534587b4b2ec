// The check of an imported audit log: each link, and the head that the export named.
import type { AuditHead } from "../../domain/audit/chain.ts";
import { createDigests } from "../audit/digest.ts";
import { verifyRows } from "../audit/verification.ts";
import type { Sql } from "../database/client.ts";
import { TransferRefused } from "./refused.ts";

/**
 * @param directory The folder of the export.
 * @param hasOwn    Whether the database had links before.
 * @throws TransferRefused where the imported links do not verify.
 */
export async function refuseBrokenAudit(
  sql: Sql,
  directory: string,
  head: AuditHead,
  hasOwn: boolean,
  auditKey: string | undefined,
): Promise<void> {
  const { faults, faultCount, needsKeyFrom } = await verifyRows(sql, createDigests(auditKey), head);
  if (faultCount > 0 && hasOwn)
    throw new TransferRefused(
      "the database has an audit log of its own, to which that of the export cannot be added: import into a new database",
    );
  if (faultCount > 0)
    throw new TransferRefused(
      `the audit log in ${directory} does not verify: ${faults[0]?.message}${faultCount > 1 ? `, and ${faultCount - 1} more` : ""}: use the folder as it was written, with its AUDIT_KEY`,
    );
  if (needsKeyFrom !== null)
    throw new TransferRefused(
      `the audit log in ${directory} is linked with a key from ${needsKeyFrom} on: set AUDIT_KEY to verify it`,
    );
}
