// The command that exports the running fleet as an assets file.
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "./exit.ts";
import { request, serverOf } from "./server-requests.ts";

/** Writes the fleet of a running server as an assets file. */
export async function exportAssets(flags: { url?: string; output?: string }): Promise<void> {
  const { output } = flags;
  const server = serverOf(flags.url);
  if (output !== undefined && existsSync(output)) return failThere(output);
  const text = await request(server, "assets/export", (answer) => answer.text());
  if (output !== undefined) return write(output, text);
  process.stdout.once("error", ({ message }) => fail(message, EXIT_FAULT));
  process.stdout.write(text);
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return failThere(file);
    // Half a file would give half a fleet.
    await rm(file, { force: true }).catch(() => {});
    return fail(message, isOfName(code) ? EXIT_REFUSED : EXIT_FAULT);
  }
}

/** Whether the name of a file is the reason why it cannot be written. */
const isOfName = (code: string | undefined) =>
  code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "EROFS";

function failThere(file: string): never {
  return fail(`${file} is there already: name a new file`, EXIT_REFUSED);
}
