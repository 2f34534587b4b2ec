// The migrator: applies the migrations that the first schema of the search path lacks.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type { ISql } from "postgres";
import type { Sql } from "./client.ts";

/** The same folder from the sources and from the build. */
const FOLDER = fileURLToPath(new URL("../../../src/store/database/migrations", import.meta.url));
const TABLE = "__drizzle_migrations";

/**
 * Drizzle's own migrator has one list for the whole database, in a schema `drizzle`, and needs the right to create
 * schemas at every start. Here that list is the list of `public`, where the role may create it; each other schema has
 * its own list.
 */
export async function applyMigrations(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    const list = await openList(tx);
    const lastMs = (await newestIn(tx, list)) ?? 0;
    for (const { folderMillis, hash, sql: statements } of readMigrationFiles({
      migrationsFolder: FOLDER,
    })) {
      if (folderMillis <= lastMs) continue;
      // Drizzle names the schema where a table refers to another table.
      for (const statement of statements) await tx.unsafe(statement.replaceAll('"public".', ""));
      await tx.unsafe(`insert into ${list} (hash, created_at) values ($1, $2)`, [
        hash,
        folderMillis,
      ]);
    }
  });
}

interface ListPlace {
  readonly schema: string;
  readonly here: boolean;
  readonly apart: boolean;
  readonly isOurs: boolean;
  readonly mayStandApart: boolean;
}

/** A migration that this build brings. */
export interface Migration {
  readonly tag: string;
  /** By which the list in the database knows it, in ms since the epoch. */
  readonly atMs: number;
}

/** The migrations that this build brings, the oldest first. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const { entries } = JSON.parse(
    await readFile(join(FOLDER, "meta/_journal.json"), "utf8"),
  ) as MigrationJournal;
  return entries.map(({ tag, when }) => ({ tag, atMs: when }));
}

/** What drizzle-kit writes beside the migrations. */
interface MigrationJournal {
  readonly entries: readonly { readonly tag: string; readonly when: number }[];
}

/** The newest migration that the database has, in ms since the epoch; undefined where it has none. */
export async function newestMigrationMs(sql: ISql): Promise<number | undefined> {
  const { list, exists } = placeOfList(await readPlace(sql));
  return exists ? newestIn(sql, list) : undefined;
}

async function newestIn(sql: ISql, list: string): Promise<number | undefined> {
  const [newest] = await sql.unsafe<{ at: number | null }[]>(
    `select max(created_at)::float8 as at from ${list}`,
  );
  return newest?.at ?? undefined;
}

async function readPlace(sql: ISql): Promise<ListPlace> {
  const [place] = await sql<ListPlace[]>`
    select quote_ident(current_schema()) as schema,
      exists (select from pg_class where relname = ${TABLE} and relnamespace = quote_ident(current_schema())::regnamespace) as here,
      exists (
        select from pg_class where relname = 'mando_identity' and relnamespace = quote_ident(current_schema())::regnamespace
      ) as "isOurs",
      to_regclass(${`drizzle.${TABLE}`}::text) is not null as apart,
      current_schema() = 'public' and has_database_privilege(current_database(), 'create') as "mayStandApart"`;
  if (place === undefined) throw new Error("PostgreSQL does not name its schema");
  return place;
}

/** The list of the migrations that the schema has, or would have, as SQL. */
function placeOfList({ schema, here, apart, isOurs, mayStandApart }: ListPlace) {
  if (!here && apart && isOurs) return { list: `drizzle.${TABLE}`, exists: true, isApart: true };
  const isApart = !here && !apart && mayStandApart;
  return { list: `${isApart ? "drizzle" : schema}.${TABLE}`, exists: here, isApart };
}

/** The list of the migrations that the schema has, created where there is none; as SQL. */
async function openList(sql: ISql): Promise<string> {
  const { list, exists, isApart } = placeOfList(await readPlace(sql));
  if (exists) return list;
  if (isApart) await sql.unsafe("create schema if not exists drizzle");
  await sql.unsafe(
    `create table ${list} (id serial primary key, hash text not null, created_at bigint)`,
  );
  return list;
}
