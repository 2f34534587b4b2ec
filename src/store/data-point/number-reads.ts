// Reads of numbers: pages of blocks, each page one query.
import { setImmediate as turn } from "node:timers/promises";
import { blockBegin } from "../../domain/data-point/block.ts";
import type { DataPointMode } from "../../domain/data-point/data-point.ts";
import { SOURCES_OF } from "../../domain/data-point/version-order.ts";
import type { AsOf, ReadValue } from "../../domain/data-point/write.ts";
import type { PointRange } from "../../domain/ports/data-point-store.ts";
import type { QueryQueue } from "../database/query-queue.ts";
import type { BlockShape } from "./block-encoding.ts";
import {
  type BlockAnswer,
  type BlockRow,
  readNewest,
  readPage,
  readVersions,
} from "./block-rows.ts";
import { valuesOfBlock } from "./block-values.ts";
import { versionsOfBlock } from "./block-versions.ts";
import { inOrder, type VersionRange } from "./version-range.ts";

/** Values of a page where each step has one. */
const PAGE_VALUES = 10_000;
const IRREGULAR_BLOCKS = 8;
/** Blocks of a page of versions. */
const VERSION_BLOCKS = 8;
const LEAST_PAGE = 2_000;

export function createNumberReads(history: QueryQueue) {
  /** Blocks of a path, page by page: the rows of each. */
  async function* blocksFrom(
    fromMs: number,
    limit: number,
    page: (fromMs: number) => Promise<readonly unknown[]>,
  ): AsyncGenerator<readonly BlockRow[]> {
    for (let nextMs = fromMs; ; ) {
      const blocks = blocksOf(await page(nextMs));
      for (const { rows } of blocks) if (rows.length > 0) yield rows;
      const last = blocks.at(-1);
      if (last === undefined || blocks.length < limit) return;
      nextMs = last.beginMs + 1;
    }
  }

  return {
    values(range: PointRange, shape: BlockShape) {
      const { path, mode, fromMs, untilMs, asOf } = range;
      const limit = blocksOfPage(shape);
      const wanted = { path, sources: SOURCES_OF[mode], asOf, untilMs, limit };
      const blocks = blocksFrom(blockBegin(fromMs, shape.blockMs), limit, (nextMs) =>
        history.read((sql) => readPage(sql, { ...wanted, fromMs: nextMs })),
      );
      return pagesOf(blocks, (rows) => valuesOfBlock({ ...range, rows }));
    },
    versions(range: VersionRange, shape: BlockShape) {
      const { path, fromMs, untilMs } = range;
      const wanted = { path, sources: SOURCES_OF.merged, untilMs, limit: VERSION_BLOCKS };
      const blocks = blocksFrom(blockBegin(fromMs, shape.blockMs), VERSION_BLOCKS, (nextMs) =>
        history.read((sql) => readVersions(sql, { ...wanted, fromMs: nextMs })),
      );
      return pagesOf(blocks, function* (rows) {
        for (const versions of versionsOfBlock(rows)) yield inOrder(versions, range);
      });
    },
    /** Block by block into the past, where the last one has no value in force. */
    async newest(paths: readonly string[], mode: DataPointMode, asOf: AsOf, nowMs: number) {
      const newest = new Map<string, ReadValue>();
      let before = new Map(paths.map((path) => [path, Infinity]));
      while (before.size > 0) {
        const given = before;
        const answer = await history.read((sql) => readNewest(sql, given, SOURCES_OF[mode], asOf));
        before = new Map();
        for (const { path, beginMs, rows } of blocksOf(answer)) {
          const range = { fromMs: -Infinity, untilMs: Infinity };
          const value = await lastOf(valuesOfBlock({ ...range, rows, asOf, nowMs }));
          if (value === undefined) before.set(path, beginMs);
          else newest.set(path, value);
        }
      }
      return newest;
    },
  };
}

function blocksOfPage({ blockMs, stepMs }: BlockShape): number {
  if (stepMs === undefined) return IRREGULAR_BLOCKS;
  return Math.max(1, Math.ceil((PAGE_VALUES * stepMs) / blockMs));
}

interface Block {
  readonly path: string;
  readonly beginMs: number;
  readonly rows: BlockRow[];
}

/** Rows come block by block. */
function blocksOf(answer: readonly unknown[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const row of answer as readonly BlockAnswer[]) {
    const [path, , beginMs, isFull] = row;
    let block = blocks.at(-1);
    if (block?.path !== path || block.beginMs !== beginMs) {
      block = { path, beginMs, rows: [] };
      blocks.push(block);
    }
    if (isFull !== null) block.rows.push(row as BlockRow);
  }
  return blocks;
}

/** Joins the items of small blocks; a large one comes slice by slice. */
async function* pagesOf<T>(
  blocks: AsyncIterable<readonly BlockRow[]>,
  slicesOf: (rows: readonly BlockRow[]) => Iterable<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const rows of blocks)
    for (const slice of slicesOf(rows)) {
      for (const item of slice) page.push(item);
      if (page.length >= LEAST_PAGE) {
        yield page;
        page = [];
      } else if (slice.length > 0) continue;
      // The blocks of a query are there at once: other work comes between.
      await turn();
    }
  if (page.length > 0) yield page;
}

async function lastOf<T>(slices: Iterable<readonly T[]>): Promise<T | undefined> {
  let last: T | undefined;
  for (const slice of slices) {
    last = slice.at(-1) ?? last;
    await turn();
  }
  return last;
}
