// A thread of the optimiser: it answers each task with a plan.
import { parentPort } from "node:worker_threads";
import { loadSolver } from "../adapters/highs/solver.ts";
import type { PlanTask } from "../adapters/highs/thread-pool.ts";
import { optimise } from "../optimiser/optimise.ts";

const solver = loadSolver();

parentPort?.on("message", async ({ input, calendar }: PlanTask) => {
  parentPort?.postMessage(optimise(input, calendar, await solver));
});
