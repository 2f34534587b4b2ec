// Derived rows: after many partial rows of a block, one that has what they leave is written beside them.
import { listsOf, type Sql } from "../database/client.ts";
import { type BlockInsert, type BlockShape, encodeCells } from "./block-encoding.ts";
import { type Folded, foldBlock, type Origin } from "./block-fold.ts";
import { type BlockKey, type BlockRow, insertBlocks, readPage } from "./block-rows.ts";

/** Partial rows at least, and one more for each so many values: a long irregular block is not written again and again. */
const PARTIAL_ROWS = 32;
const VALUES_A_ROW = 32;

const DUE = `
  select given.path, given.source, given.begin_ms as "beginMs"
  from json_to_recordset($1::text::json) as given (path text, source text, begin_at timestamptz, begin_ms float8)
  cross join lateral (
    select f.sequence, cardinality(f."values") as size from data_point_blocks f
    where f.path = given.path and f.source = given.source and f.begin_at = given.begin_at and f.is_full
    union all select 0, 0
    order by sequence desc limit 1
  ) base
  where (
    select count(*) from data_point_blocks b
    where b.path = given.path and b.source = given.source and b.begin_at = given.begin_at
      and not b.is_derived and b.sequence > base.sequence
  ) >= greatest(${PARTIAL_ROWS}, base.size / ${VALUES_A_ROW})`;

/** Derives a row of each of these blocks that has become due. */
export async function deriveDue(
  sql: Sql,
  touched: readonly BlockKey[],
  shapeOf: (path: string) => BlockShape,
): Promise<void> {
  if (touched.length === 0) return;
  const given = touched.map(({ path, source, beginMs }) => ({
    ...{ path, source, begin_ms: beginMs, begin_at: new Date(beginMs).toISOString() },
  }));
  const due = await sql.unsafe<BlockKey[]>(DUE, [JSON.stringify(given)], { prepare: true });
  for (const { path, source, beginMs } of due) {
    const range = { path, sources: [source], fromMs: beginMs, untilMs: beginMs + 1, limit: 1 };
    const rows = await readPage(sql, { ...range, asOf: {} });
    const { stepMs } = shapeOf(path);
    await insertBlocks(sql, [derivedRow(listsOf<BlockRow>(rows), stepMs)]);
  }
}

/** @param rows Of one block and source, oldest first, from the newest full row on. */
function derivedRow(rows: readonly BlockRow[], stepMs: number | undefined): BlockInsert {
  const newest = rows.at(-1) as BlockRow;
  const [path, source, beginMs] = newest;
  const { origins, places, ...cells } = cellsOfFolded(foldBlock(rows), stepMs);
  return {
    ...{ path, source, beginMs, sequence: newest[16], recordedMs: newest[5] },
    knownMs: rows.reduce((last, row) => Math.max(last, row[4]), -Infinity),
    ...{ expiresAtMs: null, author: newest[7], requestId: null, ...cells },
    ...{ isDerived: true, isFull: true, withdrawnFromMs: null, withdrawnUntilMs: null },
    ...{ origins, originPlaces: places },
  };
}

function cellsOfFolded(folded: Folded, stepMs: number | undefined) {
  const cells = [...folded].sort(([a], [b]) => a - b);
  const placeOf = new Map<string, number>();
  const origins: Origin[] = [];
  const placesByOffset = new Map<number, number>();
  for (const [offsetMs, [, origin]] of cells) {
    const key = JSON.stringify(origin);
    const place = placeOf.get(key) ?? origins.push(origin) - 1;
    placeOf.set(key, place);
    placesByOffset.set(offsetMs, place);
  }
  const offsetsMs = cells.map(([offsetMs]) => offsetMs);
  const encoded = encodeCells({ offsetsMs, values: cells.map(([, [value]]) => value) }, stepMs);
  // The places of origins have the form of the values.
  const { values: places } = encodeCells(
    { offsetsMs, values: offsetsMs.map((offsetMs) => placesByOffset.get(offsetMs) ?? 0) },
    stepMs,
  );
  return { ...encoded, origins, places };
}
