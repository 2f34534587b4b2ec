// A server in a separate process, so that the load does not run on its thread.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface ServerProcess {
  readonly url: string;
  /** The CPU time and memory that the process has used up to now. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export interface Usage {
  /** CPU time of all its threads, user and system, in µs. */
  readonly cpuUs: number;
  /** Resident memory. */
  readonly rssBytes: number;
}

const { scripts } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { readonly scripts: { readonly start: string } };
/** The flags of Node with which `npm start` runs the program: baselines get them too. */
const NODE_FLAGS = scripts.start.split(" ").filter((word) => word.startsWith("--max-"));

const STARTED_MS = 60_000;
const ANSWER_MS = 180_000;

/** Sends the usage of the process to its parent on request. Preloaded before the server, which is not changed for the measurement. */
const METER = `data:text/javascript,${encodeURIComponent(`
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
  });
  process.channel.unref();
`)}`;

/** Starts a script of this project with these arguments, and waits until it is ready on the port. */
export async function startServer(
  path: string,
  port: number,
  args: string[],
  variables: Record<string, string> = {},
): Promise<ServerProcess> {
  const child = startScript(path, args, "pipe", [...NODE_FLAGS, "--import", METER], variables);
  // A benchmark that fails leaves no process that uses the port.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child, () => said);
  return {
    url,
    usage: () => call<Usage>(child, "usage"),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Starts a script of this project, built or not, as a child process that answers requests for its usage. */
export function startScript(
  path: string,
  args: string[],
  stderr: "inherit" | "pipe",
  flags: string[] = [],
  variables: Record<string, string> = {},
): ChildProcess {
  const script = fileURLToPath(new URL(path, import.meta.url));
  const loader = script.endsWith(".ts") ? ["--import", "tsx"] : [];
  return spawn(process.execPath, [...loader, ...flags, script, ...args], {
    stdio: ["ignore", "ignore", stderr, "ipc"],
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "warn", ...variables },
  });
}

/** Sends a child one request at a time; rejects where the child ends, or does not answer for minutes. */
export async function call<T>(child: ChildProcess, question: string): Promise<T> {
  const name = child.spawnargs.slice(-2).join(" ");
  const answered = new AbortController();
  const signal = AbortSignal.any([answered.signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    child.send(question);
    const ended = once(child, "exit", { signal }).then(([code]) => {
      throw new Error(`${name} ended with ${code}`);
    });
    const [answer] = await Promise.race([once(child, "message", { signal }), ended]);
    return answer as T;
  } catch (error) {
    const end = child.exitCode ?? child.signalCode ?? "is still there";
    throw new Error(`${name} did not answer "${question}": ${end}`, { cause: error });
  } finally {
    answered.abort();
  }
}

async function answering(url: string, child: ChildProcess, said: () => string): Promise<void> {
  // A baseline has no such path: its status is not 503 either.
  const status = async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.status;
  const untilMs = Date.now() + STARTED_MS;
  while ([undefined, 503].includes(await status())) {
    if (child.exitCode !== null)
      throw new Error(`the server ended before it answered: npm run build? It said:\n${said()}`);
    if (Date.now() > untilMs) throw new Error(`nothing answers at ${url}:\n${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
