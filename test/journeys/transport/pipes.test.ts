// The program under a shell: pipes whose reader has gone or does not read, and signals.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const LONGEST_STOP_MS = 5000;
const running: ChildProcess[] = [];
// The embedded PostgreSQL of root runs as another user, and is made once: it takes some seconds.
const folder = mkdtempSync(join(tmpdir(), "mando-pipes-"));
chmodSync(folder, 0o755);
const data = join(folder, "data");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

/** Starts the program, and waits until it listens. It logs much: each tick is a line. */
async function start(flags: readonly string[] = []) {
  const port = String(20_000 + Math.floor(Math.random() * 10_000));
  const child = spawn(process.execPath, [MAIN, ...flags], {
    env: {
      PATH: process.env.PATH,
      PORT: port,
      TICK_SECONDS: "0.05",
      LOG_LEVEL: "debug",
      DEMO: "0",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const exit = once(child, "exit").then(([code, signal]) => code ?? signal);
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const untilReady = () => expect.poll(isReady, { timeout: 20_000 }).toBe(true);
  return { child, exit, url, untilReady, isReady };
}

async function endsOn(
  signal: NodeJS.Signals,
  { child, exit }: Awaited<ReturnType<typeof start>>,
): Promise<unknown> {
  const beganMs = performance.now();
  child.kill(signal);
  const code = await exit;
  expect(performance.now() - beganMs).toBeLessThan(LONGEST_STOP_MS);
  return code;
}

describe.each([
  ["in memory", []],
  ["with a folder", ["--data", data]],
] as const)("%s", (_, flags) => {
  test.each([
    ["stdout", ["stdout"]],
    ["stderr", ["stderr"]],
    ["both", ["stdout", "stderr"]],
  ] as const)(
    "the reader of %s may leave: all continues, and a signal ends it",
    async (_, names) => {
      const program = await start(flags);
      for (const name of names) program.child[name]?.destroy();
      await program.untilReady();
      expect((await fetch(`${program.url}/assets/nothing`)).status).toBe(400);
      expect(await endsOn("SIGINT", program)).toBe(0);
    },
    40_000,
  );

  test("the reader may leave in the instant of the signal, as tee does at Ctrl-C", async () => {
    const program = await start(flags);
    await program.untilReady();
    program.child.stdout?.destroy();
    expect(await endsOn("SIGINT", program)).toBe(0);
  }, 40_000);
});

test("a second signal ends it at once, though a database hangs; the first one within 5 s", async () => {
  const hang = async () => {
    const program = await start(["--data", data]);
    await program.untilReady();
    const [line = ""] = readFileSync(join(data, "postgres/postmaster.pid"), "utf8").split("\n");
    const postmaster = Number(line);
    process.kill(postmaster, "SIGSTOP");
    return { program, wake: () => process.kill(postmaster, "SIGCONT") };
  };
  const first = await hang();
  try {
    expect(await endsOn("SIGTERM", first.program)).toBe(1);
  } finally {
    first.wake();
  }
  const second = await hang();
  try {
    second.program.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const beganMs = performance.now();
    expect(await endsOn("SIGINT", second.program)).toBe(130);
    expect(performance.now() - beganMs).toBeLessThan(1000);
  } finally {
    second.wake();
  }
}, 60_000);
