// Two programs that are started in the same instant on one database.
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "vitest";
import { type Program, runProgram } from "./program-under-test.ts";

export interface Named {
  readonly program: Program;
  /** Where it listens, also while it waits. */
  readonly url: string;
}

/** A port without a listener. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Status of an answer; undefined while no server listens. */
export const statusOf = async (url: string) => (await fetch(url).catch(() => undefined))?.status;
export const readyOf = ({ url }: Named) => statusOf(`${url}/health/ready`);

/** Starts both, each with a spool of its own in the directory; the one that ticks comes first. */
export async function startBoth(
  directory: string,
  variables: Record<string, string>,
): Promise<[Named, Named]> {
  const ports = [await freePort(), await freePort()].map(String);
  const both = ports.map((port) => ({
    url: `http://127.0.0.1:${port}`,
    program: runProgram({ ...variables, PORT: port, DATA: join(directory, port) }),
  })) as [Named, Named];
  const ready = async () => (await Promise.all(both.map(readyOf))).sort();
  await expect.poll(ready, { timeout: 20_000 }).toEqual([200, 503]);
  return (await readyOf(both[0])) === 200 ? both : [both[1], both[0]];
}
