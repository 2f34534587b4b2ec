// Repeats the opening of a database that becomes unavailable meanwhile, a bounded number of times.
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../domain/base/fault.ts";
import type { Log } from "../../domain/ports/log.ts";
import { DatabaseRefused, explain, failureOf, placeOf } from "./failure.ts";

const ATTEMPTS = 5;
const RETRY_MS = 500;

/**
 * @param open Waits until the database is available and opens it. Is called again where the database becomes unavailable meanwhile.
 * @throws DatabaseRefused where the database became unavailable each time.
 */
export async function openWithRetries<T>(
  url: string,
  open: () => Promise<T>,
  log: Log,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (attempt === ATTEMPTS) throw new DatabaseRefused(explain(url, error), { cause: error });
      const { reason } = failureOf(error);
      log.warn(
        { attempt },
        `${placeOf(url)} became unavailable while it was opened, and is opened again: ${reason}`,
      );
    }
    await sleep(RETRY_MS);
  }
}

function mayPass(error: unknown): boolean {
  return (error instanceof Fault || error instanceof DatabaseRefused) && failureOf(error).mayPass;
}
