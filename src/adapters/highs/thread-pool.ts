// The optimiser in threads of their own: each computes one plan at a time, and the others wait.
import type { Worker } from "node:worker_threads";
import type { PlanCalendar } from "../../domain/plan/calendar.ts";
import type { PlanInput } from "../../domain/plan/input.ts";
import { refusalOf } from "../../domain/plan/refusal.ts";
import type { Optimiser, PlanOutcome } from "../../domain/ports/optimiser.ts";

export interface PoolOptions {
  /** Starts a thread, which answers each `PlanTask` with a `PlanOutcome`. */
  startThread(): Worker;
  readonly threadCount: number;
  /** Plans that may wait. */
  readonly queueLength: number;
}

/** What a thread is sent. */
export interface PlanTask {
  readonly input: PlanInput;
  readonly calendar: PlanCalendar;
}

interface Job {
  readonly task: PlanTask;
  readonly onPlace: ((place: number) => void) | undefined;
  answer(outcome: PlanOutcome): void;
}

/** A thread that computes beyond this is ended: its solver has missed its own limit. Times the limit, and added to it. */
const OVERDUE_RATIO = 2;
const OVERDUE_S = 10;

/** Threads start with the first plans, and do not keep a process running that has nothing else to do. */
export function createThreadPool(options: PoolOptions): Optimiser {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  const waiting: Job[] = [];
  let isStopped = false;

  function startNext(): void {
    while (waiting.length > 0 && busy.size < options.threadCount) compute(waiting.shift() as Job);
    for (const [n, { onPlace }] of waiting.entries()) onPlace?.(n + 1);
  }

  function compute(job: Job): void {
    const worker = idle.pop() ?? options.startThread();
    busy.set(worker, job);
    worker.ref();
    const overdueS = job.task.input.timeLimitS * OVERDUE_RATIO + OVERDUE_S;
    const timer = setTimeout(
      () => end(`computed for ${overdueS} s, and was ended`),
      overdueS * 1000,
    );
    const onMessage = (outcome: PlanOutcome) => {
      leave();
      worker.unref();
      idle.push(worker);
      job.answer(outcome);
      startNext();
    };
    const onError = (error: Error) => end(`failed: ${error.message}`);
    const onExit = (code: number) => end(`ended with code ${code}`);
    function leave(): void {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      busy.delete(worker);
    }
    function end(why: string): void {
      leave();
      worker.on("error", () => {});
      void worker.terminate();
      job.answer(
        failed(`The thread of the optimiser ${why}: give the plan fewer periods, or try again`),
      );
      startNext();
    }
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(job.task);
  }

  return {
    optimise: (input, calendar, onPlace) =>
      new Promise((answer) => {
        if (isStopped) return answer(failed("The optimiser has stopped: try again"));
        if (busy.size >= options.threadCount && waiting.length >= options.queueLength)
          return answer(busyRefusal(waiting.length));
        waiting.push({ task: { input, calendar }, onPlace, answer });
        startNext();
      }),
    async stop() {
      isStopped = true;
      for (const job of [...waiting.splice(0), ...busy.values()])
        job.answer(failed("The optimiser has stopped: try again"));
      const workers = [...idle.splice(0), ...busy.keys()];
      busy.clear();
      await Promise.all(workers.map((worker) => worker.removeAllListeners().terminate()));
    },
  };
}

const failed = (message: string) => ({ refusal: refusalOf("OPTIMISER_FAILED", message) });

const busyRefusal = (count: number) => ({
  refusal: refusalOf(
    "OPTIMISER_BUSY",
    `${count} plans wait for the optimiser, and no more may: try again in a moment`,
  ),
});
