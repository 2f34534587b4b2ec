// The built program in a process of its own, on a fleet of many batteries. `endPrograms` ends them all.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const running = new Set<ChildProcess>();

export interface Program {
  readonly child: ChildProcess;
  /** Its address, once the fleet runs. Rejects with its output where it ends first. */
  readonly url: Promise<string>;
  /** Its output up to now. */
  output(): string;
  /** Ends it as a crash would, and waits until it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts the program with these variables and no others, on any free port unless one is given.
 * @param node The program that runs it.
 */
export function runProgram(variables: Record<string, string>, node = process.execPath): Program {
  const child = spawn(node, [MAIN], {
    env: { PATH: process.env.PATH, PORT: "0", DEMO: "0", LOG_LEVEL: "warn", ...variables },
  });
  running.add(child);
  const ended = once(child, "close").then(() => running.delete(child));
  let text = "";
  const url = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      const [, found] = /Mando runs at (\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    ended.then(() => reject(new Error(text)));
  });
  url.catch(() => {});
  return {
    child,
    url,
    output: () => text,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Ends what still runs, also what is stopped. */
export function endPrograms(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Dispatches a battery. */
export function postDispatch(url: string, assetId: string, mw: number): Promise<Response> {
  return fetch(`${url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: assetId, mw }),
  });
}

/** The value of a metric, as `name` or `name{label="value"}`. */
export async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`there is no metric ${name}`);
  return Number(line.slice(name.length));
}

/** `ready`, `degraded`, or undefined where it is neither. */
export async function readHealth(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { status: string }).status : undefined;
}
