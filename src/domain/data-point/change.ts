// What a request changed: of each write the path, the source and the range, without its values.
import type { DataPointSource } from "./data-point.ts";
import type { PointWrite } from "./write.ts";

/** Values of a path that were written or withdrawn. */
export interface DataPointChange {
  readonly path: string;
  readonly source: DataPointSource;
  readonly fromMs: number;
  /** Excluded. */
  readonly untilMs: number;
  readonly author: string;
  readonly knownMs: number;
}

/** The changes of one request. */
export interface RecordedChanges {
  readonly recordedMs: number;
  readonly changes: readonly DataPointChange[];
}

/** Changes of one request at most: with 1,000 paths it has one of each path and source. */
export const MOST_CHANGES = 2_000;

/** The changes of a request: one for each write, or one for each path and source where those are too many. */
export function changesOf(writes: readonly PointWrite[]): readonly DataPointChange[] {
  if (writes.length <= MOST_CHANGES) return writes.map(changeOf);
  const series = new Map<string, DataPointChange>();
  for (const change of writes.map(changeOf)) {
    const key = `${change.source} ${change.path}`;
    const before = series.get(key) ?? change;
    series.set(key, {
      ...change,
      fromMs: Math.min(before.fromMs, change.fromMs),
      untilMs: Math.max(before.untilMs, change.untilMs),
      knownMs: Math.max(before.knownMs, change.knownMs),
    });
  }
  return [...series.values()];
}

function changeOf(write: PointWrite): DataPointChange {
  const { path, source, values, withdrawn, author, knownMs } = write;
  const fromMs = withdrawn?.fromMs ?? values[0]?.atMs ?? 0;
  const untilMs = withdrawn?.untilMs ?? (values.at(-1)?.atMs ?? 0) + 1;
  return { path, source, fromMs, untilMs, author, knownMs };
}
