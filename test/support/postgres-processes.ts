// The processes of an embedded server, to be hurt.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The postmaster of a data directory, then its children. */
export function postgresPids(directory: string): number[] {
  const lock = readFileSync(join(directory, "postgres/postmaster.pid"), "utf8");
  const postmaster = Number(lock.split("\n")[0]);
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(postmaster)], {
    encoding: "utf8",
  });
  return [postmaster, ...children.trim().split(/\s+/).map(Number)];
}

export function signalAll(name: "STOP" | "CONT" | "KILL", pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, `SIG${name}`);
    } catch (error) {
      // A child may have ended since it was listed.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Ends a server as a power cut would, in the middle of whatever it does. */
export function killPostgres(directory: string): void {
  signalAll("KILL", postgresPids(directory));
}
