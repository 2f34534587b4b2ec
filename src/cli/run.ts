// Runs the command that the command line names.
import { withCommand } from "./arguments.ts";
import { createProgram, DEFAULT_COMMAND } from "./program.ts";

export async function run(given: readonly string[]): Promise<void> {
  // An error of a stream without a reader loses the text, and does not end the process.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  await createProgram().parseAsync(withCommand(given, DEFAULT_COMMAND), { from: "user" });
}
