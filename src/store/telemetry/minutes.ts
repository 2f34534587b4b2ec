// Minutes: the contribution of each minute to a step of history, so that long histories are cheap and outlast the samples.
import { getTableColumns } from "drizzle-orm";
import { STEP_ORIGIN_MS } from "../../domain/telemetry/history.ts";
import type { Sql } from "../database/client.ts";
import { namesOf } from "../database/recordset.ts";
import { telemetryMinutes } from "../database/schema.ts";
import type { RowOwner } from "../database/tables.ts";

/** A table of samples, and its minutes. */
export interface MinuteSource {
  readonly samples: "telemetry" | "totals";
  readonly minutes: "telemetry_1m" | "totals_1m";
  readonly id: "asset_id" | "scope_id";
  /** Energy charged and discharged in one tick, in MWh, as SQL. */
  readonly inMwhr: string;
  readonly outMwhr: string;
  /** Every possible id, as SQL. */
  readonly ids: string;
}

/** The id of the fleet among the ids of sites. */
export const FLEET_ID = "00000000-0000-0000-0000-000000000000";

/** Every id that rows of an owner may have, as SQL. */
export const OWNER_IDS: Readonly<Record<RowOwner, string>> = {
  asset: "select id from assets",
  site: `select id from sites union all select '${FLEET_ID}'::uuid`,
};

export const ASSET_MINUTES: MinuteSource = {
  samples: "telemetry",
  minutes: "telemetry_1m",
  id: "asset_id",
  inMwhr: "greatest(-current_mw, 0) * dt_s / 3600",
  outMwhr: "greatest(current_mw, 0) * dt_s / 3600",
  ids: OWNER_IDS.asset,
};

export const TOTALS_MINUTES: MinuteSource = {
  samples: "totals",
  minutes: "totals_1m",
  id: "scope_id",
  inMwhr: "tick_in_mwhr",
  outMwhr: "tick_out_mwhr",
  ids: OWNER_IDS.site,
};

export const MINUTE_SOURCES = [ASSET_MINUTES, TOTALS_MINUTES] as const;

const { assetId: _, ts: __, ...minuteFields } = getTableColumns(telemetryMinutes);
/** The columns of a minute beside its id and its begin. */
export const MINUTE_FIELDS = minuteFields;
export const MINUTE_COLUMNS = namesOf(minuteFields);

/**
 * Sums over samples, as SQL.
 *
 * @param sum  Sums a value in the order of time: the last digits depend on it.
 * @param last Selects the newest value of a column.
 */
function minuteFigures(
  { inMwhr, outMwhr }: MinuteSource,
  sum: (value: string) => string,
  last: (column: string) => string,
): string {
  const figures: Record<keyof typeof minuteFields, string> = {
    sampleCount: "count(*)",
    coveredS: sum("dt_s"),
    socPctS: sum("soc_pct * dt_s"),
    socPctMin: "min(soc_pct)",
    socPctMax: "max(soc_pct)",
    socPctLast: last("soc_pct"),
    currentMwS: sum("current_mw * dt_s"),
    currentMwMin: "min(current_mw)",
    currentMwMax: "max(current_mw)",
    currentMwLast: last("current_mw"),
    energyInMwhr: sum(inMwhr),
    energyOutMwhr: sum(outMwhr),
  };
  return Object.entries(minuteFields)
    .map(([field, { name }]) => `${figures[field as keyof typeof figures]} as ${name}`)
    .join(", ");
}

/** The continuous aggregate that replaces the minutes' table on TimescaleDB. */
export function aggregateSql(source: MinuteSource): string {
  return `create materialized view ${source.minutes}
    with (timescaledb.continuous, timescaledb.materialized_only = true) as
    select ${source.id}, time_bucket(interval '1 minute', samples.ts) as ts,
      ${minuteFigures(
        source,
        (value) => `sum(${value} order by samples.ts)`,
        (column) => `last(${column}, samples.ts)`,
      )}
    from ${source.samples} samples group by 1, 2 with no data`;
}

const LISTED = "select value::uuid as id from json_array_elements_text($3::text::json)";

/**
 * Sums up samples into the minutes' table; existing minutes are replaced. By id, so that the key of
 * the samples is used: they have no other index.
 *
 * @param fromMs  Begin of a minute.
 * @param untilMs End of a minute.
 * @param only    The ids to sum up; left out: all.
 */
export async function sumUp(
  sql: Sql,
  source: MinuteSource,
  fromMs: number,
  untilMs: number,
  only?: readonly string[],
): Promise<void> {
  const { id, ids, minutes } = source;
  const set = MINUTE_COLUMNS.map((column) => `${column} = excluded.${column}`).join(", ");
  await sql.unsafe(
    `insert into ${minutes} (${id}, ts, ${MINUTE_COLUMNS.join(", ")})
     select ids.id, minute.* from (${only === undefined ? ids : LISTED}) ids cross join lateral (
       ${minutesSql(source, `${id} = ids.id and ts >= $1 and ts < $2`)}
     ) minute
     on conflict (${id}, ts) do update set ${set}`,
    [instant(fromMs), instant(untilMs), ...(only === undefined ? [] : [JSON.stringify(only)])],
  );
}

/** Minutes of samples, as SQL. */
function minutesSql(source: MinuteSource, where: string): string {
  return `select minute, ${minuteFigures(source, sumSorted, newest)}
    from (
      select *, ${binOf("interval '1 minute'")} as minute from ${source.samples} where ${where} order by minute, ts
    ) sorted group by minute`;
}

/**
 * Steps of whole minutes out of minutes before a cut-over and of samples from there on, as SQL with five parameters:
 * id, from, cut-over, until, and the width of a step in s.
 */
export function minuteStepsSql(source: MinuteSource): string {
  const { id, minutes } = source;
  return stepsOfSql(
    `
    select ts, ${MINUTE_COLUMNS.join(", ")} from ${minutes} where ${id} = $1 and ts >= $2 and ts < $3
    union all
    ${minutesSql(source, `${id} = $1 and ts >= $3 and ts < $4`)}`,
    "$5",
  );
}

/** Steps of any width out of samples, likewise with four parameters: id, from, until, width. */
export function sampleStepsSql({ id, samples, inMwhr, outMwhr }: MinuteSource): string {
  return stepsOfSql(
    `
    select ts, 1, dt_s, soc_pct * dt_s, soc_pct, soc_pct, soc_pct, current_mw * dt_s, current_mw, current_mw,
      current_mw, ${inMwhr}, ${outMwhr}
    from ${samples} where ${id} = $1 and ts >= $2 and ts < $3`,
    "$4",
  );
}

/** Rows with the columns of minutes, as steps. */
function stepsOfSql(parts: string, width: string): string {
  return `
    select (extract(epoch from step) * 1000)::float8 as "fromMs",
      sum(sample_count)::int as "sampleCount", sum(covered_s) as "coveredS",
      sum(soc_pct_s) / sum(covered_s) as "socMean", min(soc_pct_min) as "socMin",
      max(soc_pct_max) as "socMax", ${newest("soc_pct_last")} as "socLast",
      sum(current_mw_s) / sum(covered_s) as "mwMean", min(current_mw_min) as "mwMin",
      max(current_mw_max) as "mwMax", ${newest("current_mw_last")} as "mwLast",
      sum(energy_in_mwhr) as "energyInMwhr", sum(energy_out_mwhr) as "energyOutMwhr"
    from (
      select *, ${binOf(`make_interval(secs => ${width})`)} as step
      from (${parts}) parts (ts, ${MINUTE_COLUMNS.join(", ")}) order by step, ts
    ) sorted
    group by step order by step`;
}

/** A sum over rows that a subquery sorted: PostgreSQL sums them in that order, and sorts once instead of for each sum. */
function sumSorted(value: string): string {
  return `sum(${value})`;
}

/** The begin of the step of a row, as SQL for every version. */
function binOf(width: string): string {
  return `date_bin(${width}, ts, '${instant(STEP_ORIGIN_MS)}')`;
}

/** The newest value, ascending as the subquery: newer versions sort rows as the ordered aggregates of a query need them, for every sum. */
function newest(column: string): string {
  return `(array_agg(${column} order by ts))[count(*)]`;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
