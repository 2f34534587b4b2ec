// The verification of the stored audit log, with or without a running server, as a report.
import { holdsData } from "../adapters/embedded-postgres/data-directory.ts";
import type { Settings } from "../config/settings.ts";
import { headText, readHead } from "../domain/audit/chain.ts";
import type { Log } from "../domain/ports/log.ts";
import type { VerifiedRows } from "../store/audit/verification.ts";
import { examineDatabase } from "../store/database/examination.ts";
import { explained } from "../store/database/failure.ts";
import { StartRefused } from "../store/database/start-refused.ts";
import { verifyStoredAudit } from "../store/transfer/audit-verification.ts";
import { createDatabase } from "./storage.ts";

/** What was found, or the reason why nothing could be verified. */
export type AuditReport =
  | { readonly lines: readonly string[]; readonly faultCount: number }
  | { readonly refused: string };

/** @param head A head that was noted before, as the log of the server has it. */
export async function verifyAudit(
  settings: Settings,
  log: Log,
  head: string | undefined,
): Promise<AuditReport> {
  const { data, databaseUrl, auditKey } = settings;
  const database = createDatabase(settings, log);
  if (database === undefined)
    return { refused: "there is no audit log: name its folder with --data, or set DATABASE_URL" };
  // Opening a folder without a database would make one.
  if (databaseUrl === undefined && data !== undefined && !(await holdsData(data)))
    return {
      refused: `there is no audit log: DATA ${data} holds no database; name the data folder of the server`,
    };
  const noted = head === undefined ? undefined : readHead(head);
  if (head !== undefined && noted === undefined)
    return {
      refused: "--head must be a number, a colon and a hash, as the log of a server has it",
    };
  try {
    const url = await database.open();
    await explained(url, examineDatabase(url, log));
    return reportOf(await verifyStoredAudit(url, log, auditKey, noted));
  } catch (error) {
    if (error instanceof StartRefused) return { refused: error.message };
    throw error;
  } finally {
    await database.close();
  }
}

function reportOf(verified: VerifiedRows): AuditReport {
  const { faultCount, faults, needsKeyFrom } = verified;
  if (needsKeyFrom !== null && faultCount === 0)
    return { refused: `the audit log is linked with a key from ${needsKeyFrom} on: set AUDIT_KEY` };
  if (faults[0]?.kind === "other_key") return { refused: faults[0].message };
  const found = faults.map(({ message }) => message);
  const more = faultCount - faults.length;
  const rest = more > 0 ? [`and ${more} more faults`] : [];
  return { lines: [...summaryOf(verified), ...found, ...rest], faultCount };
}

function summaryOf(verified: VerifiedRows): string[] {
  const { count, firstAtMs, checkpoint, head, unkeyedCount, waitingRows, faultCount } = verified;
  const from = firstAtMs === null ? "" : `, from ${new Date(firstAtMs).toISOString()} on`;
  const lines = [`${count} records verified${from}: ${faultCount} faults`];
  if (checkpoint !== null)
    lines.push(
      `continued from the checkpoint at ${headText(checkpoint)} of ${new Date(checkpoint.atMs).toISOString()}, ${checkpoint.signature === null ? "unsigned" : "signed"}`,
    );
  if (unkeyedCount > 0)
    lines.push(`${unkeyedCount} of them are linked without a key, which does not protect them`);
  if (waitingRows > 0) lines.push(`${waitingRows} more records wait for their link`);
  return [...lines, `head ${headText(head)}`];
}
