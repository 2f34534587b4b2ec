// Derived rows: after many partial rows of a block, some that have what they leave are written beside them.
import { setImmediate as turn } from "node:timers/promises";
import { listsOf, type Sql } from "../database/client.ts";
import { type BlockInsert, type BlockShape, encodeCells, ROW_VALUES } from "./block-encoding.ts";
import { type Folded, foldLayers, fromNewestFull } from "./block-fold.ts";
import { type BlockKey, type BlockRow, insertBlocks, keyJson, readBlocks } from "./block-rows.ts";
import { windowsOf } from "./block-windows.ts";
import type { Origin } from "./origins.ts";

/** Partial rows with as many values as there were are written again together, and few ones are not. */
const LEAST_ROWS = 4;
/** So many partial rows too, and one more for each so many values: a long irregular block is not written again and again. */
const PARTIAL_ROWS = 32;
const VALUES_A_ROW = 32;
/** Blocks, and their values, that are read at once. */
const BATCH = 50;
const BATCH_VALUES = 200_000;
/** Characters of derived values that are inserted at once. */
const INSERTED_CHARACTERS = 300_000;

/**
 * Of a block of more values than a row may have, a write is several rows: requests are counted instead. Its derived rows
 * have the last sequences up to that of the newest row, after those that were derived before.
 */
const DUE = `
  select given.path, given.source, round(date_part('epoch', given.begin_at) * 1000) as "beginMs",
    (base.size + partial.size)::float8 as size
  from (select distinct path, source, begin_at
    from json_to_recordset($1::text::json) as one (path text, source text, begin_at timestamptz)) given
  cross join lateral (
    select coalesce(max(b.sequence), 0) as sequence, coalesce(sum(cardinality(b."values")), 0) as size
    from data_point_blocks b
    where b.path = given.path and b.source = given.source and b.begin_at = given.begin_at
      and (b.is_full or b.is_derived) and b.sequence >= coalesce((
        select f.sequence from data_point_blocks f
        where f.path = given.path and f.source = given.source and f.begin_at = given.begin_at and f.is_full
        order by f.sequence desc limit 1), 0)
  ) base
  cross join lateral (
    select count(*) as rows, count(distinct b.recorded_at) as requests, max(b.sequence) as sequence,
      coalesce(sum(cardinality(b."values")), 0) as size
    from data_point_blocks b
    where b.path = given.path and b.source = given.source and b.begin_at = given.begin_at
      and not b.is_derived and b.sequence > base.sequence
  ) partial
  cross join lateral (select base.size + partial.size > ${ROW_VALUES} as is_long) block
  where ceil((base.size + partial.size) / ${ROW_VALUES}::numeric) <= partial.sequence - base.sequence
    and (partial.rows >= greatest(${PARTIAL_ROWS}, (base.size + case when is_long then partial.size else 0 end) / ${VALUES_A_ROW})
      or case when is_long then partial.requests else partial.rows end >= ${LEAST_ROWS} and partial.size >= base.size)`;

interface DueBlock extends BlockKey {
  readonly size: number;
}

/** Derives rows of each of these blocks that has become due. */
export async function deriveDue(
  sql: Sql,
  touched: readonly BlockKey[],
  shapeOf: (path: string) => BlockShape,
): Promise<void> {
  if (touched.length === 0) return;
  const given = JSON.stringify(touched.map(keyJson));
  const due = await sql.unsafe<DueBlock[]>(DUE, [given], { prepare: true });
  for (const batch of batchesOf(due)) {
    const rows = listsOf<BlockRow>(await readBlocks(sql, batch));
    const derived: BlockInsert[] = [];
    for (const block of blocksOf(rows)) {
      const [[path]] = block as [BlockRow];
      for (const row of await derivedRows(block, shapeOf(path).stepMs)) derived.push(row);
    }
    await insertDerived(sql, derived);
  }
}

function* batchesOf(due: readonly DueBlock[]): Generator<readonly DueBlock[]> {
  let batch: DueBlock[] = [];
  let size = 0;
  for (const block of due) {
    if (batch.length === BATCH || (batch.length > 0 && size + block.size > BATCH_VALUES)) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(block);
    size += block.size;
  }
  if (batch.length > 0) yield batch;
}

/** Small rows are sent together, and few long ones. */
async function insertDerived(sql: Sql, rows: readonly BlockInsert[]): Promise<void> {
  for (let n = 0; n < rows.length; ) {
    const first = n;
    for (let size = 0; n < rows.length && size < INSERTED_CHARACTERS; n++)
      size += (rows[n] as BlockInsert).values.length;
    await insertBlocks(sql, rows.slice(first, n));
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

/**
 * The first one hides all older rows, and the others follow it. Rows of their writes may lie between: what these wrote
 * last is in the derived ones, whose values they leave as they are.
 *
 * @param rows Of one block and source, oldest first, from the newest full row on.
 */
async function derivedRows(rows: readonly BlockRow[], stepMs?: number): Promise<BlockInsert[]> {
  const newest = rows.at(-1) as BlockRow;
  const [path, source, beginMs] = newest;
  const parts: ReturnType<typeof cellsOfFolded>[] = [];
  for await (const folded of foldedRows(rows)) parts.push(cellsOfFolded(folded, stepMs));
  const knownMs = rows.reduce((last, row) => Math.max(last, row[4]), -Infinity);
  return parts.map(({ origins, places, ...cells }, n) => ({
    ...{ path, source, beginMs, knownMs, recordedMs: newest[5] },
    sequence: newest[16] - (parts.length - 1) + n,
    ...{ expiresAtMs: null, author: newest[7], requestId: null, ...cells },
    ...{ isDerived: true, isFull: n === 0, withdrawnFromMs: null, withdrawnUntilMs: null },
    ...{ origins, originPlaces: places },
  }));
}

/** What rows leave, in slices for one row each; one at least. */
async function* foldedRows(rows: readonly BlockRow[]): AsyncGenerator<Folded> {
  let held: Folded = { offsetsMs: [], values: [], origins: [] };
  let isFirst = true;
  for (const layers of windowsOf(fromNewestFull(rows))) {
    const { offsetsMs, values, origins } = foldLayers(layers ?? []);
    for (const [n, origin] of origins.entries()) {
      if (held.values.length === ROW_VALUES) {
        yield held;
        isFirst = false;
        held = { offsetsMs: [], values: [], origins: [] };
      }
      held.offsetsMs.push(offsetsMs[n] as number);
      held.values.push(values[n] as number);
      held.origins.push(origin);
    }
    await turn();
  }
  if (isFirst || held.values.length > 0) yield held;
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
