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

interface Computing {
  readonly job: Job;
  readonly timer: NodeJS.Timeout;
}

/** A thread that computes beyond this is ended: its solver has missed its own limit. Times the limit, and added to it. */
const OVERDUE_RATIO = 2;
const OVERDUE_S = 10;

/** Threads start with the first plans, and do not keep a process running that has nothing else to do. */
export function createThreadPool(options: PoolOptions): Optimiser {
  const idle = new Set<Worker>();
  const busy = new Map<Worker, Computing>();
  const waiting: Job[] = [];
  let isStopped = false;

  function startNext(): void {
    while (waiting.length > 0 && busy.size < options.threadCount) compute(waiting.shift() as Job);
    for (const [n, { onPlace }] of waiting.entries()) onPlace?.(n + 1);
  }

  function compute(job: Job): void {
    const [worker = start()] = idle;
    idle.delete(worker);
    const overdueS = job.task.input.timeLimitS * OVERDUE_RATIO + OVERDUE_S;
    const timer = setTimeout(
      () => end(worker, `computed for ${overdueS} s, and was ended`),
      overdueS * 1000,
    );
    busy.set(worker, { job, timer });
    worker.ref();
    worker.postMessage(job.task);
  }

  /** Its listeners stay while it waits: an error that nothing listens to would end the process. */
  function start(): Worker {
    const worker = options.startThread();
    worker.on("message", (outcome: PlanOutcome) => {
      const job = leave(worker);
      worker.unref();
      idle.add(worker);
      job?.answer(outcome);
      startNext();
    });
    worker.on("error", (error) => end(worker, `failed: ${error.message}`));
    worker.on("exit", (code) => end(worker, `ended with code ${code}`));
    return worker;
  }

  /** The job that a thread computes no more; undefined: it had none. */
  function leave(worker: Worker): Job | undefined {
    const computing = busy.get(worker);
    clearTimeout(computing?.timer);
    busy.delete(worker);
    return computing?.job;
  }

  function end(worker: Worker, why: string): void {
    idle.delete(worker);
    void worker.terminate();
    const message = `The thread of the optimiser ${why}: give the plan fewer periods, or try again`;
    leave(worker)?.answer(failed(message));
    startNext();
  }

  return {
    optimise: (input, calendar, onPlace) =>
      new Promise((answer) => {
        if (isStopped) return answer(failed(STOPPED));
        if (busy.size >= options.threadCount && waiting.length >= options.queueLength)
          return answer(busyRefusal(waiting.length));
        waiting.push({ task: { input, calendar }, onPlace, answer });
        startNext();
      }),
    async stop() {
      isStopped = true;
      const workers = [...idle, ...busy.keys()];
      idle.clear();
      for (const job of [...waiting.splice(0), ...workers.map(leave)]) job?.answer(failed(STOPPED));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

const STOPPED = "The optimiser has stopped: try again";

const failed = (message: string) => ({ refusal: refusalOf("OPTIMISER_FAILED", message) });

const busyRefusal = (count: number) => ({
  refusal: refusalOf(
    "OPTIMISER_BUSY",
    `${count} plans wait for the optimiser, and no more may: try again in a moment`,
  ),
});
