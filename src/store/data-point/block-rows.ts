// The rows of blocks in the database: those that a read needs, by the newest full one of each block.
import { getTableColumns } from "drizzle-orm";
import type { DataPointSource } from "../../domain/data-point/data-point.ts";
import type { AsOf, PointWrite } from "../../domain/data-point/write.ts";
import type { Sql } from "../database/client.ts";
import { definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { dataPointBlocks } from "../database/schema.ts";
import type { BlockInsert, WriteStamp } from "./block-encoding.ts";
import { instantText } from "./instant-text.ts";

/** A row of a block. */
export type BlockRow = readonly [
  path: string,
  source: DataPointSource,
  beginMs: number,
  isFull: boolean,
  knownMs: number,
  recordedMs: number,
  expiresAtMs: number | null,
  author: string,
  firstMs: number | null,
  stepMs: number | null,
  offsetsMs: string | null,
  values: string,
  withdrawnFromMs: number | null,
  withdrawnUntilMs: number | null,
  origins: string | null,
  originPlaces: string | null,
  sequence: number,
  requestId: string | null,
];

/** What a query answers: a block of which a read sees nothing has a row without cells. */
export type BlockAnswer =
  | BlockRow
  | readonly [path: string, source: DataPointSource, beginMs: number, ...null[]];

/** Rounded, because a double has no exact part of a second; ten times faster than the exact number that `extract` has. */
const ms = (column: string) => `round(date_part('epoch', ${column}) * 1000)`;

const CELLS = `
  wanted.path, wanted.source, ${ms("wanted.begin_at")}, b.is_full, ${ms("b.known")}, ${ms("b.recorded_at")},
  ${ms("b.expires_at")}, b.author, b.first_ms, b.step_ms, b.offsets_ms::text, b."values"::text,
  b.withdrawn_from_ms, b.withdrawn_until_ms, b.origins::text, b.origin_places::text,
  b.sequence::float8, b.request_id`;

/**
 * Parameters in subqueries, which are evaluated once, and have one plan for all values: the server would plan each
 * read anew where it estimates by the values, which takes longer than to read a day.
 */
const text = (place: number) => `(select $${place}::text)`;
const instant = (place: number) => `(select $${place}::text::timestamptz)`;

const SEEN = (row: string) =>
  `${row}.known <= ${instant(3)} and ${row}.recorded_at <= ${instant(4)}`;

/** The rows of a block from its newest full row on, oldest first, or one without a sequence; of the blocks `wanted (path, source, begin_at)`. */
const newestRows = (seen: (row: string) => string) => `
  cross join lateral (
    select coalesce((
      select f.sequence from data_point_blocks f
      where f.path = wanted.path and f.source = wanted.source and f.begin_at = wanted.begin_at
        and f.is_full and ${seen("f")}
      order by f.sequence desc limit 1
    ), 0) as sequence offset 0
  ) base
  left join lateral (
    select * from data_point_blocks b
    where b.path = wanted.path and b.source = wanted.source and b.begin_at = wanted.begin_at
      and b.sequence >= base.sequence and ${seen("b")} offset 0
  ) b on true
  where wanted.begin_at is not null
  order by wanted.path, wanted.begin_at, wanted.source, b.sequence, b.is_derived`;

/** The begins of the next blocks that have a row, as `days (begin_at)`: one probe of the key each. */
const nextBegins = (place: number) => `
  with recursive days (begin_at, number) as (
    select ${nextBegin(`>= ${instant(place)}`)}, 1
    union all
    select ${nextBegin("> days.begin_at")}, days.number + 1 from days
    where days.begin_at < ${instant(place + 1)} and days.number < $${place + 2}::int
  )`;

function nextBegin(after: string): string {
  return `(
    select min(next.begin_at) from json_array_elements_text($2::text::json) of_source (source)
    cross join lateral (
      select n.begin_at from data_point_blocks n
      where n.path = ${text(1)} and n.source = of_source.source and n.begin_at ${after}
      order by n.begin_at limit 1
    ) next)`;
}

const PAGE = `
  ${nextBegins(5)}
  select ${CELLS} from (
    select ${text(1)} as path, of_source.source, days.begin_at
    from days cross join json_array_elements_text($2::text::json) of_source (source)
    where days.begin_at < ${instant(6)}
  ) wanted ${newestRows(SEEN)}`;

export interface BlockRange {
  readonly path: string;
  readonly sources: readonly DataPointSource[];
  readonly asOf: AsOf;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Blocks at most. */
  readonly limit: number;
}

/** The query of the rows that a read needs of the next blocks from `fromMs` on. */
export function readPage(sql: Sql, { path, sources, asOf, fromMs, untilMs, limit }: BlockRange) {
  const seen = [instantText(asOf.knownMs), instantText(asOf.recordedMs)];
  const range = [instantText(fromMs), instantText(untilMs), limit];
  return sql
    .unsafe(PAGE, [path, JSON.stringify(sources), ...seen, ...range], { prepare: true })
    .values();
}

const NEWEST = `
  select ${CELLS} from (
    select given.path, of_source.source, newest.begin_at
    from json_to_recordset($1::text::json) as given (path text, before text)
    cross join lateral (
      select max(begins.begin_at) as begin_at
      from json_array_elements_text($2::text::json) of_source (source)
      cross join lateral (
        select n.begin_at from data_point_blocks n
        where n.path = given.path and n.source = of_source.source
          and n.begin_at < given.before::timestamptz and ${SEEN("n")}
        order by n.begin_at desc limit 1
      ) begins
    ) newest
    cross join json_array_elements_text($2::text::json) of_source (source)
  ) wanted ${newestRows(SEEN)}`;

/** The rows of the last block of each path that has one before an instant. */
export function readNewest(
  sql: Sql,
  beforeMs: ReadonlyMap<string, number>,
  sources: readonly DataPointSource[],
  asOf: AsOf,
) {
  const given = [...beforeMs].map(([path, before]) => ({ path, before: instantText(before) }));
  const seen = [instantText(asOf.knownMs), instantText(asOf.recordedMs)];
  return sql
    .unsafe(NEWEST, [JSON.stringify(given), JSON.stringify(sources), ...seen], { prepare: true })
    .values();
}

const LEFT = `
  select ${CELLS} from json_to_recordset($1::text::json) as wanted (path text, source text, begin_at timestamptz)
  ${newestRows(() => "true")}`;

/** The rows that a read of all that was written needs of some blocks. */
export function readBlocks(sql: Sql, blocks: readonly BlockKey[]) {
  return sql.unsafe(LEFT, [JSON.stringify(blocks.map(keyJson))], { prepare: true }).values();
}

/** A key of a block as SQL reads it from JSON. */
export function keyJson({ path, source, beginMs }: BlockKey) {
  return { path, source, begin_at: new Date(beginMs).toISOString() };
}

const VERSIONS = `
  ${nextBegins(3)}
  select ${CELLS} from days
  join data_point_blocks wanted on wanted.path = ${text(1)} and wanted.begin_at = days.begin_at
  cross join lateral (select wanted.*) b
  where days.begin_at < ${instant(4)} and not wanted.is_derived
  order by wanted.begin_at, wanted.sequence`;

/** The query of all rows that were written of the next blocks. */
export function readVersions(
  sql: Sql,
  { path, sources, fromMs, untilMs, limit }: Omit<BlockRange, "asOf">,
) {
  const range = [instantText(fromMs), instantText(untilMs), limit];
  return sql
    .unsafe(VERSIONS, [path, JSON.stringify(sources), ...range], { prepare: true })
    .values();
}

const FIELDS = getTableColumns(dataPointBlocks);
const OTHERS = namesOf(FIELDS)
  .filter((name) => name !== "is_full")
  .map((name) => quoted(name));

/** Offset of the last value of a row. */
const LAST = (row: string) =>
  `coalesce(${row}.offsets_ms[cardinality(${row}.offsets_ms)], ${row}.first_ms + (cardinality(${row}."values") - 1) * ${row}.step_ms)`;

const BLOCK = (row: string) =>
  `${row}.path = given.path and ${row}.source = given.source and ${row}.begin_at = given.begin_at`;

/**
 * A row without gaps hides all older ones, where those have no other instants. Of the older ones those count alone that
 * are not hidden by one that was written: also a read that does not see that one sees no instants beyond it.
 */
const INSERT = `
  with stored as (
  insert into data_point_blocks (is_full, ${OTHERS})
  select given.is_full and (given.is_derived or not exists (
      select from data_point_blocks there
      where ${BLOCK("there")} and not there.is_derived and there.first_ms is not null
        and there.sequence >= coalesce((
          select hiding.sequence from data_point_blocks hiding
          where ${BLOCK("hiding")} and hiding.is_full and not hiding.is_derived and hiding.first_ms is not null
          order by hiding.sequence desc limit 1), 0)
        and (there.step_ms is null or there.step_ms % given.step_ms <> 0
          or there.first_ms < given.first_ms or ${LAST("there")} > ${LAST("given")}))),
    ${OTHERS.map((name) => `given.${name}`)}
  from json_to_recordset($1::text::json) as given (${definitionsOf(FIELDS).replace("values ", '"values" ')})
  returning path, source, begin_at, is_full)
  select path, source, ${ms("begin_at")} as "beginMs" from stored where not is_full`;

function quoted(name: string): string {
  return name === "values" ? '"values"' : name;
}

export interface BlockKey {
  readonly path: string;
  readonly source: DataPointSource;
  readonly beginMs: number;
}

/** @returns The blocks of rows that do not hide all older ones. */
export async function insertBlocks(sql: Sql, rows: readonly BlockInsert[]): Promise<BlockKey[]> {
  if (rows.length === 0) return [];
  return sql.unsafe<BlockKey[]>(INSERT, [rowsJson(FIELDS, rows)], { prepare: true });
}

const WITHDRAW = `
  insert into data_point_blocks (path, source, begin_at, sequence, known, recorded_at, expires_at, author, request_id,
    is_derived, is_full, "values", withdrawn_from_ms, withdrawn_until_ms)
  select $1, $2, begin_at, $3::bigint, $4::text::timestamptz, $5::text::timestamptz, null, $6, $7,
    false, from_ms = 0 and until_ms = $10::int, '{}', from_ms, until_ms
  from (
    select begin_at,
      extract(epoch from greatest($8::text::timestamptz, begin_at) - begin_at) * 1000 as from_ms,
      extract(epoch from least($9::text::timestamptz, begin_at + $10::int * interval '1 millisecond') - begin_at) * 1000
        as until_ms
    from (
      select distinct begin_at from data_point_blocks
      where path = $1 and source = $2 and begin_at < $9::text::timestamptz
        and begin_at > $8::text::timestamptz - $10::int * interval '1 millisecond'
    ) begins
  ) parts
  returning begin_at`;

/** Withdraws in the blocks that have something to hide. @returns Their begins. */
export async function withdrawBlocks(
  sql: Sql,
  { path, source, knownMs, author, withdrawn }: PointWrite,
  { sequence, recordedMs, requestId }: WriteStamp,
  blockMs: number,
): Promise<number[]> {
  const range = [instantText(withdrawn?.fromMs), instantText(withdrawn?.untilMs), blockMs];
  const known = [instantText(knownMs), instantText(recordedMs)];
  const cells = [path, source, sequence, ...known, author, requestId, ...range];
  const rows = await sql.unsafe<{ begin_at: Date }[]>(WITHDRAW, cells, { prepare: true });
  return rows.map(({ begin_at }) => begin_at.getTime());
}
