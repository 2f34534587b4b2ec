// Dependents of the older tables: views, foreign keys and rights are made again on our tables, the rest is set aside.
import type { Sql } from "../database/client.ts";
import { StartRefused } from "../database/start-refused.ts";
import type { AdoptionReport } from "./report.ts";
import { OLDER_TABLES, type OlderTables } from "./tables.ts";

/** A database object that prevents the drop of a table, or would be dropped with it. */
interface Dependent {
  readonly kind: string;
  readonly name: string;
  /** The statement that makes it on our table; empty where it is only set aside. */
  readonly create: string;
  /** The statement that removes it; empty where it is dropped with its table. */
  readonly drop: string;
  /** Its definition on the older table. */
  readonly definition: string;
}

const OWN_NAMES = new RegExp(`\\bolder_(${OLDER_TABLES.join("|")})\\b`, "g");

/**
 * Reads the dependents of the tables, in the order in which they can be made again. To be called before the tables are renamed.
 *
 * @throws StartRefused where a dependent would be lost that cannot be made again.
 */
export async function readDependents(
  sql: Sql,
  { tables, areRenamed }: OlderTables,
): Promise<readonly Dependent[]> {
  const oids = [...tables.values()].map(({ oid }) => oid).join(", ");
  await refuseAggregates(sql, oids);
  const rows = await sql.unsafe<Dependent[]>(`
    ${viewsSql(oids)}
    select * from (
      select 1 as place, depth, kind, name, 'create ' || kind || ' ' || name || ' as ' || definition as create,
        'drop ' || kind || ' ' || name as drop, definition from views
      union all
      select 2, 0, 'foreign key', conrelid::regclass::text || '.' || quote_ident(conname),
        format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
        format('alter table %s drop constraint %I', conrelid::regclass, conname), pg_get_constraintdef(oid)
        from pg_constraint where contype = 'f' and confrelid in (${oids}) and conrelid not in (${oids}) and conparentid = 0
          and connamespace::regnamespace::text not like '\\_timescaledb%'
      union all
      select 3, 0, 'right', c.relname || ' for ' || coalesce(r.rolname, 'public'),
        case when privilege_type = 'SELECT' then
          format('grant select on %s to %s', c.oid::regclass, coalesce(quote_ident(r.rolname), 'public')) else '' end, '',
        format('grant %s on %s to %s', lower(privilege_type), c.oid::regclass, coalesce(quote_ident(r.rolname), 'public'))
        from pg_class c cross join lateral aclexplode(c.relacl) left join pg_roles r on r.oid = grantee
        where c.oid in (select oid from views union all select unnest(array[${oids}]::oid[])) and grantee <> c.relowner
      union all
      select 4, 0, 'index', c.relname, '', '', pg_get_indexdef(c.oid)
        from pg_index i join pg_class c on c.oid = i.indexrelid
        where i.indrelid in (${oids}) and not exists (select from pg_constraint where conindid = c.oid and contype in ('p', 'u', 'x'))
      union all
      select 5, 0, 'trigger', tgname, '', '', pg_get_triggerdef(t.oid)
        from pg_trigger t join pg_proc f on f.oid = tgfoid
        where tgrelid in (${oids}) and not tgisinternal and f.pronamespace::regnamespace::text not like '\\_timescaledb%'
      union all
      select 6, 0, 'constraint', conname, '', '', pg_get_constraintdef(oid)
        from pg_constraint where conrelid in (${oids})
          and (contype in ('c', 'u', 'x') or contype = 'f' and confrelid not in (${oids}))
      union all
      select 7, 0, 'policy', polname, '', '', coalesce(pg_get_expr(polqual, polrelid), '')
        from pg_policy where polrelid in (${oids})
    ) all_dependents order by place, depth, name`);
  if (!areRenamed) return rows;
  return rows.map((row) => ({ ...row, create: row.create.replace(OWN_NAMES, "$1") }));
}

/** Views on the tables and on one another, each with its distance from a table. */
function viewsSql(oids: string): string {
  const viewsOn = (on: string, depth: string) => `
      select r.ev_class, ${depth} from ${on} join pg_rewrite r on r.oid = d.objid
      where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and r.ev_class <> d.refobjid`;
  return `
    with recursive found (oid, depth) as (
      ${viewsOn(`(select * from pg_depend where refobjid in (${oids})) d`, "1")}
      union
      ${viewsOn("found join pg_depend d on d.refobjid = found.oid", "depth + 1")}
    ), views as (
      select c.oid, max(depth) as depth, c.oid::regclass::text as name,
        case c.relkind when 'm' then 'materialized view' else 'view' end as kind,
        pg_get_viewdef(c.oid) as definition
      from found join pg_class c on c.oid = found.oid
      where c.relkind in ('v', 'm') group by c.oid, c.relkind
    )`;
}

/** Refuses continuous aggregates: their minutes may be older than any sample, and would be lost with the table. */
async function refuseAggregates(sql: Sql, oids: string): Promise<void> {
  const [view] = await sql<{ exists: boolean }[]>`
    select to_regclass('timescaledb_information.continuous_aggregates') is not null as exists`;
  if (!view?.exists) return;
  const names = await sql.unsafe<{ name: string }[]>(`
    select format('%I.%I', view_schema, view_name) as name from timescaledb_information.continuous_aggregates
    where format('%I.%I', hypertable_schema, hypertable_name)::regclass in (${oids})`);
  if (names.length > 0)
    throw new StartRefused(
      `continuous aggregates depend on the older telemetry, and their rows would be lost: copy the rows that you need from ${names.map(({ name }) => name).join(", ")} and drop them`,
    );
}

/** Removes the dependents that prevent the drop of the older tables. */
export async function dropDependents(sql: Sql, dependents: readonly Dependent[]): Promise<void> {
  for (const { drop } of dependents.toReversed()) if (drop !== "") await sql.unsafe(drop);
}

/** Makes the dependents on our tables; sets aside the definition of those that cannot be made. */
export async function restoreDependents(
  sql: Sql,
  dependents: readonly Dependent[],
  report: AdoptionReport,
): Promise<void> {
  for (const dependent of dependents) {
    const { kind, name, create, definition } = dependent;
    const reason = create === "" ? "not made again" : await tryStatement(sql, create);
    if (reason === undefined) {
      report.count("restored", kind);
      continue;
    }
    const row = JSON.stringify({ name, definition });
    await sql`insert into adoption_rejected (source, reason, row) values (${kind}, ${reason}, ${row}::text::jsonb)`;
    report.count("setAside", kind);
  }
}

/** @returns The reason of a refusal, or undefined. */
async function tryStatement(sql: Sql, statement: string): Promise<string | undefined> {
  await sql.unsafe("savepoint dependent");
  try {
    await sql.unsafe(statement);
    await sql.unsafe("release savepoint dependent");
    return undefined;
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    // A missing name, right, row or feature; any other error is a failure.
    if (!/^(0A|22|23|42)/.test(code)) throw error;
    await sql.unsafe("rollback to savepoint dependent");
    return message;
  }
}
