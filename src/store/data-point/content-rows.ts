// Matrices and documents in the database: one row a version of an instant.
import { getTableColumns } from "drizzle-orm";
import type { Json } from "../../domain/audit/record.ts";
import type { Pieces } from "../../domain/base/pieces.ts";
import type { DataPointMode } from "../../domain/data-point/data-point.ts";
import { textOfJson } from "../../domain/data-point/json-text.ts";
import { SOURCES_OF } from "../../domain/data-point/version-order.ts";
import type { AsOf, PointValue, PointWrite, ReadValue } from "../../domain/data-point/write.ts";
import type { Sql } from "../database/client.ts";
import { definitionsOf, namesOf, rowJson } from "../database/recordset.ts";
import { dataPointContents } from "../database/schema.ts";
import type { WriteStamp } from "./block-encoding.ts";
import { instantText } from "./instant-text.ts";
import type { OrderedVersion } from "./version-range.ts";

const FIELDS = getTableColumns(dataPointContents);
const NAMES = namesOf(FIELDS);
const { content: _, ...OTHERS } = FIELDS;

const INSERT = `
  insert into data_point_contents (${NAMES})
  select ${NAMES} from json_to_recordset($1::text::json) as given (${definitionsOf(FIELDS)})`;

const jsonOf = rowJson(OTHERS);

/** A row as JSON; the costs are characters. */
export function* contentRow(
  { path, source, knownMs, expiresAtMs, author }: PointWrite,
  { atMs, content }: PointValue,
  stamp: WriteStamp,
): Pieces<string> {
  const others = jsonOf({ path, source, knownMs, expiresAtMs, author, ...stamp, atMs });
  return `${others.slice(0, -1)},"content":${yield* textOfJson(content as Json)}}`;
}

/** @param rows Each as JSON. */
export async function insertContents(sql: Sql, rows: readonly string[]): Promise<void> {
  if (rows.length > 0) await sql.unsafe(INSERT, [`[${rows.join(",")}]`], { prepare: true });
}

const WITHDRAW = `
  insert into data_point_contents (path, source, at, sequence, known, recorded_at, author, request_id)
  select distinct $1, $2, at, $3::bigint, $4::text::timestamptz, $5::text::timestamptz, $6, $7
  from data_point_contents
  where path = $1 and source = $2 and at >= $8::text::timestamptz and at < $9::text::timestamptz`;

/** Withdraws at the instants that have something to hide. */
export async function withdrawContents(
  sql: Sql,
  { path, source, knownMs, author, withdrawn }: PointWrite,
  { sequence, recordedMs, requestId }: WriteStamp,
): Promise<void> {
  const known = [instantText(knownMs), instantText(recordedMs)];
  const range = [instantText(withdrawn?.fromMs), instantText(withdrawn?.untilMs)];
  const cells = [path, source, sequence, ...known, author, requestId, ...range];
  await sql.unsafe(WITHDRAW, cells, { prepare: true });
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

/** The content is a text: the driver would parse all of an answer in few turns. */
const VALUE = `${ms("at")} as "atMs", content::text as text, source, ${ms("known")} as "knownMs",
  ${ms("recorded_at")} as "recordedMs", author`;

/** A value whose content is JSON. */
export interface ContentText extends Omit<ReadValue, "content"> {
  readonly text: string;
}

/** What of an instant was written last, of what a read sees; withdrawals and expired overrides are left out. */
const inForce = (where: string, order: string) => `
  select * from (
    select distinct on (at) * from data_point_contents
    where ${where} and known <= $3::text::timestamptz and recorded_at <= $4::text::timestamptz
    order by at ${order}, sequence desc
  ) newest
  where content is not null and (expires_at is null or expires_at > $5::text::timestamptz)
  order by at ${order}`;

const PAGE = `
  select distinct on (at) ${VALUE}
  from json_array_elements_text($2::text::json) of_source (name)
  cross join lateral (
    ${inForce("path = $1 and source = of_source.name and at >= $6::text::timestamptz and at < $7::text::timestamptz", "")}
    limit $8::int
  ) found
  order by at, source desc limit $8::int`;

interface ContentRange {
  readonly path: string;
  readonly mode: DataPointMode;
  readonly asOf: AsOf;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
}

const seenTexts = (asOf: AsOf, nowMs: number) => [
  ...[instantText(asOf.knownMs), instantText(asOf.recordedMs), instantText(asOf.knownMs ?? nowMs)],
];

/** The query of the next values that a read sees. */
export function readContents(sql: Sql, { path, mode, asOf, nowMs, ...range }: ContentRange) {
  const { fromMs, untilMs, limit } = range;
  const cells = [path, JSON.stringify(SOURCES_OF[mode]), ...seenTexts(asOf, nowMs)];
  cells.push(instantText(fromMs), instantText(untilMs));
  return sql.unsafe<ContentText[]>(PAGE, [...cells, limit], { prepare: true });
}

const NEWEST = `
  select distinct on (path) path, ${VALUE}
  from json_array_elements_text($1::text::json) given (name)
  cross join json_array_elements_text($2::text::json) of_source (name)
  cross join lateral (
    ${inForce("path = given.name and source = of_source.name", "desc")} limit 1
  ) found
  order by path, at desc, source desc`;

/** The query of the newest value of each path that has one. */
export function readNewestContents(
  sql: Sql,
  paths: readonly string[],
  mode: DataPointMode,
  asOf: AsOf,
  nowMs: number,
) {
  const cells = [
    JSON.stringify(paths),
    JSON.stringify(SOURCES_OF[mode]),
    ...seenTexts(asOf, nowMs),
  ];
  return sql.unsafe<(ContentText & { readonly path: string })[]>(NEWEST, cells, { prepare: true });
}

const VERSIONS = `
  select ${VALUE}, ${ms("expires_at")} as "expiresAtMs", request_id as "requestId",
    sequence::float8 as sequence
  from data_point_contents
  where path = $1 and recorded_at <= $4::text::timestamptz and at in (
    select distinct at from data_point_contents
    where path = $1 and at >= $2::text::timestamptz and at < $3::text::timestamptz
    order by at limit $5::int)`;

export interface VersionText extends Omit<OrderedVersion, "content"> {
  /** null: it is a withdrawal. */
  readonly text: string | null;
}

/** The query of all versions of the next instants, in any order. */
export function readContentVersions(
  sql: Sql,
  range: Omit<ContentRange, "mode" | "asOf" | "nowMs"> & { readonly recordedMs: number },
) {
  const { path, fromMs, untilMs, recordedMs, limit } = range;
  const cells = [path, instantText(fromMs), instantText(untilMs), instantText(recordedMs), limit];
  return sql.unsafe<VersionText[]>(VERSIONS, cells, { prepare: true });
}
