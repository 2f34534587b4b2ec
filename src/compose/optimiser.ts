// The optimiser of a process: threads beside its own, one for each core but one.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { createThreadPool } from "../adapters/highs/thread-pool.ts";
import { systemTimeZones } from "../adapters/time-zones/time-zones.ts";
import type { Optimiser } from "../domain/ports/optimiser.ts";
import { createPlans, type Plans } from "../services/plan/plans.ts";

/** Plans that may wait. */
const QUEUE_LENGTH = 100;

/** In the bundle it is a file of its own. */
const THREAD = new URL("./optimiser-thread.ts", import.meta.url);

/** Where the sources run, tsx compiles them in each thread anew. */
const FROM_SOURCES = `import("tsx/esm/api").then(({ register }) => { register(); return import("${THREAD}"); });`;

export function createOptimiser(): Optimiser {
  return createThreadPool({
    startThread: () =>
      THREAD.pathname.endsWith(".ts")
        ? new Worker(FROM_SOURCES, { eval: true })
        : new Worker(THREAD),
    threadCount: Math.max(1, availableParallelism() - 1),
    queueLength: QUEUE_LENGTH,
  });
}

/** Plans without a server. */
export function createPlanning(): { readonly plans: Plans; stop(): Promise<void> } {
  const optimiser = createOptimiser();
  return { plans: createPlans(optimiser, systemTimeZones), stop: optimiser.stop };
}
