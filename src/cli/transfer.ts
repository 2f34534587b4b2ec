import { createTransfer } from "../compose/transfer.ts";
import { createLog } from "../compose.ts";
import { readSettings, type SettingName } from "../config/settings.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "./exit.ts";

/** Moves everything that is kept into a folder of files, or takes it in from one. */
export async function transfer(
  direction: "export" | "import",
  directory: string,
  flags: Partial<Record<SettingName, string>>,
): Promise<void> {
  const read = readSettings(flags, process.env);
  if ("problems" in read) return fail(read.problems.join("; "), EXIT_REFUSED);
  const log = await createLog({ ...read.settings, logLevel: "warn" }, process.stdout.isTTY);
  const all = createTransfer(read.settings, log);
  if (all === undefined)
    return fail(
      "there is no data to move: name its folder with --data, or set DATABASE_URL",
      EXIT_REFUSED,
    );
  try {
    const moved = await all[direction](directory);
    if ("refused" in moved) return fail(moved.refused, EXIT_REFUSED);
    for (const [table, count] of Object.entries(moved.rows))
      process.stdout.write(`${table.padEnd(14)} ${count} rows\n`);
  } catch (error) {
    return fail((error as Error).message, EXIT_FAULT);
  }
}
