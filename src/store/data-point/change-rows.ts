// What requests changed, beside their ids: the key of the table has them in the order of their recording.
import {
  changesOf,
  type DataPointChange,
  type RecordedChanges,
} from "../../domain/data-point/change.ts";
import type { PointWrite } from "../../domain/data-point/write.ts";
import type { Sql } from "../database/client.ts";
import type { ChangeCells } from "../database/data-point-tables.ts";
import { instantText } from "./instant-text.ts";

/** Requests of a page. */
const MOST_REQUESTS = 200;

export function changesText(writes: readonly PointWrite[]): string {
  return JSON.stringify(changesOf(writes).map(cellsOf));
}

const cellsOf = (it: DataPointChange): ChangeCells => [
  ...([it.path, it.source, it.fromMs, it.untilMs, it.author, it.knownMs] as const),
];

const changeOfCells = ([path, source, fromMs, untilMs, author, knownMs]: ChangeCells) => ({
  ...{ path, source, fromMs, untilMs, author, knownMs },
});

/**
 * Requests leave in the order of their recording: while one is there that is as old as the instant, all after it are.
 * The page has one row without a request where there is none.
 */
const PAGE = `
  select known.is_known as "isKnown", (extract(epoch from page.recorded_at) * 1000)::float8 as "recordedMs", page.changes
  from (
    select exists (select from data_point_writes where recorded_at <= $1::text::timestamptz)
      and exists (select from data_point_writes where recorded_at >= $1::text::timestamptz) as is_known
  ) known
  left join lateral (
    select recorded_at, changes, sum(count) over (order by recorded_at) as total, count
    from (
      select recorded_at, changes, coalesce(json_array_length(changes), 0) as count
      from data_point_writes where recorded_at > $1::text::timestamptz
      order by recorded_at limit ${MOST_REQUESTS}
    ) next
  ) page on known.is_known and (page.total <= $2::int or page.total = page.count)
  order by page.recorded_at`;

interface Row {
  readonly isKnown: boolean;
  readonly recordedMs: number | null;
  readonly changes: readonly ChangeCells[] | null;
}

export async function readChanges(
  sql: Sql,
  recordedMs: number,
  limit: number,
): Promise<readonly RecordedChanges[] | undefined> {
  const rows = await sql.unsafe<Row[]>(PAGE, [instantText(recordedMs), limit], { prepare: true });
  const page: RecordedChanges[] = [];
  for (const row of rows) {
    if (!row.isKnown) return undefined;
    if (row.recordedMs === null) continue;
    if (row.changes === null) return undefined;
    page.push({ recordedMs: row.recordedMs, changes: row.changes.map(changeOfCells) });
  }
  return page;
}
