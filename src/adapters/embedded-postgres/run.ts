// A run of a program to its end, as a user of the operating system.
import { spawn } from "node:child_process";

/** A user of the operating system. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The time in which the rest of a pipe is read, in ms: on Windows the server leaves the pipe open. */
const DRAIN_MS = 200;

export interface Outcome {
  readonly code: number | null;
  /** The text that the program wrote to either stream. */
  readonly output: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly account?: Account | undefined;
}

/**
 * Runs a program to its end, in its own session, so that Ctrl-C, which reaches the process group of the terminal,
 * does not end it. Rejects where the program cannot be run.
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
      // An id of 2^32 - 2, an unprivileged user of macOS, is -2 in Node.
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

/** The environment of this process without the variables of PostgreSQL, and with messages in English, which are parsed. */
function neutralEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("PG"));
  return { ...Object.fromEntries(others), LC_ALL: "C" };
}
