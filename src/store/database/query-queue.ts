// A queue of long queries, on connections of their own: a bounded number runs at once, a bounded number waits in the order
// of arrival, and each has a time limit. A query that exceeds it is cancelled on the server, without effect on others.
import { Fault } from "../../domain/base/fault.ts";
import type { Client, Sql } from "./client.ts";

/** How long the server may take to cancel before the connection is cut, in ms. */
const CANCEL_MS = 2_000;
const CANCELLED = "57014";

/** A query of the driver, which is sent once its result is awaited. */
type Query<T> = Promise<T> & { cancel(): void };

export interface QueryQueue {
  /**
   * Runs one query once it is its turn.
   *
   * @throws Fault HISTORY_BUSY where too many queries wait, or it has waited too long; HISTORY_TIMEOUT where it was cancelled;
   *         STORE_UNAVAILABLE where the server cannot be reached.
   */
  read<T>(query: (sql: Sql) => Query<T>): Promise<T>;
}

interface QueueLimits {
  /** The number of queries that run at once; the client has as many connections. */
  readonly running: number;
  readonly waiting: number;
  /** How long a query may wait, and how long it may run, in ms. */
  readonly deadlineMs: number;
}

export function createQueryQueue(client: Client, limits: QueueLimits): QueryQueue {
  const { deadlineMs } = limits;
  const waiting = new Set<() => void>();
  let running = 0;

  function acquire(): Promise<void> {
    if (running < limits.running) {
      running++;
      return Promise.resolve();
    }
    if (waiting.size >= limits.waiting)
      throw busy(`${waiting.size} queries of history wait already: try again later`);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(start);
        reject(busy(`the query of history did not start within ${deadlineMs} ms: try again later`));
      }, deadlineMs);
      const start = () => {
        clearTimeout(late);
        resolve();
      };
      waiting.add(start);
    });
  }

  /** Passes the place of a query that has ended to the query that has waited longest. */
  function release(): void {
    const [next] = waiting;
    if (next === undefined) running--;
    else {
      waiting.delete(next);
      next();
    }
  }

  return {
    async read(query) {
      await acquire();
      try {
        return await client.within(deadlineMs + CANCEL_MS, (sql) =>
          cancelLate(query(sql), deadlineMs),
        );
      } finally {
        release();
      }
    },
  };
}

async function cancelLate<T>(query: Query<T>, deadlineMs: number): Promise<T> {
  const timer = setTimeout(() => cancel(query), deadlineMs);
  try {
    return await query;
  } catch (error) {
    if ((error as { code?: unknown }).code !== CANCELLED) throw error;
    const message = `no answer within ${deadlineMs} ms: request fewer assets, a shorter range, or steps of whole minutes`;
    throw new Fault("HISTORY_TIMEOUT", message, { retryable: true, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The driver's own `cancel` leaves a promise without a handler: the process would end where the server is unavailable. */
function cancel(query: Query<unknown>): void {
  const { canceller } = query as { canceller?: (query: unknown) => Promise<void> };
  canceller?.(query).catch(() => {});
}

function busy(message: string): Fault {
  return new Fault("HISTORY_BUSY", message, { retryable: true });
}
