// Whether a pooler stands before PostgreSQL, and whether it leaves each session its own connection.
import { Fault } from "../../domain/base/fault.ts";
import type { Client, Sql } from "./client.ts";
import { DatabaseRefused } from "./failure.ts";

const DEADLINE_MS = 5_000;
const ROUNDS = 3;

export type Pooler = "none" | "session";

/**
 * Finds out by the numbers of the server's processes: a pooler gives a client another number than the process has
 * that answers it, and two sessions that are open at once share a process only where it takes one from them after
 * each transaction or statement. Our locks, our settings and our prepared statements need a session.
 *
 * @throws DatabaseRefused where sessions are not kept.
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
        "a pooler stands before it that takes the connection from a session after each transaction or statement: Mando needs sessions; name PostgreSQL's own address in DATABASE_URL, or set pool_mode = session in PgBouncer",
      );
  }
  return "session";
}

function noSecondConnection({ code, message }: Fault): Fault {
  const reason =
    "a pooler stands before it that gives no second connection: let it have 20 (default_pool_size)";
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
