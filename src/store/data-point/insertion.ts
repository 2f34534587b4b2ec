// The insertion of writes, in the transaction of their request.
import { setImmediate as turn } from "node:timers/promises";
import { createSpending, inTurns } from "../../domain/base/pieces.ts";
import type { PointWrite } from "../../domain/data-point/write.ts";
import type { InsertOutcome, NamedWrite } from "../../domain/ports/data-point-store.ts";
import type { Sql } from "../database/client.ts";
import { type BlockInsert, blockRows, type WriteStamp } from "./block-encoding.ts";
import { type BlockKey, insertBlocks, withdrawBlocks } from "./block-rows.ts";
import { type PointShape, shapesOf } from "./catalogue-rows.ts";
import { changesText } from "./change-rows.ts";
import { contentRow, insertContents, withdrawContents } from "./content-rows.ts";
import { deriveDue } from "./derivation.ts";
import { instantText } from "./instant-text.ts";

/**
 * Rows of one block in one request, whose order the sequence has: one for each write, MOST_SERIES_WRITES at
 * most, and as many more as MOST_VALUES values are cut into.
 */
const MOST_ROWS = 1_000;
/** Characters of values in one statement: to prepare it holds the thread for some ms. */
const STATEMENT_CHARACTERS = 250_000;
const STATEMENT_ROWS = 1_000;
/** Characters that are made in one turn. */
const TURN_CHARACTERS = 50_000;

/** The former leader may not have ended its last transaction yet. */
const LOCK = "select pg_advisory_xact_lock(hashtext('data_point_writes'))";

/** When was recorded last; -Infinity: nothing was. */
export async function lastRecordedMs(sql: Sql): Promise<number> {
  const [row] = await sql<{ ms: number | null }[]>`
    select (extract(epoch from max(recorded_at)) * 1000)::float8 as ms from data_point_writes`;
  return row?.ms ?? -Infinity;
}

export async function insertWrites(
  sql: Sql,
  writes: readonly PointWrite[],
  nowMs: number,
  named: NamedWrite | undefined,
): Promise<InsertOutcome> {
  await sql.unsafe(LOCK);
  const first = named && (await findRequest(sql, named.id));
  if (first !== undefined && first.text !== named?.text) return { kind: "reused" };
  if (first !== undefined) return { kind: "repeated", recordedMs: first.recordedMs };
  const shapes = await shapesOf(sql, [...new Set(writes.map(({ path }) => path))]);
  const previousMs = await lastRecordedMs(sql);
  const recordedMs = Math.max(nowMs, previousMs + 1);
  await sql`
    insert into data_point_writes (recorded_at, request_id, text, changes)
    values (${instantText(recordedMs)}::text::timestamptz, ${named?.id ?? null}, ${named?.text ?? null},
      ${changesText(writes)}::text::json)`;
  const insertion = createInsertion(sql, shapes, { recordedMs, requestId: named?.id ?? null });
  for (const write of writes) await insertion.add(write);
  await insertion.end();
  return { kind: "stored", recordedMs, previousMs };
}

async function findRequest(sql: Sql, id: string) {
  const [row] = await sql<{ text: string; recordedMs: number }[]>`
    select text, (extract(epoch from recorded_at) * 1000)::float8 as "recordedMs"
    from data_point_writes where request_id = ${id}`;
  return row;
}

/** Rows are sent together; those of a later write of the same path and source come after those of an earlier one. */
function createInsertion(
  sql: Sql,
  shapes: ReadonlyMap<string, PointShape>,
  { recordedMs, requestId }: Omit<WriteStamp, "sequence">,
) {
  const rowsOf = new Map<string, number>();
  let blocks: BlockInsert[] = [];
  /** Each as JSON. */
  let contents: string[] = [];
  let characters = 0;
  const spend = createSpending(TURN_CHARACTERS, turn);
  /** Blocks that may have become due for derived rows. */
  let touched: BlockKey[] = [];

  const shapeOf = (path: string): PointShape => {
    const shape = shapes.get(path);
    if (shape === undefined) throw new Error(`no data point has the path ${path}`);
    return shape;
  };

  /** @param unfinished A row of the block that the next rows may be of too. */
  async function flush(unfinished?: BlockInsert): Promise<void> {
    touched.push(...(await insertBlocks(sql, blocks)));
    await insertContents(sql, contents);
    const isFinished = (it: BlockKey) =>
      it.beginMs !== unfinished?.beginMs ||
      it.path !== unfinished.path ||
      it.source !== unfinished.source;
    await deriveDue(sql, touched.filter(isFinished), shapeOf);
    touched = touched.filter((it) => !isFinished(it));
    [blocks, contents, characters] = [[], [], 0];
  }

  /** @returns The rows of the block that has most of them. */
  async function addNumbers(write: PointWrite, stamp: WriteStamp, shape: PointShape) {
    let rows = 1;
    for (const row of blockRows(write, stamp, shape)) {
      blocks.push(row);
      const length = row.values.length + (row.offsetsMs?.length ?? 0);
      characters += length;
      await spend(length);
      rows = Math.max(rows, row.sequence - stamp.sequence + 1);
      if (characters >= STATEMENT_CHARACTERS || blocks.length >= STATEMENT_ROWS) await flush(row);
    }
    return rows;
  }

  async function addContents(write: PointWrite, stamp: WriteStamp) {
    for (const value of write.values) {
      const row = await inTurns(contentRow(write, value, stamp), spend);
      contents.push(row);
      characters += row.length;
      if (characters >= STATEMENT_CHARACTERS || contents.length >= STATEMENT_ROWS) await flush();
    }
  }

  async function withdraw(write: PointWrite, stamp: WriteStamp, shape: PointShape) {
    await flush();
    if (shape.type !== "time_series_double") return withdrawContents(sql, write, stamp);
    const begins = await withdrawBlocks(sql, write, stamp, shape.blockMs);
    const { path, source } = write;
    touched.push(...begins.map((beginMs) => ({ path, source, beginMs })));
    await flush();
  }

  return {
    async add(write: PointWrite): Promise<void> {
      const shape = shapeOf(write.path);
      const key = `${write.source} ${write.path}`;
      const place = rowsOf.get(key) ?? 0;
      const stamp = { sequence: recordedMs * MOST_ROWS + place, recordedMs, requestId };
      if (place > 0) await flush();
      let rows = 1;
      if (write.withdrawn !== null) await withdraw(write, stamp, shape);
      else if (shape.type === "time_series_double") rows = await addNumbers(write, stamp, shape);
      else await addContents(write, stamp);
      if (place + rows > MOST_ROWS)
        throw new Error(`bug: ${write.path} has too many writes in one request`);
      rowsOf.set(key, place + rows);
    },
    end: flush,
  };
}
