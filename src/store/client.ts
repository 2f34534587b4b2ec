// Connections to PostgreSQL, as they must be made for small batches, outages and servers that hang.
import { connect, type NetConnectOpts, type Socket } from "node:net";
import postgres from "postgres";
import { Fault } from "../domain/fault.ts";

export type Sql = postgres.Sql;

export interface Client {
  /** Names the server; connections are made when they are needed. */
  connect(url: string): void;
  /**
   * Runs work against the database within a deadline.
   *
   * @throws Fault STORE_AWAY where the server cannot be reached or does not answer in time; its
   *         connections are cut then, so that nothing waits on a server that hangs.
   */
  within<T>(deadlineMs: number, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** The same in one transaction: all of the work, or none. */
  transact<T>(deadlineMs: number, work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param size Connections at most. */
export function createClient(size: number): Client {
  const sockets = new Set<Socket>();
  let address: string | undefined;
  let sql: Sql | undefined;

  function open(url: string): Sql {
    return postgres(url, {
      max: size,
      connect_timeout: 5,
      // The default grows to 20 s: the first write would come that long after the server is back.
      backoff: (retries: number) => Math.min(1, 0.05 * 2 ** retries),
      onnotice: () => {},
      // The driver asks for these on a promise that nobody holds: a connection that breaks then would end
      // the process. Lists are sent as JSON instead of arrays.
      fetch_types: false,
      ...plainSocket(url, sockets),
    });
  }

  /** Leaves every connection behind: the driver cannot go on with one that broke in a transaction. */
  function renew(broken: Sql): void {
    if (broken !== sql || address === undefined) return;
    sql = open(address);
    broken.end({ timeout: 0 }).catch(() => {});
  }

  async function within<T>(deadlineMs: number, work: (sql: Sql) => Promise<T>): Promise<T> {
    const used = sql;
    if (used === undefined) throw away(new Error("not connected yet"));
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(away(new Error(`no answer within ${deadlineMs} ms`)));
        for (const socket of sockets) socket.destroy();
      }, deadlineMs);
    });
    try {
      return await Promise.race([work(used), expired]);
    } catch (error) {
      if (!isOutage(error)) throw error;
      renew(used);
      throw away(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    connect(url) {
      address = url;
      sql = open(url);
    },
    within,
    transact: (deadlineMs, work) => within(deadlineMs, (pool) => runTransaction(pool, work)),
    close: async () => sql?.end({ timeout: 2 }),
  };
}

/**
 * The driver's own `begin` also rolls back on a connection that is gone, which is a write to nothing; one
 * such write was seen to throw from a timer, where nobody can catch it.
 */
async function runTransaction<T>(pool: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  // A first connection that is reserved before it has answered anything never comes, without types.
  await pool`select 1`;
  const sql = await pool.reserve();
  try {
    await sql`begin`;
    const result = await work(sql);
    await sql`commit`;
    sql.release();
    return result;
  } catch (error) {
    if (!isOutage(error)) {
      await sql`rollback`;
      sql.release();
    }
    throw error;
  }
}

/**
 * Rows that were asked for as lists, which the driver makes sooner than objects. It types a list as the values of
 * all columns, in no order: who wrote the columns knows it.
 */
export function listsOf<Row extends readonly unknown[]>(rows: readonly unknown[]): readonly Row[] {
  return rows as readonly Row[];
}

/** A list of ids as an array of PostgreSQL. */
export function uuidArray(sql: Sql, ids: readonly string[]) {
  return sql`array(select value::uuid from json_array_elements_text(${JSON.stringify(ids)}::text::json))`;
}

/**
 * The driver leaves Nagle's algorithm on, which costs each small batch 40 ms. The socket must be returned
 * while it still connects: a promise that rejects would leave the pool stuck for ever.
 */
function plainSocket(url: string, sockets: Set<Socket>): object {
  const { hostname, port, searchParams } = new URL(url);
  // A folder of sockets, percent-encoded as libpq wants it, which the driver does not decode.
  const path = /^%2f/i.test(hostname)
    ? `${decodeURIComponent(hostname)}/.s.PGSQL.${port || 5432}`
    : undefined;
  const secure = /^(require|verify|prefer)/.test(searchParams.get("sslmode") ?? "");
  if (secure) return {};
  return {
    socket: ({ host, port }: { host: string[]; port: number[] }) => {
      const place: NetConnectOpts = path ? { path } : { host: host[0] ?? "", port: port[0] ?? 0 };
      const socket = connect({ ...place, noDelay: true });
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return socket;
    },
  };
}

function away(cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault("STORE_AWAY", "the database is away: ask again", { retryable: true, cause });
}

/** Whether an error says that the server is not there, rather than that it refuses. */
function isOutage(error: unknown): boolean {
  if (error instanceof Fault) return error.code === "STORE_AWAY";
  const { code = "" } = error as { code?: string };
  if (/^(ECONN|EPIPE|ENOENT|EHOST|ENET|ETIMEDOUT|ENOTFOUND|EAI_|CONNECTION|CONNECT_)/.test(code))
    return true;
  // 08: connection; 53: resources; 57P: the operator stops it; 58: the system fails.
  return /^(08|53|57P|58)/.test(code);
}
