import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { createClient } from "../../src/store/database/client.ts";

const MIGRATIONS = fileURLToPath(new URL("../../src/store/database/migrations", import.meta.url));

/**
 * Makes a database as an older version left it.
 *
 * @param last      Number of its last migration.
 * @param directory Where to work.
 */
export async function migrateUpTo(last: number, url: string, directory: string): Promise<void> {
  const folder = join(directory, `migrations-${last}`);
  cpSync(MIGRATIONS, folder, { recursive: true });
  const file = join(folder, "meta/_journal.json");
  const journal: { entries: { idx: number }[] } = JSON.parse(readFileSync(file, "utf8"));
  const entries = journal.entries.filter(({ idx }) => idx <= last);
  writeFileSync(file, JSON.stringify({ ...journal, entries }));
  const client = createClient(1);
  client.connect(url);
  await client.within(30_000, (sql) => migrate(drizzle(sql), { migrationsFolder: folder }));
  await client.close();
}
