// Minutes: the contribution of each minute to a step of history, so that long histories are cheap and outlast the samples.
import { getTableColumns } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { snakeCase } from "../../domain/base/snake-case.ts";
import { STEP_ORIGIN_MS } from "../../domain/telemetry/history.ts";
import {
  type DurationField,
  isAssetStat,
  isDuration,
  isStat,
  STAT_FIELDS,
  STEP_FIELDS,
  STEP_FIGURES,
  type Stat,
  type StatField,
  type StepField,
  type SumField,
} from "../../domain/telemetry/step-figures.ts";
import type { Sql } from "../database/client.ts";
import { MINUTE_PARTS, type MinutePart, TOTALS_PARTS } from "../database/minute-parts.ts";
import { telemetry, telemetryMinutes, totalsMinutes } from "../database/schema.ts";
import type { RowOwner } from "../database/tables.ts";

/** A table of samples, and its minutes. */
export interface MinuteSource {
  readonly samples: "telemetry" | "totals";
  readonly minutes: "telemetry_1m" | "totals_1m";
  readonly id: "asset_id" | "scope_id";
  /** What one tick adds to the sums of a step, as SQL. A stat is a column. */
  readonly sums: Readonly<Record<SumField, string>>;
  /** Every possible id, as SQL. */
  readonly ids: string;
  /** What its minutes keep of the figures. */
  readonly parts: readonly MinutePart[];
  /** Whether its samples, and minutes, have the instant since when they are known. */
  readonly hasKnown: boolean;
  /** The columns of a minute beside its id and its begin. */
  readonly columns: readonly PgColumn[];
}

/** The id of the fleet among the ids of sites. */
export const FLEET_ID = "00000000-0000-0000-0000-000000000000";

/** Every id that rows of an owner may have, as SQL. */
export const OWNER_IDS: Readonly<Record<RowOwner, string>> = {
  asset: "select id from assets",
  site: `select id from sites union all select '${FLEET_ID}'::uuid`,
};

const { assetId: _, ts: __, ...assetColumns } = getTableColumns(telemetryMinutes);
const { scopeId: ___, ts: ____, ...totalsColumns } = getTableColumns(totalsMinutes);

export const ASSET_MINUTES: MinuteSource = {
  samples: "telemetry",
  minutes: "telemetry_1m",
  id: "asset_id",
  sums: {
    energyInMwhr: "greatest(-current_mw, 0) * dt_s / 3600",
    energyOutMwhr: "greatest(current_mw, 0) * dt_s / 3600",
  },
  ids: OWNER_IDS.asset,
  parts: MINUTE_PARTS,
  hasKnown: true,
  columns: Object.values(assetColumns),
};

export const TOTALS_MINUTES: MinuteSource = {
  samples: "totals",
  minutes: "totals_1m",
  id: "scope_id",
  sums: { energyInMwhr: "tick_in_mwhr", energyOutMwhr: "tick_out_mwhr" },
  ids: OWNER_IDS.site,
  parts: TOTALS_PARTS,
  hasKnown: false,
  columns: Object.values(totalsColumns),
};

export const MINUTE_SOURCES = [ASSET_MINUTES, TOTALS_MINUTES] as const;

/** The names of the columns of a minute beside its id and its begin. */
export function minuteNames({ columns }: MinuteSource): readonly string[] {
  return columns.map(({ name }) => name);
}

/** The value of a figure in one sample, as SQL. */
function valueSql({ sums }: MinuteSource, figure: StepField): string {
  if (isStat(figure)) return telemetry[figure].name;
  if (!isDuration(figure)) return sums[figure];
  return `case when limited_by = '${STEP_FIGURES[figure].limit}' then dt_s else 0 end`;
}

/**
 * Sums over samples, as SQL.
 *
 * @param sum  Sums a value in the order of time: the last digits depend on it.
 * @param last Selects the newest value of a column.
 */
function minuteFigures(
  source: MinuteSource,
  sum: (value: string) => string,
  last: (column: string) => string,
): string {
  const figures = source.parts.map(({ figure, part, name }) => {
    const value = valueSql(source, figure);
    const parts: Record<typeof part, string> = {
      S: sum(`${value} * dt_s`),
      Min: `min(${value})`,
      Max: `max(${value})`,
      Last: last(value),
      Sum: sum(value),
    };
    return `${parts[part]} as ${snakeCase(name)}`;
  });
  const known = source.hasKnown ? ["max(known) as known"] : [];
  return [
    "count(*) as sample_count",
    `${sum("dt_s")} as covered_s`,
    ...[...figures, ...known],
  ].join(", ");
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
  const names = minuteNames(source);
  const set = names.map((column) => `${column} = excluded.${column}`).join(", ");
  await sql.unsafe(
    `insert into ${minutes} (${id}, ts, ${names.join(", ")})
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
    source,
    `
    select ts, ${minuteNames(source).join(", ")} from ${minutes} where ${id} = $1 and ts >= $2 and ts < $3
    union all
    ${minutesSql(source, `${id} = $1 and ts >= $3 and ts < $4`)}`,
    "$5",
  );
}

/** Steps of any width out of samples, likewise with four parameters: id, from, until, width. */
export function sampleStepsSql(source: MinuteSource): string {
  const figures = source.parts.map(({ figure, part }) => {
    const value = valueSql(source, figure);
    return part === "S" ? `${value} * dt_s` : value;
  });
  const known = source.hasKnown ? ["known"] : [];
  return stepsOfSql(
    source,
    `
    select ts, 1, dt_s, ${[...figures, ...known].join(", ")}
    from ${source.samples} where ${source.id} = $1 and ts >= $2 and ts < $3`,
    "$4",
  );
}

/** A step as it is read: a stat in a column for each part. */
export type StepRow = {
  readonly [N in "fromMs" | "sampleCount" | "coveredS" | SumField]: number;
} & { readonly [N in DurationField | StatName | "knownMs"]: number | null };
type StatName = `${StatField}${Capitalize<keyof Stat>}`;

/** The names of the parts of each stat in a row. */
export const STAT_NAMES = Object.fromEntries(
  STAT_FIELDS.map((field) => [
    field,
    { mean: `${field}Mean`, min: `${field}Min`, max: `${field}Max`, last: `${field}Last` },
  ]),
) as { readonly [F in StatField]: { readonly [P in keyof Stat]: StatName } };

/** Rows with the columns of minutes, as steps. */
function stepsOfSql(source: MinuteSource, parts: string, width: string): string {
  const figures = STEP_FIELDS.flatMap((figure) => {
    const column = snakeCase(figure);
    if (!isKept(source, figure))
      return missingNames(figure).map((name) => `null::float8 as "${name}"`);
    if (isDuration(figure)) return `${wholeSum(column)} as "${figure}"`;
    if (!isStat(figure)) return `sum(${column}) as "${figure}"`;
    const names = STAT_NAMES[figure];
    const sum = isAssetStat(figure) ? wholeSum(`${column}_s`) : `sum(${column}_s)`;
    return [
      `${sum} / sum(covered_s) as "${names.mean}"`,
      `min(${column}_min) as "${names.min}"`,
      `max(${column}_max) as "${names.max}"`,
      `${newest(`${column}_last`)} as "${names.last}"`,
    ];
  });
  return `
    select (extract(epoch from step) * 1000)::float8 as "fromMs",
      sum(sample_count)::int as "sampleCount", sum(covered_s) as "coveredS", ${figures.join(", ")},
      ${source.hasKnown ? instantMs("max(known)") : "null::float8"} as "knownMs"
    from (
      select *, ${binOf(`make_interval(secs => ${width})`)} as step
      from (${parts}) parts (ts, ${minuteNames(source).join(", ")}) order by step, ts
    ) sorted
    group by step order by step`;
}

function isKept({ parts }: MinuteSource, figure: StepField): boolean {
  return parts.some((part) => part.figure === figure);
}

/** The columns of a step that minutes do not have. */
function missingNames(figure: StepField): readonly string[] {
  return isStat(figure) ? Object.values(STAT_NAMES[figure]) : [figure];
}

/** A sum over a step, as SQL: null where a minute has none, which spreads as NaN, so that a part is not taken for the whole. */
function wholeSum(column: string): string {
  return `nullif(sum(coalesce(${column}, 'NaN')), 'NaN')`;
}

/** Milliseconds exact to the µs, as SQL in floats: `extract` counts in numerics, which needs longer than the rest of a row. */
export function instantMs(value: string): string {
  return `round(date_part('epoch', ${value}) * 1e6) / 1e3`;
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
