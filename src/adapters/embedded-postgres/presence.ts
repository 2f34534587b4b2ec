// The presence of this process at the server: one connection that other processes can see.
import postgres from "postgres";
import { type Address, connectionString } from "./address.ts";
import { type DataDirectory, NAME } from "./data-directory.ts";
import { codeOf, EmbeddedPostgresError } from "./error.ts";

/** The advisory lock (two integers, "mand" and 0) that every process that uses the server shares. */
const LOCK = [0x6d616e64, 0] as const;
const ANSWER_S = 5;
const NO_DATABASE = "3D000";
const DATABASE_EXISTS = "42P04";
/** The codes of damaged data: data_corrupted, index_corrupted, undefined_file. */
const DAMAGED = new Set(["XX001", "XX002", "58P01"]);

export interface Presence {
  /** Resolves once the connection is cut, as at the end of the server. */
  readonly gone: Promise<void>;
  /** Whether no other process uses the server; then none can begin to, until `end`. */
  leave(): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * Connects, and makes the database where it is missing. Rejects with the driver's error, or with an
 * `EmbeddedPostgresError` where the data is damaged.
 */
export async function enter(data: DataDirectory, address: Address): Promise<Presence> {
  try {
    return await connectPresence(data, address);
  } catch (error) {
    if (codeOf(error) !== NO_DATABASE) throw damagedOr(error, data);
    await createDatabase(data, address);
  }
  return connectPresence(data, address).catch((error: unknown) => {
    // The database is listed, but its folder is missing.
    throw codeOf(error) === NO_DATABASE ? damaged(data, error) : damagedOr(error, data);
  });
}

async function connectPresence(data: DataDirectory, address: Address): Promise<Presence> {
  let cut = () => {};
  const gone = new Promise<void>((resolve) => {
    cut = resolve;
  });
  const sql = connect(data, address, NAME, () => cut());
  try {
    await sql`select pg_advisory_lock_shared(${LOCK[0]}, ${LOCK[1]})`;
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
  return {
    gone,
    async leave() {
      await sql`select pg_advisory_unlock_shared(${LOCK[0]}, ${LOCK[1]})`;
      const [row] = await sql`select pg_try_advisory_lock(${LOCK[0]}, ${LOCK[1]}) as last`;
      return row?.last === true;
    },
    end: () => sql.end({ timeout: 0 }),
  };
}

function damagedOr(error: unknown, data: DataDirectory): unknown {
  return DAMAGED.has(codeOf(error)) ? damaged(data, error) : error;
}

function damaged({ path }: DataDirectory, cause: unknown): EmbeddedPostgresError {
  const { message, detail } = cause as { message?: string; detail?: string };
  return new EmbeddedPostgresError(
    `${path} is damaged (${detail ?? message}): bring back the whole directory from a copy, or import an export into a new one`,
    { cause },
  );
}

async function createDatabase(data: DataDirectory, address: Address): Promise<void> {
  const sql = connect(data, address, "postgres");
  try {
    await sql.unsafe(`create database ${NAME}`);
  } catch (error) {
    if (codeOf(error) !== DATABASE_EXISTS) throw error;
  } finally {
    await sql.end({ timeout: 0 });
  }
}

function connect(data: DataDirectory, address: Address, database: string, onclose = () => {}) {
  return postgres(connectionString(data, address, database), {
    ...(address.kind === "socket" && { host: data.path }),
    max: 1,
    idle_timeout: null as never,
    max_lifetime: null,
    connect_timeout: ANSWER_S,
    fetch_types: false,
    onnotice() {},
    onclose,
    connection: { application_name: "mando presence" },
  });
}
