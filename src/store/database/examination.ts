// Examination of a database at the start: version, schema, rights, extension and pooler, logged once.
import { Fault } from "../../domain/base/fault.ts";
import type { Log } from "../../domain/ports/log.ts";
import { createClient, type Sql } from "./client.ts";
import { DatabaseRefused, explain, failureOf } from "./failure.ts";
import { findPooler, type Pooler } from "./pooler.ts";
import { STORED_TABLES } from "./tables.ts";

const DEADLINE_MS = 10_000;

/** Facts of the server and of our role. */
interface Facts {
  readonly version: string;
  readonly database: string;
  readonly role: string;
  readonly schema: string | null;
  readonly searchPath: string;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  readonly mayMakeTables: boolean;
  readonly mayMakeTemporary: boolean;
  readonly extensionVersion: string | null;
  readonly extensionSchema: string | null;
  /** Whether the extension is not in the database, but can be created. */
  readonly isAvailable: boolean;
  readonly mayMakeExtension: boolean;
  readonly licence: string | null;
}

/** Rights on one of our existing tables. */
interface TableRights {
  readonly name: string;
  readonly owner: string;
  readonly isOwned: boolean;
  readonly isUsable: boolean;
}

/**
 * Examines a database before anything is done in it.
 *
 * @throws DatabaseRefused where this server cannot run on it, with one line that names the remedy.
 * @throws Fault STORE_UNAVAILABLE where it cannot be reached now.
 */
export async function examineDatabase(url: string, log: Log): Promise<void> {
  const clients = [createClient(1), createClient(1)] as const;
  const [one, other] = clients;
  try {
    for (const client of clients) client.connect(url);
    const pooler = await findPooler(one, other);
    const { facts, rights } = await one.within(DEADLINE_MS, async (sql) => ({
      facts: await readFacts(sql),
      rights: await readRights(sql),
    }));
    const problem = problemOf(facts, rights);
    if (problem !== undefined) throw new DatabaseRefused(problem);
    logFacts(facts, pooler, log);
  } catch (error) {
    if (error instanceof Fault && failureOf(error).mayPass) throw error;
    throw new DatabaseRefused(explain(url, error));
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function readFacts(sql: Sql): Promise<Facts> {
  const [facts] = await sql<Facts[]>`
    select current_setting('server_version') as version, current_database() as database,
      current_user as role, current_schema() as schema, current_setting('search_path') as "searchPath",
      pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only') = 'on' as "isReadOnly",
      coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayMakeTables",
      has_database_privilege(current_database(), 'temporary') as "mayMakeTemporary",
      installed.extversion as "extensionVersion", installed.schema as "extensionSchema",
      installed is null and available.usable is not null as "isAvailable",
      coalesce(available.usable, false) as "mayMakeExtension",
      current_setting('timescaledb.license', true) as licence
    from (select) one
    left join (
      select extversion, extnamespace::regnamespace::text as schema from pg_extension where extname = 'timescaledb'
    ) installed on true
    left join (
      select bool_or(rolsuper or (trusted and has_database_privilege(current_database(), 'create'))) as usable
      from pg_available_extension_versions, pg_roles
      where name = 'timescaledb' and rolname = current_user
        and current_setting('timescaledb.max_background_workers', true) is not null
    ) available on true`;
  return facts as Facts;
}

async function readRights(sql: Sql): Promise<TableRights[]> {
  const names = STORED_TABLES.map(({ name }) => name);
  return sql<TableRights[]>`
    select relname as name, pg_get_userbyid(relowner) as owner, pg_has_role(relowner, 'usage') as "isOwned",
      has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
        and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete')
        and has_table_privilege(oid, 'truncate') as "isUsable"
    from pg_class
    where relnamespace = quote_ident(current_schema())::regnamespace and relkind in ('r', 'p', 'v')
      and relname in (select json_array_elements_text(${JSON.stringify(names)}::text::json))
    order by relname`;
}

function problemOf(facts: Facts, rights: readonly TableRights[]): string | undefined {
  const { role, schema, database } = facts;
  if (facts.isStandby) return "it is a standby, which takes no writes: name the primary";
  if (facts.isReadOnly)
    return `transactions of role ${role} are read-only in it: ALTER ROLE ${role} RESET default_transaction_read_only, or ALTER DATABASE ${database} RESET it`;
  if (schema === null)
    return `search_path is ${facts.searchPath}, which names no schema that is there: create one, or set search_path`;
  if (!facts.mayMakeTemporary)
    return `role ${role} may not make temporary tables: GRANT TEMPORARY ON DATABASE ${database} TO ${role}`;
  const foreign = rights.filter(({ isOwned }) => !isOwned);
  const [table] = foreign;
  const isBarred = foreign.some(({ isUsable }) => !isUsable);
  if (table !== undefined && (isBarred || facts.extensionVersion !== null))
    return `${foreign.length} of our tables in schema ${schema} belong to role ${table.owner} (${table.name} first), and role ${role} may not maintain them: GRANT ${table.owner} TO ${role}, or give them to it with REASSIGN OWNED, or name ${table.owner} in DATABASE_URL`;
  if (!facts.mayMakeTables && table === undefined)
    return `role ${role} may not make tables in schema ${schema}: GRANT CREATE ON SCHEMA ${schema} TO ${role}`;
  return undefined;
}

function logFacts(facts: Facts, pooler: Pooler, log: Log): void {
  const { version, role, schema, extensionVersion, extensionSchema, licence } = facts;
  const isTimescale = extensionVersion !== null;
  log.info(
    {
      version,
      kind: isTimescale ? "timescaledb" : "postgresql",
      ...(isTimescale && { extensionVersion, extensionSchema, licence }),
      schema,
      role,
      rights: facts.mayMakeTables ? "all" : "no new tables",
      pooler,
    },
    `the database is ${isTimescale ? `TimescaleDB ${extensionVersion} on ` : ""}PostgreSQL ${version}`,
  );
  if (facts.isAvailable && !facts.mayMakeExtension)
    log.warn(
      { role },
      `TimescaleDB is on this server but not in this database, and role ${role} may not add it: it is used as plain PostgreSQL. To change that: CREATE EXTENSION timescaledb, as its owner or a superuser`,
    );
}
