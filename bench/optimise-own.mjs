// The optimiser as it is built, in a process of its own with one thread: plans again and again, from the input to the
// answer, and prints times and peak memory.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import { Worker } from "node:worker_threads";

const [, , file, rounds] = process.argv;
const task = deserialize(readFileSync(file));
const worker = new Worker(new URL("../dist/optimiser-thread.js", import.meta.url));
const times = [];
let expectedEur = 0;
for (let round = 0; round < Number(rounds); round++) {
  const beganMs = performance.now();
  const answered = once(worker, "message");
  worker.postMessage(task);
  const [{ plan }] = await answered;
  expectedEur = plan.expectedEur;
  times.push(performance.now() - beganMs);
}
process.stdout.write(
  JSON.stringify({ times, objective: -expectedEur, peakKb: process.resourceUsage().maxRSS }),
);
await worker.terminate();
