// Runs work that may not end, such as a hostile regular expression, and stops it after a time.
import { createContext, Script } from "node:vm";

/** How long a schema may hold the thread, in ms: one that is meant well needs some ms for the largest document. */
const LIMIT_MS = 100;
/** A process that gets no turn of the processor is out of time without having worked: it is tried again. */
const MOST_TRIES = 5;

export class OutOfTime extends Error {
  constructor() {
    super(`takes longer than ${LIMIT_MS} ms`);
  }
}

const context = createContext({ work: undefined });
const call = new Script("work()");

/** The result of some work. @throws OutOfTime, and what the work throws. */
export function withinTime<T>(work: () => T): T {
  for (let tries = 1; ; tries++) {
    const before = process.cpuUsage();
    try {
      context.work = work;
      return call.runInContext(context, { timeout: LIMIT_MS });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1000 > LIMIT_MS / 2 || tries === MOST_TRIES) throw new OutOfTime();
    } finally {
      context.work = undefined;
    }
  }
}
