// The database of the benchmarks: an embedded PostgreSQL, or a new database on the server of DATABASE_URL.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmbeddedPostgres } from "../src/adapters/embedded-postgres/server.ts";
import type { Log } from "../src/domain/ports/log.ts";
import { createClient, type Sql } from "../src/store/database/client.ts";

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const DEADLINE_MS = 60_000;

export interface BenchDatabase {
  readonly url: string;
  /** A folder for files of the benchmark. */
  readonly directory: string;
  /** Removes the database and the folder. */
  close(): Promise<void>;
}

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const directory = mkdtempSync(join(tmpdir(), "mando-bench-"));
  chmodSync(directory, 0o755);
  const elsewhere = process.env.DATABASE_URL;
  const opened = elsewhere ? await createDatabase(elsewhere) : await startEmbedded(directory);
  return {
    url: opened.url,
    directory,
    async close() {
      await opened.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function startEmbedded(directory: string) {
  const server = createEmbeddedPostgres({ directory, log: silent });
  return { url: await server.start(), close: server.stop };
}

async function createDatabase(serverUrl: string) {
  const name = `mando_bench_${process.pid}_${Date.now()}`;
  const client = createClient(1);
  client.connect(serverUrl);
  const run = (text: string) => client.within(DEADLINE_MS, (sql: Sql) => sql.unsafe(text));
  await run(`create database ${name}`);
  const address = new URL(serverUrl);
  address.pathname = `/${name}`;
  return {
    url: address.href,
    async close() {
      await run(`drop database ${name} with (force)`);
      await client.close();
    },
  };
}
