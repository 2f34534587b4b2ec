// Migration of a database to the present tables, by one process at a time.

import { randomUUID } from "node:crypto";
import type { Log } from "../../domain/ports/log.ts";
import { applyMigrations } from "../database/apply-migrations.ts";
import { createClient, type Sql } from "../database/client.ts";
import { addUpOlder } from "../telemetry/totals.ts";
import { adoptOlder } from "./adoption.ts";

/** The advisory lock of a migration: of two servers that start together one would fail without it. */
const LOCK = 7_301_200_401;

/** Minutes of TimescaleDB become a table at some 400,000 a second. */
const MIGRATE_MS = 3_600_000;

/**
 * Migrates the database, and adopts the tables of the older program in it.
 *
 * @returns The id of this database.
 * @throws  Fault STORE_UNAVAILABLE where the server cannot be reached.
 */
export async function migrateDatabase(url: string, log: Log): Promise<string> {
  const client = createClient(1);
  client.connect(url);
  try {
    return await client.within(MIGRATE_MS, async (sql) => {
      await sql`select pg_advisory_lock(${LOCK})`;
      if (!(await adoptOlder(sql, applyMigrations, log))) await applyMigrations(sql);
      await addUpOlder(sql);
      return identify(sql);
    });
  } finally {
    await client.close();
  }
}

async function identify(sql: Sql): Promise<string> {
  await sql`insert into mando_identity values (1, ${randomUUID()}) on conflict do nothing`;
  const [row] = await sql<{ database_id: string }[]>`select database_id from mando_identity`;
  return row?.database_id as string;
}
