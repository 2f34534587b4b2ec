// The process of the server: its lock file, its start and its end.
import { constants, existsSync, readFileSync } from "node:fs";
import { open, readFile, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Address, canHoldSocket, listenOptions, SOCKET_PORT } from "./address.ts";
import { type Binaries, programOf } from "./binaries.ts";
import { DATA_NAME, type DataDirectory } from "./data-directory.ts";
import { codeOf, reasonOf } from "./error.ts";
import type { Account } from "./run.ts";
import { run } from "./run.ts";

const LOG_NAME = "postgres.log";
const TIMEOUT_S = 60;
const LONGEST_LOG_BYTES = 1_000_000;
/** Options on the command line, which override the files in the directory. */
const SETTINGS = [
  "max_connections=40",
  "fsync=on",
  "synchronous_commit=on",
  "timezone=UTC",
  "log_timezone=UTC",
  // A client gets its own errors. A log without them grows by a few lines a start.
  "log_min_messages=log",
  "log_checkpoints=off",
];

/** The parameters of the programs. */
export interface Site {
  readonly directory: string;
  readonly data: DataDirectory;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
}

/** The content of postmaster.pid. */
export interface Claim {
  /** 0 where the file has no number: the server is about to write it, or ended before. */
  readonly pid: number;
  /** Undefined until the server listens. */
  readonly address: Address | undefined;
}

export async function readClaim({ path }: DataDirectory): Promise<Claim | undefined> {
  const text = await readFile(join(path, "postmaster.pid"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const [first, , , port, socketDirectory, host] = text.split("\n");
  const pid = numberOf(first);
  if (socketDirectory) return { pid, address: { kind: "socket" } };
  return { pid, address: host ? { kind: "tcp", port: Number(port) } : undefined };
}

function numberOf(line = ""): number {
  return /^\d{1,10}$/.test(line.trim()) ? Number(line) : 0;
}

/** Whether a process of this number runs and could be the server; so may one that has not written its number yet. */
export function isAlive(claim: Claim): boolean {
  if (claim.pid === 0) return true;
  try {
    return process.kill(claim.pid, 0) && !isZombie(claim);
  } catch {
    return false;
  }
}

/** Whether a process has ended but still has its number, as in a container whose first process reaps none. */
export function isZombie({ pid }: Claim): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && /\) [ZX] /.test(readFileSync(stat, "utf8"));
}

/**
 * Frees the lock files whose number now belongs to another process, as after a reboot, or to a zombie, or is missing:
 * PostgreSQL would wait for that process for ever. A lock file is not deleted, but given the number of the process that
 * starts the server: PostgreSQL ignores that number, and still refuses where the memory of an old server is in use.
 */
export async function releaseClaim({ path }: DataDirectory, claim: Claim): Promise<void> {
  for (const name of ["postmaster.pid", `.s.PGSQL.${SOCKET_PORT}.lock`])
    await releaseLock(join(path, name), claim).catch((error) => {
      if (codeOf(error) !== "ENOENT") throw error;
    });
}

async function releaseLock(path: string, claim: Claim): Promise<void> {
  const { O_RDWR, O_NOFOLLOW = 0 } = constants;
  const file = await open(path, O_RDWR | O_NOFOLLOW);
  const [first, ...rest] = (await file.readFile("utf8")).split("\n");
  if (numberOf(first) === claim.pid) {
    await file.truncate(0);
    await file.write([process.pid, ...rest].join("\n"), 0);
  }
  await file.close();
}

/**
 * Starts the server in its own session and waits until it is ready. Returns the reason where it is not.
 *
 * @param at The address of an earlier start.
 */
export async function launch(site: Site, at?: Address): Promise<string | undefined> {
  const { directory, data, binaries, account } = site;
  const log = join(directory, LOG_NAME);
  const logStart = await prepareLog(log, account);
  const address = at ?? (await chooseAddress(data));
  const settings = [...SETTINGS, ...listenOptions(address)];
  const { code, output } = await run(
    programOf(binaries, "pg_ctl"),
    [
      "start",
      "--wait",
      `--timeout=${TIMEOUT_S}`,
      // pg_ctl passes paths through a shell: these contain no special characters.
      `--pgdata=${DATA_NAME}`,
      `--log=${LOG_NAME}`,
      `--options=${settings.map((setting) => `-c ${setting}`).join(" ")}`,
    ],
    { cwd: directory, account },
  );
  if (code === 0) return undefined;
  const logged = (await readFile(log)).subarray(logStart).toString();
  return `${reasonOf(logged || output)} (see ${log})`;
}

/** Shuts the server down and cuts its connections. Returns the reason where it still runs. */
export async function shutDown(site: Site): Promise<string | undefined> {
  const { directory, data, binaries, account } = site;
  const { code, output } = await run(
    programOf(binaries, "pg_ctl"),
    ["stop", "--wait", "--mode=fast", `--timeout=${TIMEOUT_S}`, `--pgdata=${DATA_NAME}`],
    { cwd: directory, account },
  );
  if (code === 0) return undefined;
  const claim = await readClaim(data);
  return claim && isAlive(claim) ? output.trim().split("\n").at(-1) : undefined;
}

/** Makes the log file for the account, renames a long one, and returns its length. */
async function prepareLog(path: string, account: Account | undefined): Promise<number> {
  const before = await stat(path).catch(() => undefined);
  if (before && before.size > LONGEST_LOG_BYTES) await rename(path, `${path}.1`);
  const { O_CREAT, O_WRONLY, O_APPEND, O_NOFOLLOW = 0 } = constants;
  const file = await open(path, O_CREAT | O_WRONLY | O_APPEND | O_NOFOLLOW, 0o600);
  if (account) await file.chown(account.uid, account.gid);
  const { size } = await file.stat();
  await file.close();
  return size;
}

async function chooseAddress({ path }: DataDirectory): Promise<Address> {
  return canHoldSocket(path) ? { kind: "socket" } : { kind: "tcp", port: await freePort() };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
