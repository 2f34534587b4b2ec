// The history queries of one operation, one after the other: an operation has one place in the queue of the store, and the
// thread is free between two queries.
import { Fault } from "../../../domain/base/fault.ts";

/** Runs a query after those before it; once a query has failed with a fault, the waiting ones fail with the same. */
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
