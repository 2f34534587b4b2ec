// Starts a server in a process of its own, so that the load does not run on its thread.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a script of this project with these arguments, and waits until it answers on the port. */
export async function startServer(
  path: string,
  port: number,
  args: string[],
): Promise<ServerProcess> {
  const script = fileURLToPath(new URL(path, import.meta.url));
  const loader = script.endsWith(".ts") ? ["--import", "tsx"] : [];
  const env = { ...process.env, NODE_ENV: "production", LOG_LEVEL: "warn" };
  const child = spawn(process.execPath, [...loader, script, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env,
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  while ((await fetch(url).catch(() => undefined)) === undefined) {
    if (child.exitCode !== null)
      throw new Error("the server ended before it answered: npm run build");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
