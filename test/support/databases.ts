// The databases that tests of the store run on: whatever of them can run here. A real server each.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmbeddedPostgres } from "../../src/adapters/embedded-postgres/server.ts";
import { createClient } from "../../src/store/database/client.ts";
import { silentLog } from "./silent-log.ts";
import { findTool } from "./test-tools.ts";

/** A server of our own that a test may stop, start again and hurt. */
export interface OwnServer extends TestServer {
  readonly directory: string;
  /** Starts the server again, at the same address. */
  restart(): Promise<void>;
  /** Stops the server, as for maintenance. */
  halt(): Promise<void>;
}

export interface TestServer {
  /** Makes an empty database, and returns its address. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

export interface TestServerKind<Server extends TestServer = TestServer> {
  readonly name: string;
  readonly start: () => Promise<Server>;
}

/** An address of a TimescaleDB server whose user may create databases; its tests are skipped without. */
const TIMESCALE_URL = process.env.TIMESCALE_URL;
if (!TIMESCALE_URL) process.stderr.write("no TIMESCALE_URL: tests on TimescaleDB are skipped\n");

/** The binaries of PostgreSQL 15, the oldest that our SQL is for. */
const PACKAGE_OF_15 = findTool("postgres-15");

/** Servers that a test may stop. */
export const OWN_SERVERS: readonly TestServerKind<OwnServer>[] = [
  { name: "embedded PostgreSQL 18", start: () => startEmbedded() },
  ...(PACKAGE_OF_15
    ? [{ name: "embedded PostgreSQL 15", start: () => startEmbedded(PACKAGE_OF_15) }]
    : []),
];

/** Undefined without an address. */
export const TIMESCALE: TestServerKind | undefined = TIMESCALE_URL
  ? { name: "TimescaleDB", start: async () => serverAt(TIMESCALE_URL, async () => {}) }
  : undefined;

export const SERVERS: readonly TestServerKind[] = [
  ...OWN_SERVERS,
  ...(TIMESCALE ? [TIMESCALE] : []),
];

/** Starts an embedded PostgreSQL, by default of the version that Mando includes. */
export async function startEmbedded(packageRoot?: string): Promise<OwnServer> {
  const directory = mkdtempSync(join(tmpdir(), "mando-pg-"));
  // As root, another user runs PostgreSQL, and must be able to get there.
  chmodSync(directory, 0o755);
  const server = createEmbeddedPostgres({
    directory,
    log: silentLog,
    ...(packageRoot && { packageRoot }),
  });
  const url = await server.start();
  const stop = async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return {
    ...serverAt(url, stop),
    directory,
    restart: async () => void (await server.start()),
    halt: () => server.stop(),
  };
}

function serverAt(url: string, stop: () => Promise<void>): TestServer {
  let count = 0;
  return {
    async createDatabase() {
      const name = `test_${process.pid}_${++count}`;
      const client = createClient(1);
      client.connect(url);
      await client.within(30_000, async (sql) => {
        await sql.unsafe(`drop database if exists ${name}`);
        await sql.unsafe(`create database ${name}`);
      });
      await client.close();
      const address = new URL(url);
      address.pathname = `/${name}`;
      return address.href;
    },
    stop,
  };
}
