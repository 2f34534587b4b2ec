// Adoption of the fleet: sites and assets of the older tables as rows of ours.
import type { Sql } from "../database/client.ts";
import { columnsOf } from "./columns.ts";
import type { AdoptionReport } from "./report.ts";
import type { OlderTables } from "./tables.ts";

const LEAST = "1e-6";
const LARGEST = "1e6";
const LONGEST_TEXT = 200;

const SITE_COLUMNS = ["id", "name", "location"];
const ASSET_COLUMNS = [
  ...SITE_COLUMNS,
  "site_id",
  "capacity_mwhr",
  "max_mw",
  "min_mw",
  "efficiency",
  "ramp_rate_mw_per_min",
];

export async function copyFleet(
  sql: Sql,
  { tables }: OlderTables,
  report: AdoptionReport,
): Promise<void> {
  await stageSites(sql, tables);
  await stageAssets(sql, tables);
  await findSites(sql, tables, report);
  for (const source of ["sites", "assets"] as const) {
    await setAside(sql, source, report);
    const madeUp = await sql.unsafe(`
      insert into adoption_rejected (source, reason, row)
      select '${source}', 'id is no UUID', jsonb_build_object('id', source->'id', 'uuid', id)
      from adopting_${source} where is_made_up and place = 1`);
    report.count("guessed", `ids of ${source}`, madeUp.count);
  }
  const sites = await sql.unsafe(`
    insert into sites (id, name, location)
    select id, name, location from adopting_sites where id is not null and place = 1`);
  report.count("taken", "sites", sites.count);
  const corrected = await sql.unsafe(`
    insert into adoption_rejected (source, reason, row)
    select 'assets', case when is_retired then 'retired: values that no battery has' else 'values brought to what is allowed' end, source
    from adopting_assets where id is not null and place = 1 and (is_retired or is_corrected)`);
  report.count("corrected", "assets", corrected.count);
  const assets = await sql.unsafe(`
    insert into assets (id, site_id, name, location, capacity_mwhr, max_mw, min_mw, efficiency, ramp_rate_mw_per_min, retired)
    select id, site_id, name, location, capacity_mwhr, max_mw, min_mw, efficiency, ramp_rate_mw_per_min, is_retired
    from adopting_assets where id is not null and place = 1`);
  report.count("taken", "assets", assets.count);
}

/** Sets aside rows without an id, repeated rows, and the values of undocumented columns. */
async function setAside(
  sql: Sql,
  source: "sites" | "assets",
  report: AdoptionReport,
): Promise<void> {
  const rows = await sql.unsafe(`
    insert into adoption_rejected (source, reason, row)
    select '${source}', case when id is null then 'no id' else 'repeated' end, source
    from adopting_${source} where id is null or place > 1`);
  report.count("setAside", source, rows.count);
  const others = await sql.unsafe(`
    insert into adoption_rejected (source, reason, row)
    select '${source}', 'other columns', others || jsonb_build_object('id', id)
    from adopting_${source} where others is not null and id is not null and place = 1`);
  report.count("setAside", `other columns of ${source}`, others.count);
}

async function stageSites(sql: Sql, tables: OlderTables["tables"]): Promise<void> {
  const found = tables.get("sites");
  const column = columnsOf(found, "t");
  await sql.unsafe(`
    create temp table adopting_sites on commit drop as
    select ${column.id("id")} as id, ${nameSql(column.as("name", "text"), column.as("id", "text"))} as name,
      left(coalesce(${column.as("location", "text")}, ''), ${LONGEST_TEXT}) as location,
      ${column.isMadeUp("id")} as is_made_up, ${column.others(SITE_COLUMNS) ?? "null::jsonb"} as others,
      to_jsonb(t) as source,
      row_number() over (partition by ${column.id("id")}${found?.hasPlaces ? " order by t.ctid" : ""}) as place
    from ${found ? "older_sites" : "(select null limit 0)"} t`);
}

/** Corrects figures to values that an asset may have: signs first, then the nearest allowed value. */
async function stageAssets(sql: Sql, tables: OlderTables["tables"]): Promise<void> {
  const found = tables.get("assets");
  const column = columnsOf(found, "t");
  const figure = (name: string) => `coalesce(${column.as(name, "float8")}, 'NaN')`;
  await sql.unsafe(`
    create temp table adopting_assets on commit drop as
    with older as (
      select ${column.id("id")} as id, ${column.id("site_id")} as site_id,
        ${nameSql(column.as("name", "text"), column.as("id", "text"))} as name,
        left(coalesce(${column.as("location", "text")}, ''), ${LONGEST_TEXT}) as location,
        ${figure("capacity_mwhr")} as capacity, abs(${figure("max_mw")}) as discharge, abs(${figure("min_mw")}) as charge,
        ${figure("max_mw")} as older_max, ${figure("min_mw")} as older_min,
        ${figure("efficiency")} as older_efficiency, ${figure("ramp_rate_mw_per_min")} as older_ramp,
        ${column.isMadeUp("id")} as is_made_up, ${column.others(ASSET_COLUMNS) ?? "null::jsonb"} as others,
        to_jsonb(t) as source,
        row_number() over (partition by ${column.id("id")}${found?.hasPlaces ? " order by t.ctid" : ""}) as place
      from ${found ? "older_assets" : "(select null limit 0)"} t
    ), powers as (
      select *, ${powerSql("discharge")} as max_mw, -${powerSql("charge")} as min_mw,
        ${within("capacity", LEAST, LARGEST)} as capacity_mwhr,
        ${within("older_efficiency", "0.01", "1")} as efficiency
      from older
    ), sound as (
      select id, site_id, name, location, is_made_up, others, source, place, older_max, older_min, older_ramp, capacity_mwhr, efficiency,
        capacity, older_efficiency, case when max_mw = 0 and min_mw = 0 then ${LEAST} else max_mw end as max_mw,
        case when min_mw = 0 then 0 else min_mw end as min_mw,
        not (capacity >= ${LEAST} and capacity <> 'NaN') or not (older_efficiency >= 0.01 and older_efficiency <> 'NaN')
          or max_mw = 0 and min_mw = 0 as is_retired
      from powers
    )
    select *, is_retired or ramp_rate_mw_per_min <> older_ramp or capacity_mwhr <> capacity or max_mw <> older_max
      or min_mw <> older_min or efficiency <> older_efficiency as is_corrected
    from (
      select *, case when older_ramp >= ${LEAST} and older_ramp <> 'NaN' then least(older_ramp, ${LARGEST})
        else greatest(max_mw, -min_mw) end as ramp_rate_mw_per_min
      from sound
    ) whole`);
}

/** Assigns a site to assets whose site does not exist: the site of their newest telemetry, or else a new site. */
async function findSites(
  sql: Sql,
  tables: OlderTables["tables"],
  report: AdoptionReport,
): Promise<void> {
  const isWithoutSite =
    "(site_id is null or site_id not in (select id from adopting_sites where id is not null))";
  await sql.unsafe(`update adopting_assets set site_id = null where ${isWithoutSite}`);
  const telemetry = columnsOf(tables.get("telemetry"), "t");
  if (telemetry.has("site_id")) {
    const seen = await sql.unsafe(`
      update adopting_assets a set site_id = seen.site_id from (
        select distinct on (1) ${telemetry.id("asset_id")} as asset_id, ${telemetry.id("site_id")} as site_id
        from older_telemetry t
        where ${telemetry.id("asset_id")} in (select id from adopting_assets where site_id is null)
          and ${telemetry.id("site_id")} in (select id from adopting_sites)
        order by 1, ts desc
      ) seen where seen.asset_id = a.id and a.site_id is null`);
    report.count("guessed", "sites of assets, from their telemetry", seen.count);
  }
  const made = await sql.unsafe(`
    with made as (
      update adopting_assets set site_id = md5('mando:site of ' || id)::uuid
      where site_id is null and id is not null and place = 1 returning site_id, name, location
    )
    insert into adopting_sites (id, name, location, is_made_up, place) select site_id, name, location, false, 1 from made`);
  report.count("guessed", "sites of assets, made for them", made.count);
}

function nameSql(name: string, id: string): string {
  return `left(coalesce(nullif(btrim(${name}, E' \\t\\n\\r'), ''), ${id}, ''), ${LONGEST_TEXT})`;
}

/** The nearest allowed value; the least one for NaN. */
function within(value: string, least: string, largest: string): string {
  return `case when ${value} = 'NaN' then ${least} else least(greatest(${value}, ${least}), ${largest}) end`;
}

/** A power without its sign: 0, or at least the least power. */
function powerSql(value: string): string {
  return `case when ${value} = 'NaN' or ${value} < ${LEAST} then 0 else least(${value}, ${LARGEST}) end`;
}
