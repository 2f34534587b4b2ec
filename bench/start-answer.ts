// The time from spawning the built program to its first answer, beside an empty program of Node.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, print } from "./measure.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const ROUNDS = 9;
const FIRST_PORT = 29_000;

export async function benchAnswer(): Promise<void> {
  const bareMs: number[] = [];
  const answerMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const beganMs = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    bareMs.push(performance.now() - beganMs);
    answerMs.push(await timeToAnswer(FIRST_PORT + round));
  }
  print("node -e 0, ms (median of 9)", median(bareMs));
  print("spawn to first answer, ms", median(answerMs));
  print("times, at most 7", median(answerMs) / median(bareMs));
}

async function timeToAnswer(port: number): Promise<number> {
  const beganMs = performance.now();
  const child = spawn(process.execPath, [MAIN, "--port", String(port)], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/assets`).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null)
      throw new Error("the program ended before it answered: npm run build");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const tookMs = performance.now() - beganMs;
  child.kill("SIGTERM");
  await ended;
  return tookMs;
}
