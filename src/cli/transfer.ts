// The commands that export and import the store.
import { createLog } from "../compose/application.ts";
import { createTransfer } from "../compose/transfer.ts";
import { readSettings, type SettingName } from "../config/settings.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail, messageOf } from "./exit.ts";

/** The signals that end a transfer, with the exit codes that shells expect. */
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** Moves all stored data into a folder of files, or stores the data of such a folder. */
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
  const ended = new AbortController();
  for (const [name, code] of SIGNALS)
    process.once(name, () => {
      process.exitCode = code;
      ended.abort(new Error(`the ${direction} was ended: nothing is left of it`));
    });
  // The reader of the counts may close its end of the pipe.
  process.stdout.on("error", () => {});
  try {
    const moved = await all[direction](directory, ended.signal);
    if ("refused" in moved) return fail(moved.refused, EXIT_REFUSED);
    for (const [table, count] of Object.entries(moved.rows))
      process.stdout.write(`${table.padEnd(14)} ${count} rows\n`);
  } catch (error) {
    return fail(messageOf(error), (process.exitCode as number | undefined) ?? EXIT_FAULT);
  }
}
