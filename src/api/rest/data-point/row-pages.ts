// The rows of a query page by page, for formats that have rows, and for those that have columns.
import type { AnsweredValue } from "../../../domain/data-point/aggregate.ts";
import type { PointVersion } from "../../../domain/data-point/write.ts";
import type { Pages } from "../../../services/data-point/reads.ts";
import type { WorkTurns } from "../../../services/work-turns.ts";
import type { RowFormat } from "../base/rows.ts";
import { type ArrowPage, valueColumns, versionColumns } from "./arrow-pages.ts";
import {
  STEP_COLUMNS,
  VERSION_COLUMNS,
  valueCell,
  valueJson,
  valueRow,
  versionRow,
} from "./shapes.ts";

/** Rows that are written in one turn. */
const SLICE = 1_000;

export interface Rows {
  readonly columns: readonly string[];
  pages(format: RowFormat): AsyncIterable<readonly object[]>;
  /** The same by columns; first a page without rows, which has their types. */
  tables(areNumbers: boolean): readonly [empty: ArrowPage, pages: AsyncIterable<ArrowPage>];
}

/** The rows of values under these columns. */
export function valueRows(
  columns: readonly string[],
  found: Pages<AnsweredValue>,
  turns: WorkTurns,
): Rows {
  const isStep = columns === STEP_COLUMNS;
  return {
    columns,
    pages(format) {
      const write = writerOf(format);
      return orEmpty(
        eachPage(inSlices(found, turns), (path, it) =>
          it.map((v) => valueRow(path, v, isStep, write)),
        ),
      );
    },
    tables: (areNumbers) => [
      valueColumns("", [], areNumbers),
      eachPage(found, (path, it) => valueColumns(path, it, areNumbers)),
    ],
  };
}

/** The same of versions. */
export function versionRows(found: Pages<PointVersion>, turns: WorkTurns): Rows {
  return {
    columns: VERSION_COLUMNS,
    pages(format) {
      const write = writerOf(format);
      return orEmpty(
        eachPage(inSlices(found, turns), (path, it) => it.map((v) => versionRow(path, v, write))),
      );
    },
    tables: (areNumbers) => [
      versionColumns("", [], areNumbers),
      eachPage(found, (path, it) => versionColumns(path, it, areNumbers)),
    ],
  };
}

function writerOf(format: RowFormat) {
  return format === "csv" ? valueCell : valueJson;
}

/** The same pages, cut to what is written in one turn. */
async function* inSlices<V>(pages: Pages<V>, turns: WorkTurns): Pages<V> {
  for await (const { point, values } of pages)
    for (let n = 0; n < values.length; n += SLICE) {
      if (n > 0) await turns.next("answer");
      yield { point, values: values.slice(n, n + SLICE) };
    }
}

async function* eachPage<V, P>(
  pages: Pages<V>,
  pageOf: (path: string, values: readonly V[]) => P,
): AsyncGenerator<P> {
  for await (const { point, values } of pages) yield pageOf(point.path, values);
}

/** Pages of rows; one without any where there are none. */
async function* orEmpty(pages: AsyncIterable<readonly object[]>) {
  let isEmpty = true;
  for await (const page of pages) {
    isEmpty = false;
    yield page;
  }
  if (isEmpty) yield [];
}
