// Reads of data points in memory: a day in windows, each in a turn of its own.
import { setImmediate as turn } from "node:timers/promises";
import { createSpending, type Spend } from "../../domain/base/pieces.ts";
import type { DataPoint, DataPointMode } from "../../domain/data-point/data-point.ts";
import { isBelow } from "../../domain/data-point/path.ts";
import { byInstantAndKnown, SOURCES_OF } from "../../domain/data-point/version-order.ts";
import type { AsOf, ReadValue } from "../../domain/data-point/write.ts";
import type { CatalogueFilter, DataPointStore } from "../../domain/ports/data-point-store.ts";
import type { MemorySeries, Window } from "./data-point-series.ts";
import { windowBegin, windowEnd } from "./data-point-windows.ts";

const DAY_MS = 86_400_000;
/** Values of a page, and those that newest ones are chosen from in one turn. */
const PAGE_VALUES = 2_000;

export interface Entry {
  point: DataPoint;
  readonly original: MemorySeries;
  readonly override: MemorySeries;
}

type Reads = Pick<DataPointStore, "catalogue" | "find" | "read" | "latest" | "versions">;

/** @param lastMs When was recorded last: a read sees a later write wholly or not at all. */
export function createMemoryReads(
  entries: ReadonlyMap<string, Entry>,
  lastMs: () => number,
): Reads {
  return {
    catalogue: async (filter) =>
      [...entries.values()]
        .map(({ point }) => point)
        .filter((point) => isChosen(point, filter))
        .sort(byPath)
        .slice(0, filter.limit),
    find: async (paths) =>
      new Map(
        paths.flatMap((path) => {
          const entry = entries.get(path);
          return entry ? [[path, entry.point] as const] : [];
        }),
      ),
    async *read({ path, mode, fromMs, untilMs, asOf, nowMs }) {
      const entry = entries.get(path);
      if (entry === undefined) return;
      const seen = { ...asOf, recordedMs: asOf.recordedMs ?? lastMs() };
      for await (const [dayMs, window] of windowsOf(entry, fromMs, untilMs)) {
        const values = [...valuesOf(entry, mode, dayMs, window, seen, nowMs).values()];
        yield* pagesOf(values.sort((a, b) => a.atMs - b.atMs));
      }
    },
    async latest(paths, mode, asOf, nowMs) {
      const newest = new Map<string, ReadValue>();
      const spend = createSpending(PAGE_VALUES, turn);
      for (const path of paths) {
        const entry = entries.get(path);
        const value = entry && (await newestOf(entry, mode, asOf, nowMs, spend));
        if (value) newest.set(path, value);
      }
      return newest;
    },
    async *versions({ path, fromMs, untilMs }) {
      const entry = entries.get(path);
      if (entry === undefined) return;
      const untilRecordedMs = lastMs();
      for await (const [dayMs, window] of windowsOf(entry, fromMs, untilMs)) {
        const versions = [entry.original, entry.override]
          .flatMap((series) => series.versions(dayMs, window))
          .filter(({ recordedMs }) => recordedMs <= untilRecordedMs)
          .sort(byInstantAndKnown);
        yield* pagesOf(versions.map(({ sequence: _, ...version }) => version));
      }
    },
  };
}

function isChosen(point: DataPoint, { prefixes, type, search, after }: CatalogueFilter): boolean {
  const { path, description, unit } = point;
  if (prefixes && !prefixes.some((prefix) => isBelow(path, prefix))) return false;
  if (type !== undefined && point.type !== type) return false;
  if (after !== undefined && path <= after) return false;
  const wanted = search?.toLowerCase() ?? "";
  return [path, description, unit].some((text) => (text ?? "").toLowerCase().includes(wanted));
}

const byPath = (a: DataPoint, b: DataPoint) => (a.path < b.path ? -1 : 1);

function daysWithWrites({ original, override }: Entry, fromMs: number, untilMs: number): number[] {
  const days = [...original.days(fromMs, untilMs), ...override.days(fromMs, untilMs)];
  return [...new Set(days)].sort((a, b) => a - b);
}

/** What was written of a day, of both sources. */
function writesOf({ original, override }: Entry, dayMs: number) {
  return [...original.writes(dayMs), ...override.writes(dayMs)].map(({ values }) => values);
}

/** The windows of a range, each in a turn of its own. */
async function* windowsOf(entry: Entry, fromMs: number, untilMs: number) {
  for (const dayMs of daysWithWrites(entry, fromMs, untilMs)) {
    const endMs = Math.min(untilMs, dayMs + DAY_MS);
    for (let beginMs = Math.max(fromMs, dayMs); beginMs < endMs; ) {
      const window = {
        fromMs: beginMs,
        untilMs: windowEnd(writesOf(entry, dayMs), beginMs, endMs),
      };
      yield [dayMs, window] as const;
      beginMs = window.untilMs;
      await turn();
    }
  }
}

/** The values of a window by their instants; overrides come last. */
function valuesOf(
  entry: Entry,
  mode: DataPointMode,
  dayMs: number,
  window: Window,
  asOf: AsOf,
  nowMs: number,
) {
  const values = SOURCES_OF[mode].flatMap((source) =>
    entry[source].values(dayMs, window, asOf, nowMs),
  );
  return new Map<number, ReadValue>(values.map((value) => [value.atMs, value]));
}

/** Window by window into the past. */
async function newestOf(
  entry: Entry,
  mode: DataPointMode,
  asOf: AsOf,
  nowMs: number,
  spend: Spend,
): Promise<ReadValue | undefined> {
  for (const dayMs of daysWithWrites(entry, -Infinity, Infinity).reverse())
    for (let endMs = dayMs + DAY_MS; endMs > dayMs; ) {
      const window = { fromMs: windowBegin(writesOf(entry, dayMs), dayMs, endMs), untilMs: endMs };
      const values = [...valuesOf(entry, mode, dayMs, window, asOf, nowMs).values()];
      await spend(1 + values.length);
      if (values.length > 0) return values.reduce((a, b) => (b.atMs > a.atMs ? b : a));
      endMs = window.fromMs;
    }
  return undefined;
}

function* pagesOf<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < items.length; from += PAGE_VALUES)
    yield items.slice(from, from + PAGE_VALUES);
}
