// The loop that drains the spool into the database, and tries again while the database cannot be written to.
import { Fault } from "../../domain/base/fault.ts";
import type { Log } from "../../domain/ports/log.ts";
import { writeFailureOf } from "../database/failure.ts";
import type { WriterStats } from "./writer-stats.ts";

const RETRY_MS = 250;

export interface DrainLoop {
  start(): void;
  /** Ends once the present batch is written or has failed. */
  stop(): Promise<void>;
  /** Ends a wait for records. */
  wake(): void;
  stats(): Pick<WriterStats, "degraded" | "degradedCause" | "degradedReason">;
}

/** @param drainOnce Writes one batch; false where no record waits. */
export function createDrainLoop(drainOnce: () => Promise<boolean>, log: Log): DrainLoop {
  let degraded = false;
  let degradedCause: unknown;
  let degradedReason: string | undefined;
  let running = false;
  let loop: Promise<void> = Promise.resolve();
  let wake = () => {};

  function setDegraded(now: boolean, cause?: unknown): void {
    degraded = now;
    degradedCause = cause;
    degradedReason = now ? writeFailureOf(cause) : undefined;
  }

  async function run(): Promise<void> {
    while (running) {
      try {
        const wrote = await drainOnce();
        setDegraded(false);
        if (!wrote && running)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      } catch (error) {
        if (!(error instanceof Fault) && !degraded)
          log.error({ err: error }, "telemetry cannot be written");
        setDegraded(true, error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  return {
    start() {
      running = true;
      loop = run();
    },
    async stop() {
      running = false;
      wake();
      await loop;
    },
    wake: () => wake(),
    stats: () => ({ degraded, degradedCause, degradedReason }),
  };
}
