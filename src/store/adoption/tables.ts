// The tables of the older program in a database: which there are, and with which columns.
import type { Sql } from "../database/client.ts";
import { StartRefused } from "../database/start-refused.ts";

export const OLDER_TABLES = ["sites", "assets", "telemetry", "dispatches"] as const;
export type OlderTable = (typeof OLDER_TABLES)[number];

/** A table of the older program. */
export interface FoundTable {
  /** The object identifier, which outlives a renaming. */
  readonly oid: number;
  /** Types by column. */
  readonly columns: ReadonlyMap<string, string>;
  /** Whether rows have a physical place that can be selected; rows of compressed chunks have none. */
  readonly hasPlaces: boolean;
}

export interface OlderTables {
  readonly tables: ReadonlyMap<OlderTable, FoundTable>;
  /** Whether a start of an earlier version renamed the tables to `older_…` and ended there. */
  readonly areRenamed: boolean;
}

/** Columns that every table of the older program has. */
const REQUIRED: Readonly<Record<OlderTable, readonly string[]>> = {
  sites: ["id", "name"],
  assets: ["id", "name", "capacity_mwhr", "max_mw", "min_mw", "efficiency", "ramp_rate_mw_per_min"],
  telemetry: ["asset_id", "ts", "soc_mwhr", "current_mw"],
  dispatches: ["id", "asset_id", "mw", "submitted_at"],
};

interface RelationRow {
  readonly name: string;
  readonly oid: number;
  readonly kind: string;
  readonly columns: Record<string, string>;
}

/**
 * Finds the tables of the older program in the first schema of the search path.
 *
 * @returns The tables; undefined where there are none.
 * @throws  StartRefused where tables have the names of our tables but belong to another program.
 */
export async function findOlder(sql: Sql): Promise<OlderTables | undefined> {
  const relations = await readRelations(sql);
  const renamed = OLDER_TABLES.filter((table) => relations.has(`older_${table}`));
  const areRenamed = renamed.includes("assets");
  const isOurs = relations.has("mando_identity");
  const plain = isOurs ? [] : OLDER_TABLES.filter((table) => relations.has(table));
  if (areRenamed && plain.length > 0)
    throw new StartRefused(
      `the database holds ${plain.join(", ")} beside older_assets: rename or remove the tables that are not to be adopted`,
    );
  const names = areRenamed ? renamed : plain;
  if (names.length === 0) return undefined;
  const prefix = areRenamed ? "older_" : "";
  const tables = new Map(
    names.map((table) => [table, found(relations.get(prefix + table) as RelationRow, table)]),
  );
  return { tables, areRenamed };
}

function found({ name, oid, kind, columns }: RelationRow, table: OlderTable): FoundTable {
  const missing = REQUIRED[table].filter((column) => !(column in columns));
  if ((kind !== "r" && kind !== "p") || missing.length > 0)
    throw new StartRefused(
      `${name} is neither a table of ours nor of the older program${missing.length > 0 ? ` (it has no ${missing.join(", ")})` : ""}: name another database or schema`,
    );
  return { oid, columns: new Map(Object.entries(columns)), hasPlaces: kind === "r" };
}

async function readRelations(sql: Sql): Promise<Map<string, RelationRow>> {
  const names = [...OLDER_TABLES, ...OLDER_TABLES.map((table) => `older_${table}`)];
  const rows = await sql<(Omit<RelationRow, "columns"> & { readonly columns: string })[]>`
    select c.relname as name, c.oid::int8::float8 as oid, c.relkind as kind,
      json_object_agg(a.attname, format_type(a.atttypid, null) order by a.attnum)::jsonb::text as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = quote_ident(current_schema())::regnamespace
      and c.relname in (select json_array_elements_text(${JSON.stringify([...names, "mando_identity"])}::text::json))
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
    group by c.oid, c.relname, c.relkind`;
  const hypertables = await hypertableNames(sql);
  return new Map(
    rows.map((row) => [
      row.name,
      {
        ...row,
        columns: JSON.parse(row.columns),
        // Rows of chunks are read through the extension, which has no places where they are compressed.
        kind: row.kind === "r" && hypertables.has(row.name) ? "p" : row.kind,
      },
    ]),
  );
}

async function hypertableNames(sql: Sql): Promise<Set<string>> {
  const [view] = await sql<{ exists: boolean }[]>`
    select to_regclass('timescaledb_information.hypertables') is not null as exists`;
  if (!view?.exists) return new Set();
  const rows = await sql<{ name: string }[]>`
    select hypertable_name as name from timescaledb_information.hypertables
    where hypertable_schema = current_schema()`;
  return new Set(rows.map(({ name }) => name));
}

/** Renames the tables to `older_…`, with their indexes and sequences, whose names may be names of ours. */
export async function renameOlder(sql: Sql, { tables }: OlderTables): Promise<void> {
  const oids = [...tables.values()].map(({ oid }) => oid).join(", ");
  const parts = await sql.unsafe<{ kind: string; name: string }[]>(`
    select 'index' as kind, c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid in (${oids})
    union all
    select 'sequence', c.relname from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S'
      where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid in (${oids})`);
  for (const { kind, name } of parts)
    await sql.unsafe(
      `alter ${kind} ${quoted(name)} rename to ${quoted(`older_${name}`.slice(0, 63))}`,
    );
  for (const table of tables.keys())
    await sql.unsafe(`alter table ${table} rename to older_${table}`);
}

/** A name as SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
