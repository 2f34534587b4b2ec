// The command that exports the running fleet as an assets file.
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { readSettings, type Settings } from "../config/settings.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "./exit.ts";

/** Writes the fleet of a running server as an assets file. */
export async function exportAssets(flags: { url?: string; output?: string }): Promise<void> {
  const { output } = flags;
  const server = flags.url ?? configuredServer();
  if (!URL.canParse("assets/export", server))
    return fail(`${server} is no address: name one like http://127.0.0.1:3001`, EXIT_REFUSED);
  if (output !== undefined && existsSync(output)) return failThere(output);
  const text = await download(server);
  if (output !== undefined) return write(output, text);
  process.stdout.once("error", ({ message }) => fail(message, EXIT_FAULT));
  process.stdout.write(text);
}

function configuredServer(): string {
  const read = readSettings({}, process.env);
  if ("problems" in read) return fail(read.problems.join("; "), EXIT_REFUSED);
  const { host, port } = read.settings;
  if (port === 0) return fail("PORT is any free one: name the server with --url", EXIT_REFUSED);
  return `http://${reachable(host)}:${port}`;
}

/** The host by which this machine reaches a server that listens on an address. */
function reachable(host: Settings["host"]): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

async function download(server: string): Promise<string> {
  const address = new URL("assets/export", server.endsWith("/") ? server : `${server}/`);
  try {
    const answer = await fetch(address);
    const text = await answer.text();
    if (answer.ok) return text;
    return fail(`${server} answers ${answer.status}: ${detailOf(text)}`, EXIT_FAULT);
  } catch (error) {
    const { message, cause } = error as Error;
    const why = (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
    return fail(`${server} does not answer (${why}): does it run there?`, EXIT_FAULT);
  }
}

/** The detail of a problem document; of any other text the first line. */
function detailOf(text: string): string {
  try {
    return String((JSON.parse(text) as { detail?: unknown }).detail);
  } catch {
    return text.split("\n")[0] ?? "";
  }
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
