// One server a database: who holds the advisory lock ticks, the others wait.
import type { Log } from "../domain/ports/log.ts";
import { createClient } from "./client.ts";

const LOCK = 7_301_200_402;
const RETRY_MS = 1_000;
const DEADLINE_MS = 5_000;
/**
 * How long a standby leaves a database alone that was away, in ms. It has forgotten who had the lock, and
 * only the server that ticked has what it reported meanwhile: that one comes first.
 */
const COURTESY_MS = 3_000;

export interface Leadership {
  /**
   * Resolves once this server is the one that ticks; waits as a standby until then, and a moment more
   * where the database was away meanwhile.
   */
  acquire(url: string): Promise<void>;
  /** Takes the lock if nobody has it, and says whether it did. */
  tryAcquire(url: string): Promise<boolean>;
  /**
   * Watches the lock from now on. A database that was away has forgotten it: it is taken again, and
   * `onLost` is called where another server was faster.
   */
  watch(onLost: () => void): void;
  release(): Promise<void>;
}

export function createLeadership(log: Log): Leadership {
  const client = createClient(1);
  let released = false;
  let timer: NodeJS.Timeout | undefined;

  /** Whether the lock is ours. A session that has it already does not take it twice. */
  const hold = () =>
    client.within(DEADLINE_MS, async (sql) => {
      const [row] = await sql<{ held: boolean }[]>`
        select exists (
          select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
            and (classid::bigint << 32 | objid::bigint) = ${LOCK}::bigint and granted
        ) or pg_try_advisory_lock(${LOCK}) as held`;
      return row?.held ?? false;
    });

  return {
    async acquire(url) {
      client.connect(url);
      let waiting = false;
      let backAtMs = -Infinity;
      const tryOnce = async () => {
        if (performance.now() >= backAtMs + COURTESY_MS) return hold();
        await client.within(DEADLINE_MS, (sql) => sql`select 1`);
        return false;
      };
      const isOurs = () =>
        tryOnce().catch(() => {
          // Not before the next try, as far as is known.
          backAtMs = performance.now() + RETRY_MS;
          return false;
        });
      while (!released && !(await isOurs())) {
        if (!waiting)
          log.info({}, "standby: another server runs this database, or it is away; waiting");
        waiting = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    },
    tryAcquire(url) {
      client.connect(url);
      return hold();
    },
    watch(onLost) {
      timer = setInterval(() => {
        // Away says nothing: the tick goes on, and the lock is taken again when the database is back.
        hold().then(
          (held) => held || released || onLost(),
          () => {},
        );
      }, RETRY_MS);
    },
    async release() {
      released = true;
      clearInterval(timer);
      await client.close();
    },
  };
}
