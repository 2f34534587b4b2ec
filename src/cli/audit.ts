// The command that verifies the audit log.
import { createLog } from "../compose/application.ts";
import { verifyAudit } from "../compose/audit.ts";
import { readSettings } from "../config/settings.ts";
import { EXIT_FAULT, fail, messageOf } from "./exit.ts";

/** The exit code where the audit log has faults. */
const EXIT_FAULTY = 2;

/** Verifies the stored audit log, also while a server runs it. */
export async function verify({ head, ...flags }: { head?: string; data?: string }): Promise<void> {
  const read = readSettings(flags, process.env);
  if ("problems" in read) return fail(read.problems.join("; "), EXIT_FAULT);
  const log = await createLog({ ...read.settings, logLevel: "warn" }, process.stdout.isTTY);
  try {
    const report = await verifyAudit(read.settings, log, head);
    if ("refused" in report) return fail(report.refused, EXIT_FAULT);
    process.stdout.write(`${report.lines.join("\n")}\n`);
    if (report.faultCount > 0) process.exitCode = EXIT_FAULTY;
  } catch (error) {
    return fail(messageOf(error), EXIT_FAULT);
  }
}
