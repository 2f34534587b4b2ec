// The retention of a data point: its own, else that of the nearest entry above.
import { type Duration, readDuration } from "../time/duration.ts";
import type { DataPoint } from "./data-point.ts";

/** The paths above a path, the nearest first. */
export function pathsAbove(path: string): readonly string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, n) => segments.slice(0, segments.length - 1 - n).join("/"));
}

/**
 * The instant before which values are past their retention, in ms since the epoch; -Infinity: they are for ever.
 *
 * @param entries Those of the catalogue at the paths above, as far as there are any.
 */
export function retainedFromMs(
  { path, retention, isReadOnly }: DataPoint,
  entries: ReadonlyMap<string, DataPoint>,
  nowMs: number,
): number {
  if (isReadOnly === true) return -Infinity;
  const above = pathsAbove(path).map((it) => entries.get(it)?.retention ?? null);
  const nearest = [retention, ...above].find((it) => it !== null);
  const duration = nearest === undefined ? undefined : readDuration(nearest);
  return duration === undefined ? -Infinity : before(nowMs, duration);
}

/** Months are those of UTC, as in the database: the last day of one that is shorter. */
function before(atMs: number, { months, days, ms }: Duration): number {
  const date = new Date(atMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last) - days);
  return date.getTime() - ms;
}
