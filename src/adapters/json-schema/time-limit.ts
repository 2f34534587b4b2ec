// Runs work that may not end, such as a hostile regular expression, and stops it after a time.
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

/** The result of some work. @throws OutOfTime, and what the work throws. */
export function withinTime<T>(limitMs: number, work: () => T): T {
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
