// The history queries of one operation, one after the other: an operation has one place in the queue of the store, and the
// thread is free between two queries.

import { Fault } from "../../../domain/base/fault.ts";
import { createSerial } from "../../../domain/base/serial.ts";

/** Runs a query after those before it; once a query has failed with a fault, the waiting ones fail with the same. */
export type InTurn = <T>(read: () => Promise<T>) => Promise<T>;

export function createTurns(): InTurn {
  const serial = createSerial();
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
    const result = serial.run(() => run(read));
    void serial.run(() => new Promise((resolve) => setImmediate(resolve)));
    return result;
  };
}
