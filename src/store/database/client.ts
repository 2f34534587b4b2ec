// A client of PostgreSQL, with connections that suit small batches, outages and servers that hang.
import { connect, type NetConnectOpts, type Socket } from "node:net";
import postgres from "postgres";
import { Fault } from "../../domain/base/fault.ts";
import { PIN_SESSION } from "./session.ts";

export type Sql = postgres.Sql;

export interface Client {
  /** Sets the server; connections are made when they are needed. The same server again changes nothing. */
  connect(url: string): void;
  /**
   * Runs work against the database within a deadline.
   *
   * @throws Fault STORE_UNAVAILABLE where the server cannot be reached or does not answer in time; its
   *         connections are cut then, so that nothing waits on a server that hangs.
   */
  within<T>(deadlineMs: number, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs work in one transaction: all of the work is done, or none. */
  transact<T>(deadlineMs: number, work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One connection of a client. The driver makes it anew where it broke; its session must then be set again. */
interface Connection {
  readonly sql: Sql;
  readonly sockets: Sockets;
  isPinned: boolean;
  /** How many calls use the connection now. */
  running: number;
}

/** The sockets of a connection. The driver opens another one for queries that wait, also after its end. */
interface Sockets {
  readonly open: Set<Socket>;
  isClosed: boolean;
}

/** @param size The largest number of connections. */
export function createClient(size: number): Client {
  let address: string | undefined;
  let connections: Connection[] = [];

  /** Replaces a connection: the driver cannot continue on a connection that broke in a transaction. */
  function renew(broken: Connection): void {
    if (address === undefined || !connections.includes(broken)) return;
    const url = address;
    connections = connections.map((one) => (one === broken ? open(url) : one));
    broken.sql.end({ timeout: 0 }).catch(() => {});
    // The driver may still complete a connection that is ended while it connects, and send waiting queries on it.
    broken.sockets.isClosed = true;
    cut(broken.sockets);
  }

  async function within<T>(deadlineMs: number, work: (sql: Sql) => Promise<T>): Promise<T> {
    const used = leastUsed(connections);
    if (used === undefined) throw unavailable(new Error("not connected yet"));
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(unavailable(new Error(`no answer within ${deadlineMs} ms`)));
        cut(used.sockets);
      }, deadlineMs);
    });
    used.running++;
    try {
      return await Promise.race([runPinned(used, work), expired]);
    } catch (error) {
      if (!isOutage(error)) throw error;
      renew(used);
      throw unavailable(error);
    } finally {
      used.running--;
      clearTimeout(timer);
    }
  }

  return {
    connect(url) {
      if (address === url) return;
      address = url;
      connections = Array.from({ length: size }, () => open(url));
    },
    within,
    transact: (deadlineMs, work) => within(deadlineMs, (sql) => runTransaction(sql, work)),
    async close() {
      address = undefined;
      await Promise.all(connections.map(({ sql }) => sql.end({ timeout: 2 })));
    },
  };
}

function open(url: string): Connection {
  const sockets: Sockets = { open: new Set(), isClosed: false };
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const sql = postgres(url, {
    // The driver decodes the user and the password, but not the name of the database.
    ...(database !== "" && { database }),
    max: 1,
    connect_timeout: 5,
    // A limited lifetime would lose the lock of the leader.
    max_lifetime: null,
    // The default grows to 20 s: the first write would be that late after the server is back.
    backoff: (retries: number) => Math.min(1, 0.05 * 2 ** retries),
    onnotice: () => {},
    onclose: () => {
      connection.isPinned = false;
    },
    // The driver requests the types on a promise without a handler: a connection that breaks then would end
    // the process. Lists are sent as JSON instead of arrays.
    fetch_types: false,
    connection: { application_name: "mando" },
    ...plainSocket(url, sockets),
  });
  const connection: Connection = { sql, sockets, isPinned: false, running: 0 };
  return connection;
}

function cut({ open }: Sockets): void {
  for (const socket of open) socket.destroy();
}

function leastUsed(connections: readonly Connection[]): Connection | undefined {
  return connections.reduce<Connection | undefined>(
    (least, one) => (least === undefined || one.running < least.running ? one : least),
    undefined,
  );
}

/** The server runs statements in the order in which they are sent: the work need not wait until the session is set. */
async function runPinned<T>(used: Connection, work: (sql: Sql) => Promise<T>): Promise<T> {
  if (used.isPinned) return work(used.sql);
  used.isPinned = true;
  const pinned = used.sql.unsafe(PIN_SESSION).catch((error: unknown) => {
    used.isPinned = false;
    throw error;
  });
  const [result] = await Promise.all([work(used.sql), pinned]);
  return result;
}

/**
 * The driver's own `begin` also rolls back on a closed connection; such a write was seen to throw from a timer, where
 * no caller can catch the error.
 */
async function runTransaction<T>(pool: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  // Without types, a first connection that is reserved before its first answer is never granted.
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
 * Rows that were requested as lists, which the driver makes faster than objects. The driver types a list as the values
 * of all columns, in no order: the query sets the order.
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
 * while it still connects: a rejected promise would block the pool for ever.
 */
function plainSocket(url: string, sockets: Sockets): object {
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
      sockets.open.add(socket);
      socket.once("close", () => sockets.open.delete(socket));
      // The driver listens to the socket only after this: its queries are then refused one by one.
      if (sockets.isClosed)
        setImmediate(() => socket.destroy(new Error("the connection is ended")));
      return socket;
    },
  };
}

/** The fault of a database that cannot be reached. */
export function unavailable(cause?: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault("STORE_UNAVAILABLE", "the database is unavailable: try again", {
    retryable: true,
    cause,
  });
}

/** Whether an error means that the server cannot be reached, rather than a refusal. */
export function isOutage(error: unknown): boolean {
  if (error instanceof Fault) return error.code === "STORE_UNAVAILABLE";
  const { code = "", severity } = error as { code?: string; severity?: string };
  if (/^(ECONN|EPIPE|ENOENT|EHOST|ENET|ETIMEDOUT|ENOTFOUND|EAI_|CONNECTION|CONNECT_)/.test(code))
    return true;
  // 08: connection; 53: resources; 57P: the operator stops it; 58: the system fails.
  // A server that cannot begin a session, as with a full disk, fails within.
  return /^(08|53|57P|58)/.test(code) || (code.startsWith("XX") && severity === "FATAL");
}
