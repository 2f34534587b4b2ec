// Adoption of telemetry: rows of the older table as rows of ours.
import type { Sql } from "../database/client.ts";
import { advanceStatesSql } from "../telemetry/columns.ts";
import { columnsOf, flushed, isMeasured } from "./columns.ts";
import type { AdoptionReport } from "./report.ts";
import type { FoundTable, OlderTables } from "./tables.ts";

const COLUMNS = [
  "asset_id",
  "site_id",
  "ts",
  "soc_mwhr",
  "soc_pct",
  "capacity_mwhr",
  "current_mw",
  "setpoint_mw",
  "max_mw",
  "min_mw",
  "status",
];
const FIGURES = [
  "soc_mwhr",
  "current_mw",
  "soc_pct",
  "capacity_mwhr",
  "setpoint_mw",
  "max_mw",
  "min_mw",
];
const OF_ASSET = ["id", "site_id", "capacity_mwhr", "max_mw", "min_mw"];
/** Columns that a row may lack, because a value is derived for them. */
const FILLED = ["site_id", "soc_pct", "capacity_mwhr", "setpoint_mw", "max_mw", "min_mw", "status"];

export async function copyTelemetry(
  sql: Sql,
  { tables }: OlderTables,
  report: AdoptionReport,
): Promise<void> {
  const found = tables.get("telemetry");
  if (found === undefined) return;
  await sql.unsafe(stageSql(found));
  const set = await sql.unsafe<{ reason: string; count: number }[]>(`
    with set_aside as (
      insert into telemetry_rejected (reason, row)
      select refusal, source from adopting_telemetry where refusal is not null returning reason
    ) select reason, count(*)::int as count from set_aside group by reason`);
  for (const { reason, count } of set) report.count("setAside", `telemetry, ${reason}`, count);
  if (columnsOf(found, "t").others(COLUMNS) !== undefined) {
    const others = await sql.unsafe(`
      insert into adoption_rejected (source, reason, row)
      select 'telemetry', 'other columns', others || jsonb_build_object('asset_id', asset_id, 'ts', ts)
      from adopting_telemetry where others is not null and refusal is null`);
    report.count("setAside", "other columns of telemetry", others.count);
  }
  const [lacking] = await sql.unsafe<Record<string, number>[]>(`
    select ${FILLED.map((column) => `(count(*) filter (where ${column} is null))::int as ${column}`).join(", ")}
    from adopting_telemetry where refusal is null`);
  for (const [column, count] of Object.entries(lacking ?? {}))
    report.count("guessed", `${column} of telemetry`, count);
  const taken = await sql.unsafe(COPY);
  report.count("taken", "telemetry", taken.count);
  await sql.unsafe(advanceStatesSql("telemetry"));
}

/** Stages rows, each with the reason of its refusal. Of rows with one key a complete one is accepted, else the first. */
function stageSql(found: FoundTable): string {
  const [older, row] = [columnsOf(found, "t"), columnsOf(found, "o")];
  const isComplete = FIGURES.slice(0, 2)
    .map((name) => isMeasured(older.as(name, "float8")))
    .join(" and ");
  const figures = FIGURES.map((name) => {
    const value = row.as(name, "float8");
    return `case when ${name === "capacity_mwhr" ? `${value} > 0 and ` : ""}${isMeasured(value)} then ${flushed(value)} end as ${name}`;
  });
  const assetColumns = OF_ASSET.map((name) => `a.${name} as mando_${name}`);
  const addedNames = ["mando_occurrence", ...OF_ASSET.map((name) => `mando_${name}`)];
  return `
    create temp table adopting_telemetry on commit drop as
    select parts.*, refusal, ${addedNames.slice(2).join(", ")}, coalesce(parts.site_id, mando_site_id) as row_site_id,
      case when refusal is not null then (to_jsonb(o) - '{${addedNames.join(", ")}}'::text[])::text end as source
    from (
      select t.*, ${assetColumns.join(", ")}, row_number() over (
        partition by t.asset_id, t.ts order by (${isComplete}) desc${found.hasPlaces ? ", t.ctid" : ""}) as mando_occurrence
      from older_telemetry t left join assets a on a.id = ${older.id("asset_id")}
    ) o cross join lateral (
      select ${row.id("asset_id")} as asset_id, ${row.id("site_id")} as site_id, ${row.as("ts", "timestamptz")} as ts,
        ${figures.join(", ")}, ${row.as("status", "text")} as status, ${row.others(COLUMNS) ?? "null::jsonb"} as others
    ) parts cross join lateral (
      select case when mando_id is null then 'no asset' when parts.ts is null or parts.soc_mwhr is null or parts.current_mw is null then 'incomplete'
        when mando_occurrence > 1 then 'repeated'
        when not (parts.ts > '0001-01-01' and parts.ts < '9999-01-01') then 'instant out of range' end as refusal
    ) judged`;
}

/** The largest power of an idle asset, in MW: 0.1, or 1 % of a rating below 1 MW. */
const RATING_MW = "greatest(coalesce(max_mw, mando_max_mw), -coalesce(min_mw, mando_min_mw))";
const IDLE_MW = `case when ${RATING_MW} < 1 then ${RATING_MW} * 0.01 else 0.1 end`;

/** The older program has no lengths of ticks and no meters: they are derived from the instants. */
const COPY = `
  insert into telemetry (asset_id, site_id, ts, soc_mwhr, soc_pct, capacity_mwhr, current_mw, setpoint_mw,
    max_mw, min_mw, status, dt_s, energy_in_mwhr, energy_out_mwhr)
  select asset_id, row_site_id, ts, soc_mwhr, coalesce(soc_pct, soc_mwhr / coalesce(capacity_mwhr, mando_capacity_mwhr) * 100),
    coalesce(capacity_mwhr, mando_capacity_mwhr), current_mw, coalesce(setpoint_mw, current_mw),
    coalesce(max_mw, mando_max_mw), coalesce(min_mw, mando_min_mw),
    coalesce(status, case when abs(current_mw) <= ${IDLE_MW} then 'idle' when current_mw > 0 then 'discharging' else 'charging' end), dt_s,
    sum(greatest(-current_mw, 0) * dt_s / 3600) over held,
    sum(greatest(current_mw, 0) * dt_s / 3600) over held
  from (
    select *, least(coalesce(extract(epoch from ts - lag(ts) over (partition by asset_id order by ts)), 4), 60)::float8 as dt_s
    from adopting_telemetry where refusal is null
  ) t
  window held as (partition by asset_id order by ts)`;
