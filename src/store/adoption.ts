// The database of the older program: its tables are set aside, and their rows copied into ours.
import { LONGEST_DURATION_S } from "../domain/dispatch-request.ts";
import type { Sql } from "./client.ts";

const TABLES = ["telemetry", "dispatches", "assets", "sites"] as const;

/**
 * Renames the tables of the older program, which knows no migrations, to `older_…`. A start that ended
 * half-way goes on where it was.
 *
 * @returns Whether the database was one of the older program.
 */
export async function setOlderAside(sql: Sql): Promise<boolean> {
  const [found] = await sql<{ older: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is null
       and to_regclass('public.assets') is not null as older`;
  if (!found?.older) return false;
  await sql.begin(async (tx) => {
    for (const table of TABLES)
      await tx.unsafe(`alter table if exists public.${table} rename to older_${table}`);
  });
  return true;
}

/**
 * Copies what was set aside and drops it, all or nothing. Telemetry that its key does not admit goes to
 * `telemetry_rejected`.
 *
 * @returns How many rows were rejected; undefined where nothing was set aside.
 */
export async function copyOlder(sql: Sql): Promise<number | undefined> {
  const [found] = await sql<
    { table: string | null }[]
  >`select to_regclass('public.older_assets') as table`;
  if (found?.table == null) return undefined;
  return sql.begin(async (tx) => {
    for (const table of TABLES) await tx.unsafe(MISSING_TABLES[table]);
    for (const statement of [...MISSING_COLUMNS, ...COPIES]) await tx.unsafe(statement);
    const [rejected] = await tx<
      { count: number }[]
    >`select count(*)::int as count from telemetry_rejected`;
    for (const table of TABLES) await tx.unsafe(`drop table older_${table} cascade`);
    return rejected?.count ?? 0;
  }) as Promise<number>;
}

/**
 * Takes in dispatches of which nobody followed what became of them, as SQL: the newest of each asset holds
 * it, and whoever runs the fleet closes it where its time is over. Those that were not accepted have failed.
 * Migration 0002 does the same.
 *
 * @param older A query for them as they were, with their `place` in the order of acceptance.
 */
export function olderDispatchesSql(older: string): string {
  return `
    with followed as (
      select *, case when status = 'accepted' then lead(submitted_at) over (
        partition by asset_id, status = 'accepted' order by place) end as next_at
      from (${older}) older
    ), decided as (
      select *, case when status <> 'accepted' then 'failed' when next_at is null then 'active'
        else 'superseded' end as new_status
      from followed
    )
    insert into dispatches (id, asset_id, mw, duration_s, status, reason, submitted_at, start_at, end_at,
                            on_shortfall, ended_at)
    select id, asset_id, mw, duration_s, new_status,
      case new_status when 'superseded' then 'NEWER_DISPATCH' when 'failed' then coalesce(reason, status)
        else reason end,
      submitted_at, submitted_at,
      case when duration_s is not null then
        submitted_at + make_interval(secs => least(greatest(duration_s, 0), ${LONGEST_DURATION_S})) end,
      case when duration_s is null then 'curtail' else 'refuse' end,
      case when new_status <> 'active' then coalesce(next_at, submitted_at) end
    from decided order by place
    on conflict do nothing`;
}

/** Some versions made fewer tables. */
const MISSING_TABLES: Readonly<Record<(typeof TABLES)[number], string>> = {
  sites: "create table if not exists older_sites (id uuid, name text, location text)",
  assets: "select 1",
  telemetry:
    "create table if not exists older_telemetry (asset_id uuid, ts timestamptz, soc_mwhr float8, current_mw float8)",
  dispatches:
    "create table if not exists older_dispatches (id uuid, asset_id uuid, mw float8, submitted_at timestamptz)",
};

/** Some versions made fewer columns. */
const MISSING_COLUMNS = [
  ["older_telemetry", "site_id uuid"],
  ["older_telemetry", "soc_pct float8"],
  ["older_telemetry", "setpoint_mw float8"],
  ["older_telemetry", "max_mw float8"],
  ["older_telemetry", "min_mw float8"],
  ["older_telemetry", "status text"],
  ["older_dispatches", "mode text"],
  ["older_dispatches", "duration_s bigint"],
  ["older_dispatches", "status text"],
  ["older_dispatches", "reason text"],
].map(([table, column]) => `alter table ${table} add column if not exists ${column}`);

const COPIES = [
  "insert into sites select id, name, location from older_sites on conflict do nothing",
  `insert into assets (id, site_id, name, location, capacity_mwhr, max_mw, min_mw, efficiency, ramp_rate_mw_per_min)
   select id, site_id, name, location, capacity_mwhr, max_mw, min_mw, efficiency, ramp_rate_mw_per_min
   from older_assets`,
  olderDispatchesSql(`
    select id, asset_id, case when mode = 'charge' then -abs(mw) else mw end as mw, duration_s,
           coalesce(status, 'accepted') as status, reason, submitted_at,
           row_number() over (order by submitted_at, ctid) as place
    from older_dispatches where asset_id is not null and mw is not null and submitted_at is not null`),
  // The first of rows with one key stays. A row needs its asset, its instant and its figures.
  `create temp table adopted on commit drop as
   select t.*, a.id as known_id, a.site_id as asset_site_id, a.capacity_mwhr, a.max_mw as asset_max_mw,
          a.min_mw as asset_min_mw,
          row_number() over (partition by t.asset_id, t.ts order by t.ctid) as occurrence
   from older_telemetry t left join assets a on a.id = t.asset_id`,
  `insert into telemetry_rejected (reason, row)
   select case when known_id is null then 'no asset' when occurrence > 1 then 'repeated' else 'incomplete' end,
          to_jsonb(t)::text
   from adopted t
   where known_id is null or occurrence > 1 or ts is null or soc_mwhr is null or current_mw is null
      or coalesce(site_id, asset_site_id) is null`,
  `insert into telemetry (asset_id, site_id, ts, soc_mwhr, soc_pct, capacity_mwhr, current_mw, setpoint_mw,
     max_mw, min_mw, status, dt_s, energy_in_mwhr, energy_out_mwhr)
   select asset_id, site_id, ts, soc_mwhr, soc_pct, capacity_mwhr, current_mw, setpoint_mw, max_mw, min_mw,
     status, dt_s,
     sum(greatest(-current_mw, 0) * dt_s / 3600) over held,
     sum(greatest(current_mw, 0) * dt_s / 3600) over held
   from (
     select asset_id, coalesce(site_id, asset_site_id) as site_id, ts, soc_mwhr,
       coalesce(soc_pct, soc_mwhr / capacity_mwhr * 100) as soc_pct, capacity_mwhr, current_mw,
       coalesce(setpoint_mw, current_mw) as setpoint_mw, coalesce(max_mw, asset_max_mw) as max_mw,
       coalesce(min_mw, asset_min_mw) as min_mw,
       coalesce(status, case when current_mw > 0.1 then 'discharging' when current_mw < -0.1 then 'charging' else 'idle' end) as status,
       least(coalesce(extract(epoch from ts - lag(ts) over (partition by asset_id order by ts)), 4), 60)::float8 as dt_s
     from adopted
     where known_id is not null and occurrence = 1 and ts is not null and soc_mwhr is not null
       and current_mw is not null and coalesce(site_id, asset_site_id) is not null
   ) t
   window held as (partition by asset_id order by ts)`,
  `insert into asset_states (asset_id, ts, soc_mwhr, current_mw, setpoint_mw, energy_in_mwhr, energy_out_mwhr)
   select distinct on (asset_id) asset_id, ts, soc_mwhr, current_mw, setpoint_mw, energy_in_mwhr, energy_out_mwhr
   from telemetry order by asset_id desc, ts desc`,
];
