// The readings of the past of one operation: one after the other, so that a client takes one place in the queue of the
// store whatever it asks for, and the thread is free between two of them.
import { Fault } from "../../../domain/base/fault.ts";

/** Reads in turn; once a reading has failed for a fault, those that wait fail for the same. */
export type InTurn = <T>(read: () => Promise<T>) => Promise<T>;

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  let fault: Fault | undefined;

  async function run<T>(read: () => Promise<T>): Promise<T> {
    if (fault !== undefined) throw fault;
    try {
      return await read();
    } catch (error) {
      if (error instanceof Fault) fault = error;
      throw error;
    }
  }

  return (read) => {
    const result = last.then(() => run(read));
    const rest = () => new Promise((resolve) => setImmediate(resolve));
    last = result.then(rest, rest);
    return result;
  };
}
