// The components of the database: its server, its extension, and its migrations.
import { Fault } from "../../domain/base/fault.ts";
import type { ComponentSource } from "../../domain/ports/component-source.ts";
import { type Component, OWN_LICENSE, UNKNOWN } from "../../domain/version/component.ts";
import { type Migration, newestMigrationMs, readMigrations } from "../database/apply-migrations.ts";
import type { Client, Sql } from "../database/client.ts";

const DEADLINE_MS = 2_000;

/** The newest migration that this build brings, where no database is at it. */
export async function broughtSchema(): Promise<readonly Component[]> {
  return schemaOf(await readMigrations(), undefined);
}

/**
 * The versions of the connected database; where it does not answer, those that it had last, as not in force. Requests
 * that come at once share one query.
 */
export function createDatabaseComponents(client: Pick<Client, "within">): ComponentSource {
  let known: readonly Component[] | undefined;
  let reading: Promise<readonly Component[]> | undefined;

  async function read(): Promise<readonly Component[]> {
    const migrations = await readMigrations();
    known ??= schemaOf(migrations, undefined);
    known = await client.within(DEADLINE_MS, async (sql) => [
      ...(await readServer(sql)),
      ...schemaOf(migrations, await newestMigrationMs(sql)),
    ]);
    return known;
  }

  return async () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof Fault) || known === undefined) throw error;
      return known.map((it) => ({ ...it, isCurrent: false }));
    }
  };
}

async function readServer(sql: Sql): Promise<readonly Component[]> {
  const [server] = await sql<{ version: string; timescale: string | null }[]>`
    select current_setting('server_version') as version,
      (select extversion from pg_extension where extname = 'timescaledb') as timescale`;
  const { version = UNKNOWN, timescale = null } = server ?? {};
  const rest = { kind: "database", license: null, isCurrent: true } as const;
  return [
    { name: "PostgreSQL", version, ...rest },
    ...(timescale === null ? [] : [{ name: "TimescaleDB", version: timescale, ...rest }]),
  ];
}

/** The migration that the build brings, and that of the database where it is another. A newer one has no name here. */
function schemaOf(migrations: readonly Migration[], atMs: number | undefined): Component[] {
  const newest = migrations.at(-1);
  const rest = { name: "migration", kind: "schema", license: OWN_LICENSE } as const;
  const brought = { ...rest, version: newest?.tag ?? UNKNOWN, isCurrent: newest?.atMs === atMs };
  if (atMs === undefined || brought.isCurrent) return [brought];
  const tag = migrations.find((it) => it.atMs === atMs)?.tag ?? new Date(atMs).toISOString();
  return [brought, { ...rest, version: tag, isCurrent: true }];
}
