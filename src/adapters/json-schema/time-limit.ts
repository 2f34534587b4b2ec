// Runs work that may not end, such as a hostile regular expression, and stops it after a time.
import { setImmediate } from "node:timers/promises";
import { createContext, Script } from "node:vm";

/** A process that gets no turn of the processor is out of time without having worked: it is tried again. */
const MOST_TRIES = 5;

export class OutOfTime extends Error {
  constructor(limitMs: number) {
    super(`takes longer than ${limitMs} ms`);
  }
}

const context = createContext({ work: undefined });
const call = new Script("work()");

/** Runs work that may not end, within its time. @throws OutOfTime, and what the work throws. */
export type TimedWork = <T>(limitMs: number, work: () => T) => Promise<T>;

/**
 * Work of some callers, with turns of the event loop for others.
 *
 * @param turnMs How long the work of one turn takes, but for the last.
 * @param turn   Resolves in the next turn.
 */
export function createTimedTurns(
  turnMs: number,
  turn: () => Promise<void> = setImmediate,
): TimedWork {
  let spentMs = 0;
  let next: Promise<void> | undefined;
  const begin = async () => {
    await turn();
    [spentMs, next] = [0, undefined];
  };
  return async (limitMs, work) => {
    while (spentMs >= turnMs) {
      next ??= begin();
      await next;
    }
    const beganMs = performance.now();
    try {
      return withinTime(limitMs, work);
    } finally {
      spentMs += performance.now() - beganMs;
    }
  };
}

function withinTime<T>(limitMs: number, work: () => T): T {
  for (let tries = 1; ; tries++) {
    const before = process.cpuUsage();
    try {
      context.work = work;
      return call.runInContext(context, { timeout: limitMs });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      const { user, system } = process.cpuUsage(before);
      const hasWorked = (user + system) / 1000 > limitMs / 2;
      if (hasWorked || tries === MOST_TRIES) throw new OutOfTime(limitMs);
    } finally {
      context.work = undefined;
    }
  }
}
