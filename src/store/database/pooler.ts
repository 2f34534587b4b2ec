// Whether a pooler stands before PostgreSQL, and whether it leaves each session its own connection.
import { Fault } from "../../domain/base/fault.ts";
import type { Client, Sql } from "./client.ts";
import { DatabaseRefused } from "./failure.ts";

const DEADLINE_MS = 5_000;
const ROUNDS = 3;

export type Pooler = "none" | "session";

/**
 * Finds a pooler by the process numbers of the server: a pooler gives a client another number than that of the process
 * that answers it, and two open sessions share a process only where the pooler reassigns it after
 * each transaction or statement. Our locks, our settings and our prepared statements need a session.
 *
 * @throws DatabaseRefused where the pooler does not pool sessions.
 */
export async function findPooler(one: Client, other: Client): Promise<Pooler> {
  const first = await one.within(DEADLINE_MS, async (sql) => {
    const rows = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return { given: rows.state.pid, actual: rows[0]?.pid };
  });
  if (first.given === first.actual) return "none";
  await processOf(other).catch((cause: unknown) => {
    throw cause instanceof Fault ? noSecondConnection(cause) : cause;
  });
  for (let round = 0; round < ROUNDS; round++) {
    const before = await processOf(one);
    const [held, after] = await Promise.all([processOf(other, 0.1), processOf(one)]);
    if (held === before || after !== before)
      throw new DatabaseRefused(
        "a pooler in front of it reassigns the connection of a session after each transaction or statement: Mando needs sessions; name PostgreSQL's own address in DATABASE_URL, or set pool_mode = session in PgBouncer",
      );
  }
  return "session";
}

function noSecondConnection({ code, message }: Fault): Fault {
  const reason =
    "a pooler in front of it grants no second connection: allow 20 (default_pool_size)";
  return new Fault(code, message, { retryable: true, cause: new Error(reason) });
}

function processOf(client: Client, busyS = 0): Promise<number> {
  return client.within(DEADLINE_MS, async (sql: Sql) => {
    const [row] = await sql<
      { pid: number }[]
    >`select pg_backend_pid() as pid from pg_sleep(${busyS})`;
    return row?.pid as number;
  });
}
