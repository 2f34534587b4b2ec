// Programs that Debian has, each run by a test with files of its own and on ports that are free.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";

export interface SystemProgram {
  stop(): Promise<void>;
}

/** What prints the version of each. */
const VERSION_FLAGS = { nginx: "-v", caddy: "version", prometheus: "--version" };

/** Whether a program is installed; where it is not, logs that its tests are skipped. */
export function isInstalled(program: keyof typeof VERSION_FLAGS): boolean {
  try {
    execFileSync(program, [VERSION_FLAGS[program]], {
      env: { PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: "ignore",
    });
    return true;
  } catch {
    process.stderr.write(`no ${program} found: its tests are skipped\n`);
    return false;
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((it) => once(it, "listening")));
  const ports = servers.map((it) => (it.address() as AddressInfo).port);
  await Promise.all(servers.map((it) => new Promise((resolve) => it.close(resolve))));
  return ports;
}

/**
 * Runs a program until it listens on its ports.
 *
 * @param folder What the program may write to; it is removed with it.
 */
export async function runSystemProgram(
  program: string,
  flags: readonly string[],
  folder: string,
  ports: readonly number[],
): Promise<SystemProgram> {
  const env = { PATH: `${process.env.PATH}:/usr/sbin`, HOME: folder, XDG_DATA_HOME: folder };
  const child = spawn(program, flags, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
    });
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const port of ports) await listening(child, port);
  } catch {
    await stop();
    throw new Error(`${program} does not run: ${said}`);
  }
  return { stop };
}

/** Waits until a port takes connections. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (child.exitCode === null && performance.now() < deadlineMs) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${port}`);
}
