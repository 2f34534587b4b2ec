// The supervisor of a server: it starts a server again that has ended, until that succeeds.
import type { Log } from "../../domain/ports/log.ts";
import type { Found } from "./adoption.ts";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** After a server that ended sooner after its start, the next wait is longer. */
const STABLE_MS = 10_000;
/** The time after which the remaining processes of a killed server have freed its memory. */
const QUIET_MS = 1_000;

export interface Supervisor {
  /** Starts no server from now on. Returns the newest server; undefined where it ended and did not start again. */
  stop(): Promise<Found | undefined>;
}

/**
 * @param start Starts the server where it does not run, at the same address, and connects to it.
 * @param path  The data of the server, for the log.
 */
export function supervise(
  first: Found,
  start: () => Promise<Found>,
  path: string,
  log: Log,
): Supervisor {
  let current: Found | undefined = first;
  let isStopping = false;
  let wake = () => {};
  let waitMs = FIRST_WAIT_MS;

  async function wait(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
  }

  /** Tries until the server runs or `stop` is called; logs a failure that lasts, and each that differs from it. */
  async function startAgain(endedMs: number): Promise<Found | undefined> {
    let logged: string | undefined;
    while (!isStopping) {
      await wait();
      if (isStopping) break;
      try {
        return await start();
      } catch (error) {
        const { message } = error as Error;
        if (message === logged || performance.now() < endedMs + QUIET_MS) continue;
        log.error({ path }, `${message}; it is tried again`);
        logged = message;
      }
    }
    return undefined;
  }

  async function run(): Promise<void> {
    while (current !== undefined && !isStopping) {
      const beganMs = performance.now();
      const stopped = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([current.presence.gone, stopped]);
      if (isStopping) return;
      const endedMs = performance.now();
      if (endedMs - beganMs > STABLE_MS) waitMs = FIRST_WAIT_MS;
      log.error({ path }, "PostgreSQL ended unasked: it is started again");
      await current.presence.end();
      current = undefined;
      current = await startAgain(endedMs);
      const downMs = Math.round(performance.now() - endedMs);
      if (current !== undefined) log.info({ path, downMs }, "PostgreSQL runs again");
    }
  }

  const running = run();
  return {
    async stop() {
      isStopping = true;
      wake();
      await running;
      return current;
    },
  };
}
