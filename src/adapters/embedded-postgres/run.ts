// Runs a program to its end, as a user of the operating system.
import { spawn } from "node:child_process";

/** A user of the operating system. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** What is left in a pipe is read within this time, in ms: on Windows the server keeps it open. */
const DRAIN_MS = 200;

export interface Outcome {
  readonly code: number | null;
  /** What it wrote to either stream. */
  readonly output: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly account?: Account | undefined;
}

/**
 * Runs a program to its end, in its own session: Ctrl-C reaches the process group of the terminal, and is not
 * meant for it. Rejects where it cannot be run.
 */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const { cwd, account } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env: neutralEnvironment(),
      detached: true,
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
      // An id of 2^32 - 2, the nobody of macOS, is -2 to Node.
      ...(account && { uid: account.uid | 0, gid: account.gid | 0 }),
    });
    let output = "";
    const hear = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const finish = () => {
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code: child.exitCode, output });
    };
    child.once("error", reject);
    child.once("close", finish);
    child.once("exit", () => setTimeout(finish, DRAIN_MS).unref());
  });
}

/** Ours without what would steer PostgreSQL, and in English, which we read. */
function neutralEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("PG"));
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}
