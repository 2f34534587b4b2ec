// Derived rows: after many partial rows of a block, one that has what they leave is written beside them.
import { listsOf, type Sql } from "../database/client.ts";
import { type BlockInsert, type BlockShape, encodeCells } from "./block-encoding.ts";
import { type Folded, foldBlock, type Origin } from "./block-fold.ts";
import { type BlockKey, type BlockRow, insertBlocks, keyJson, readBlocks } from "./block-rows.ts";

/** Partial rows with as many values as there were are written again together, and few ones are not. */
const LEAST_ROWS = 4;
/** So many partial rows too, and one more for each so many values: a long irregular block is not written again and again. */
const PARTIAL_ROWS = 32;
const VALUES_A_ROW = 32;
/** Blocks that are read at once. */
const BATCH = 50;

const DUE = `
  select given.path, given.source, round(date_part('epoch', given.begin_at) * 1000) as "beginMs"
  from json_to_recordset($1::text::json) as given (path text, source text, begin_at timestamptz)
  cross join lateral (
    select f.sequence, cardinality(f."values") as size from data_point_blocks f
    where f.path = given.path and f.source = given.source and f.begin_at = given.begin_at and f.is_full
    union all select 0, 0
    order by sequence desc limit 1
  ) base
  cross join lateral (
    select count(*) as rows, sum(cardinality(b."values")) as size from data_point_blocks b
    where b.path = given.path and b.source = given.source and b.begin_at = given.begin_at
      and not b.is_derived and b.sequence > base.sequence
  ) partial
  where partial.rows >= greatest(${PARTIAL_ROWS}, base.size / ${VALUES_A_ROW})
    or partial.rows >= ${LEAST_ROWS} and partial.size >= base.size`;

/** Derives a row of each of these blocks that has become due. */
export async function deriveDue(
  sql: Sql,
  touched: readonly BlockKey[],
  shapeOf: (path: string) => BlockShape,
): Promise<void> {
  if (touched.length === 0) return;
  const given = JSON.stringify(touched.map(keyJson));
  const due = await sql.unsafe<BlockKey[]>(DUE, [given], { prepare: true });
  for (let n = 0; n < due.length; n += BATCH) {
    const rows = listsOf<BlockRow>(await readBlocks(sql, due.slice(n, n + BATCH)));
    const derived = blocksOf(rows).map((block) => {
      const [[path]] = block as [BlockRow];
      return derivedRow(block, shapeOf(path).stepMs);
    });
    await insertBlocks(sql, derived);
  }
}

/** Rows come block by block. */
function blocksOf(rows: readonly BlockRow[]): BlockRow[][] {
  const blocks: BlockRow[][] = [];
  for (const row of rows) {
    const block = blocks.at(-1);
    const isSame = [0, 1, 2].every((column) => block?.[0]?.[column] === row[column]);
    if (block && isSame) block.push(row);
    else blocks.push([row]);
  }
  return blocks;
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

function cellsOfFolded({ offsetsMs, values, origins: ofValues }: Folded, stepMs?: number) {
  const placeOf = new Map<string, number>();
  const origins: Origin[] = [];
  const ofCells = ofValues.map((origin) => {
    const key = JSON.stringify(origin);
    const place = placeOf.get(key) ?? origins.push(origin) - 1;
    placeOf.set(key, place);
    return place;
  });
  const encoded = encodeCells({ offsetsMs, values }, stepMs);
  // The places of origins have the form of the values.
  const { values: places } = encodeCells({ offsetsMs, values: ofCells }, stepMs);
  return { ...encoded, origins, places };
}
