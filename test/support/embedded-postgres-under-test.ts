// Embedded servers in directories of their own, and programs that use one. `cleanUp` ends them all.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import {
  createEmbeddedPostgres,
  type EmbeddedPostgres,
} from "../../src/adapters/embedded-postgres/server.ts";
import type { Log } from "../../src/domain/ports/log.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SERVER = new URL("../../src/adapters/embedded-postgres/server.ts", import.meta.url).href;
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const bases: string[] = [];
const children: ChildProcess[] = [];
const directories = new Set<string>();

/** A new directory for a server. */
export function newDirectory(name = "data"): string {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "mando-pg-")));
  chmodSync(base, 0o755);
  bases.push(base);
  return join(base, name);
}

export function serverOf(directory: string, packageRoot?: string, log = silent): EmbeddedPostgres {
  directories.add(directory);
  return createEmbeddedPostgres({ directory, log, ...(packageRoot && { packageRoot }) });
}

/** The server's process number in its lock file. */
export function pidOf(directory: string): number | undefined {
  const path = join(directory, "postgres/postmaster.pid");
  return existsSync(path) ? Number.parseInt(readFileSync(path, "utf8"), 10) : undefined;
}

/** A process that has ended keeps its number until its exit status is read. */
export function isAlive(pid: number): boolean {
  try {
    if (existsSync("/proc/self"))
      return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The rows of one query, on a connection of its own. */
export async function call(url: string, query: string, password?: string) {
  const host = decodeURIComponent(new URL(url).hostname);
  const options = { host, max: 1, onnotice() {}, ...(password && { password }) };
  const sql = postgres(url, options);
  try {
    return [...(await sql.unsafe(query))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

export interface Program {
  readonly child: ChildProcess;
  /** The connection string it prints. Rejects when it ends first. */
  readonly url: Promise<string>;
  readonly exit: Promise<number | null>;
}

/** A program in a process group of its own that starts the server and stops it on SIGINT. */
export function runProgram(directory: string, prefix: readonly string[] = []): Program {
  directories.add(directory);
  const code = `
    import { createEmbeddedPostgres } from ${JSON.stringify(SERVER)};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const server = createEmbeddedPostgres({ directory: ${JSON.stringify(directory)}, log });
    process.once("SIGINT", () => server.stop().then(() => process.exit(0), () => process.exit(3)));
    process.stdout.write("preparing\\n");
    try { process.stdout.write("url " + await server.start() + "\\n"); }
    catch (error) { process.stdout.write(error.message + "\\n"); process.exit(1); }`;
  const [file = "", ...args] = [
    ...prefix,
    process.execPath,
    ...["--import", "tsx", "--input-type=module", "--eval", code],
  ];
  const child = spawn(file, args, { cwd: ROOT, detached: true });
  children.push(child);
  let output = "";
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const url = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.stderr?.on("data", (chunk) => {
      output += chunk;
    });
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const [, found] = /^url (.*)\n/m.exec(output) ?? [];
      if (found) resolve(found);
    });
    void exit.then(() => reject(new Error(output)));
  });
  url.catch(() => {});
  return { child, url, exit };
}

/** Ends every program and server of this file, however a test ended, and removes their directories. */
export async function cleanUp(): Promise<void> {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const directory of directories) {
    const pid = pidOf(directory);
    if (pid && isPostgres(pid)) {
      process.kill(pid, "SIGQUIT");
      while (isAlive(pid)) await sleep(20);
    }
  }
  directories.clear();
  for (const base of bases.splice(0))
    rmSync(base, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
}

function isPostgres(pid: number): boolean {
  if (!existsSync("/proc/self")) return pid !== process.pid && isAlive(pid);
  const path = `/proc/${pid}/cmdline`;
  return (
    existsSync(path) && readFileSync(path, "utf8").split("\0")[0]?.endsWith("postgres") === true
  );
}

/** The folder of the binaries that Mando finds. */
export function installedPackage(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const entry = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  return dirname(dirname(entry));
}
