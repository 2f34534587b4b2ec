// Calls of a spool, run one after the other in the order in which they were made.
import { createSerial } from "../../domain/base/serial.ts";
import { SpoolFault } from "./fault.ts";

export interface SerialQueue {
  /**
   * Runs work once that of every earlier call has ended.
   *
   * @throws SpoolFault where the disk fails, or with the code `SPOOL_CLOSED` once the queue is closed.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** How many calls were made. */
  calls(): number;
  /** Runs this work as the last. */
  close(work: () => Promise<void>): Promise<void>;
}

export function createSerialQueue(directory: string): SerialQueue {
  let closing: Promise<void> | undefined;
  let calls = 0;
  const serial = createSerial();

  function run<T>(work: () => Promise<T>): Promise<T> {
    if (closing !== undefined)
      return Promise.reject(new SpoolFault("SPOOL_CLOSED", "the spool is closed", false));
    calls++;
    return serial.run(work).catch((error: unknown) => {
      throw SpoolFault.of(error, directory);
    });
  }

  return {
    run,
    calls: () => calls,
    close(work) {
      closing ??= run(work);
      return closing;
    },
  };
}
