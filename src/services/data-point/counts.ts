// How much one request may have: items, paths, values, and writes of one path and source.
import type { DataRefusal } from "../../domain/data-point/refusal.ts";
import {
  type GivenWrite,
  MOST_PATHS,
  MOST_SERIES_WRITES,
  MOST_VALUES,
} from "../../domain/data-point/write-rules.ts";

/** @param count Values of all items. */
export function refuseCounts(
  list: readonly { path: string }[],
  count: number,
): DataRefusal | undefined {
  if (list.length === 0)
    return { code: "BAD_INPUT", message: "the list is empty: send one item at least" };
  const paths = new Set(list.map(({ path }) => path)).size;
  if (paths > MOST_PATHS) return tooMany(`${paths} paths`, MOST_PATHS);
  return count > MOST_VALUES ? tooMany(`${count} values`, MOST_VALUES) : undefined;
}

/** Refuses the first write of a path and source that has too many of them. */
export function refuseSeriesCounts(given: readonly GivenWrite[]): DataRefusal | undefined {
  const counts = new Map<string, number>();
  const write = given.findIndex(({ path, source }) => {
    const count = (counts.get(`${source} ${path}`) ?? 0) + 1;
    counts.set(`${source} ${path}`, count);
    return count > MOST_SERIES_WRITES;
  });
  const { path, source } = given[write] ?? {};
  if (path === undefined) return undefined;
  const message = `the request has too many writes of the source ${source}: one for each different known, and ${MOST_SERIES_WRITES} at most; send the others by themselves`;
  return { code: "TOO_MANY_VALUES", message, path, write, row: 0, column: "known" };
}

function tooMany(what: string, most: number): DataRefusal {
  const message = `the request has ${what}, and may have ${most}: send the others by themselves`;
  return { code: "TOO_MANY_VALUES", message };
}
