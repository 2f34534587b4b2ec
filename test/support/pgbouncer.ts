// Debian's PgBouncer before an embedded PostgreSQL.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./two-programs.ts";

const PROGRAM = "pgbouncer";

/** Tests that need it are skipped where it is not installed. */
export const hasPgBouncer = spawnSync(PROGRAM, ["--version"]).status === 0;
if (!hasPgBouncer)
  process.stderr.write(
    "no pgbouncer: tests through PgBouncer are skipped (apt-get install pgbouncer)\n",
  );

export interface PgBouncer {
  /** The address of the same database through it. */
  through(url: string): string;
  stop(): void;
}

/** @param serverUrl Address of a server of ours, which listens at a socket. */
export async function startPgBouncer(
  serverUrl: string,
  mode: "session" | "transaction" | "statement",
  more = "",
): Promise<PgBouncer> {
  const { hostname, username, password } = new URL(serverUrl);
  const socketFolder = decodeURIComponent(hostname);
  // PgBouncer does not run as root; the user of PostgreSQL may enter the folder of its socket.
  const { uid, gid } = statSync(socketFolder);
  const folder = mkdtempSync(join(tmpdir(), "mando-pgbouncer-"));
  const port = await freePort();
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
* = host=${socketFolder} port=5432 user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
${more}
`,
  );
  for (const path of [folder, file]) chownSync(path, uid, gid);
  const child = spawn(PROGRAM, [file], { uid, gid, stdio: "ignore" });
  await listening(port, child);
  return {
    through(url) {
      const address = new URL(url);
      address.hostname = "127.0.0.1";
      address.port = String(port);
      return address.href;
    },
    stop() {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    },
  };
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () =>
        resolve(false),
      );
      socket.once("connect", () => socket.destroy());
    });
    if (isThere) return;
    await sleep(25);
  }
  throw new Error("PgBouncer does not start");
}
