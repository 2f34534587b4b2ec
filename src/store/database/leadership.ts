// Leader election: the server that holds the advisory lock of the database ticks, the others wait.
import { randomUUID } from "node:crypto";
import { Fault } from "../../domain/base/fault.ts";
import type { Log } from "../../domain/ports/log.ts";
import { createClient, type Sql } from "./client.ts";
import { failureOf, placeOf } from "./failure.ts";

const LOCK = 7_301_200_402;
const RETRY_MS = 1_000;
const DEADLINE_MS = 5_000;
/**
 * How long a standby waits after an outage of the database, in ms. The database has lost the lock, and only the former
 * leader has the samples of the meantime: it comes first.
 */
const GRACE_PERIOD_MS = 3_000;
/** How often the reason of the wait is logged again, in ms. */
const REMIND_MS = 600_000;

export interface Leadership {
  /**
   * Resolves once this server is the leader; waits as a standby until then, and a moment longer
   * where the database was unavailable meanwhile.
   *
   * @param examine Is called once the database can be reached, before anything else is done in it. Where it rejects with
   *                an error that is no Fault, so does this.
   */
  acquire(url: string, examine: () => Promise<void>): Promise<void>;
  /** Acquires the lock where it is free. @returns Whether it did. */
  tryAcquire(url: string): Promise<boolean>;
  /**
   * Watches the lock from now on. A database that was unavailable has lost it: it is acquired again, and
   * `onLost` is called where another server was faster.
   */
  watch(onLost: () => void): void;
  release(): Promise<void>;
}

export function createLeadership(log: Log): Leadership {
  const client = createClient(1);
  let released = false;
  let timer: NodeJS.Timeout | undefined;

  /** The name of our sessions: a broken session may still hold the lock for a moment. */
  const name = `mando ${randomUUID()}`;

  /** Whether the lock is ours. A session that holds it already does not acquire it twice. */
  const hold = () =>
    client.within(DEADLINE_MS, async (sql) => {
      await sql`select set_config('application_name', ${name}, false)`;
      const [row] = await sql<{ held: boolean }[]>`
        select exists (
          select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
            and (classid::bigint << 32 | objid::bigint) = ${LOCK}::bigint and granted
        ) or pg_try_advisory_lock(${LOCK}) as held`;
      return row?.held || (await readHolder(sql))?.name === name;
    });

  return {
    async acquire(url, examine) {
      client.connect(url);
      const say = createReminder(log);
      let isExamined = false;
      let backAtMs = -Infinity;
      const tryOnce = async () => {
        if (!isExamined) await examine();
        isExamined = true;
        if (performance.now() >= backAtMs + GRACE_PERIOD_MS && (await hold())) return true;
        const holder = await client.within(DEADLINE_MS, readHolder);
        say("info", holder === undefined ? "standby: waiting a moment" : standbyLine(holder));
        return false;
      };
      const isOurs = () =>
        tryOnce().catch((error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          // As far as is known, not before the next try.
          backAtMs = performance.now() + RETRY_MS;
          say("warn", `waiting for ${placeOf(url)}: ${failureOf(error).reason}`);
          return false;
        });
      while (!released && !(await isOurs()))
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      if (released) throw new Error("stopped before the database was ours");
    },
    tryAcquire(url) {
      client.connect(url);
      return hold();
    },
    watch(onLost) {
      timer = setInterval(() => {
        // An outage means nothing: ticks continue, and the lock is acquired again when the database is back.
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

/** The session that holds the lock, as far as our role may see it. */
interface Holder {
  readonly pid: number;
  readonly address: string | null;
  readonly since: string | null;
  readonly name: string | null;
}

async function readHolder(sql: Sql): Promise<Holder | undefined> {
  const [holder] = await sql<Holder[]>`
    select pid, host(client_addr) as address, to_char(backend_start, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
      application_name as name
    from pg_locks left join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and (classid::bigint << 32 | objid::bigint) = ${LOCK}::bigint
      and database = (select oid from pg_database where datname = current_database())`;
  return holder;
}

function standbyLine({ pid, address, since }: Holder): string {
  const from = address === null ? "" : ` from ${address}`;
  const connected = since === null ? "" : `, connected${from} since ${since}`;
  return `standby: another server runs this database (session ${pid}${connected}); waiting until it ends`;
}

/** Logs the reason of the wait where it changes, and seldom again. */
function createReminder(log: Log): (level: "info" | "warn", line: string) => void {
  let last = "";
  let saidAtMs = -Infinity;
  return (level, line) => {
    const nowMs = performance.now();
    if (line === last && nowMs < saidAtMs + REMIND_MS) return;
    last = line;
    saidAtMs = nowMs;
    log[level]({}, line);
  };
}
