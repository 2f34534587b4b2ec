// Failures of a database, each as one line without its password.

/** A database that this server cannot run on until it is changed: the server ends. */
export class DatabaseRefused extends Error {}

export interface Failure {
  /** The reason, with the remedy where there is one. */
  readonly reason: string;
  /** Whether to wait helps: the server may start, the network may come back. */
  readonly mayPass: boolean;
}

interface DriverError {
  readonly code?: string;
  readonly message?: string;
  readonly hostname?: string;
  readonly cause?: unknown;
}

/** Host, port and database, for messages. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return "the database";
  const { hostname, port, pathname } = new URL(url);
  const host = decodeURIComponent(hostname) || "localhost";
  const name = decodeURIComponent(pathname.slice(1));
  const at = host.startsWith("/") ? `the socket in ${host}` : `${host}:${port || 5432}`;
  return name === "" ? `the database at ${at}` : `the database ${name} at ${at}`;
}

/** The meaning of an error of the driver, of the system or of PostgreSQL. */
export function failureOf(error: unknown): Failure {
  const root = rootOf(error);
  const { code = "", message = String(error) } = root;
  const lasting = LASTING.find(([pattern]) => pattern.test(code) || pattern.test(message));
  if (lasting !== undefined) return { reason: `${message}: ${lasting[1]}`, mayPass: false };
  const passing = PASSING.find(([pattern]) => pattern.test(code) || pattern.test(message));
  return { reason: passing?.[1](root) ?? message, mayPass: passing !== undefined };
}

/** The message for an error at a database. */
export function explain(url: string, error: unknown): string {
  return `${placeOf(url)} cannot be used: ${failureOf(error).reason}`;
}

/** The same work; an error of PostgreSQL or of the connection gets its message. */
export async function explained<T>(url: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if ((error as DriverError).code === undefined) throw error;
    throw new DatabaseRefused(explain(url, error), { cause: error });
  }
}

/** Why a database cannot be written to, with the remedy, in our own words; undefined where the reason is unknown. */
export function writeFailureOf(error: unknown): string | undefined {
  const { code = "", message = "" } = rootOf(error);
  return UNWRITABLE.find(([pattern]) => pattern.test(code) || pattern.test(message))?.[1];
}

function rootOf(error: unknown): DriverError {
  const { cause } = error as DriverError;
  return cause instanceof Error ? rootOf(cause) : (error as DriverError);
}

const CONNECTIONS_USED = /^53300$|no more connections allowed/;
const CONNECTIONS_ADVICE =
  "all its connections are in use (too many connections): raise max_connections, or end some";

const UNWRITABLE: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^53100$|No space left on device/, "its disk is full: free space on it"],
  [CONNECTIONS_USED, CONNECTIONS_ADVICE],
  [
    /^25006$/,
    "it is read-only: name its primary in DATABASE_URL, or turn default_transaction_read_only off",
  ],
  [/^42501$/, "the role of DATABASE_URL may not write there: grant it the right"],
  [/^28(P01|000)$/, "it refuses the user or the password: correct them in DATABASE_URL"],
  [/^(ECONNREFUSED|ENOENT)$/, "nothing listens there: start it"],
];

type Passing = readonly [pattern: RegExp, reason: (error: DriverError) => string];

const PASSING: readonly Passing[] = [
  [/^ECONNREFUSED$/, () => "nothing listens there (connection refused)"],
  [/^ENOENT$/, () => "there is no such socket: PostgreSQL does not run"],
  [/^(ENOTFOUND|EAI_)/, ({ hostname }) => `the name ${hostname ?? "of its host"} is not found`],
  [/^(EHOST|ENET)/, () => "there is no way to it through the network"],
  [
    /^(ETIMEDOUT|CONNECT_TIMEOUT)$|^no answer within/,
    () => "it does not answer (timeout): is the address right, does a firewall drop packets?",
  ],
  [CONNECTIONS_USED, () => CONNECTIONS_ADVICE],
  [/^(57P0[123]|53|58)|^a pooler/, ({ message }) => String(message)],
  [/^(ECONNRESET|EPIPE|CONNECTION_|0800)/, () => "it closes the connection"],
];

const LASTING: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /no encryption$|SSL (connection )?is required|SSL required/i,
    "it requires TLS: add ?sslmode=require to DATABASE_URL",
  ],
  [/^28P01$|^SASL|password/, "correct user and password in DATABASE_URL"],
  [/^28000$|no such user/, "correct the user in DATABASE_URL, or admit it in pg_hba.conf"],
  [/^3D000$|no such database/, "create it, or correct its name in DATABASE_URL"],
  [
    /unsupported startup parameter/,
    "PgBouncer does not pass it on: leave it out of DATABASE_URL, and set it with ALTER ROLE",
  ],
  [/^(.*CERT|ERR_TLS|UNABLE_TO)/, "its certificate is not trusted: see sslmode in DATABASE_URL"],
  [
    /^ERR_SSL|^EPROTO$|before secure TLS/,
    "it does not speak TLS: take sslmode out of DATABASE_URL",
  ],
  [/^42501$/, "grant the right to the role of DATABASE_URL"],
  [/^ERR_INVALID_URL$/, "DATABASE_URL must be like postgres://user:password@host:5432/name"],
];
