// Data points in memory, until the process ends: the reference version of the port.
import type { AuditRecord } from "../../domain/audit/record.ts";
import { changesOf, type RecordedChanges } from "../../domain/data-point/change.ts";
import type { Content, DataPoint, DataPointMode } from "../../domain/data-point/data-point.ts";
import { isBelow } from "../../domain/data-point/path.ts";
import { byInstantAndKnown, SOURCES_OF } from "../../domain/data-point/version-order.ts";
import type { AsOf, PointValue, PointWrite, ReadValue } from "../../domain/data-point/write.ts";
import type { CatalogueFilter, DataPointStore } from "../../domain/ports/data-point-store.ts";
import {
  createMemorySeries,
  type DayWrite,
  dayOf,
  type MemorySeries,
} from "./data-point-series.ts";
import { createRing } from "./ring.ts";

interface Entry {
  point: DataPoint;
  readonly original: MemorySeries;
  readonly override: MemorySeries;
}

interface Settings {
  /** Numbers that are retained at most, with all versions: the oldest writes are dropped for new ones. */
  readonly capacity?: number;
  /** Requests with an id that are remembered. */
  readonly requests?: number;
  /** Changes that are remembered. */
  readonly changes?: number;
  /** Is called with the records of the audit log. */
  readonly audit?: (records: readonly AuditRecord[]) => void;
}

const PAGE_VALUES = 2_000;

export function createMemoryDataPointStore(settings: Settings = {}): DataPointStore {
  const { capacity = 2_000_000, requests = 10_000, audit = () => {} } = settings;
  const recorded = createRecordedChanges(settings.changes ?? 100_000);
  const entries = new Map<string, Entry>();
  const retained = createRetained(capacity);
  const named = createNamedRequests(requests);
  let sequence = 0;
  let lastMs = -Infinity;

  function write(written: PointWrite, requestId: string | null): void {
    const series = entryOf(entries, written.path)[written.source];
    const stored = { write: written, sequence: ++sequence, recordedMs: lastMs, requestId };
    for (const [dayMs, values] of daysOf(written, series))
      retained.add(series, { ...stored, dayMs, values });
  }

  return {
    ...createReads(entries, () => lastMs),
    async describe(points, records) {
      for (const point of points) {
        const entry = entries.get(point.path);
        if (entry) entry.point = point;
        else entries.set(point.path, newEntry(point));
      }
      audit(records);
    },
    async insert(writes, nowMs, request, records) {
      const first = request && named.find(request.id);
      if (first !== undefined && first.text !== request?.text) return { kind: "reused" };
      if (first !== undefined) return { kind: "repeated", recordedMs: first.recordedMs };
      for (const { path } of writes) entryOf(entries, path);
      const previousMs = lastMs;
      lastMs = Math.max(nowMs, lastMs + 1);
      for (const one of writes) write(one, request?.id ?? null);
      retained.dropOldest();
      if (request) named.add(request.id, { text: request.text, recordedMs: lastMs });
      recorded.add({ recordedMs: lastMs, changes: changesOf(writes) });
      audit(records);
      return { kind: "stored", recordedMs: lastMs, previousMs };
    },
    changesAfter: async (recordedMs, limit) => recorded.after(recordedMs, limit),
    lastRecordedMs: async () => (lastMs === -Infinity ? undefined : lastMs),
  };
}

type Reads = Pick<DataPointStore, "catalogue" | "find" | "read" | "latest" | "versions">;

/** @param lastMs When was recorded last: a read sees a later write wholly or not at all. */
function createReads(entries: ReadonlyMap<string, Entry>, lastMs: () => number): Reads {
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
      for (const dayMs of daysWithWrites(entry, fromMs, untilMs)) {
        const values = [...valuesOf(entry, mode, dayMs, seen, nowMs).values()];
        yield* pagesOf(values.filter(isWithin(fromMs, untilMs)).sort((a, b) => a.atMs - b.atMs));
      }
    },
    async latest(paths, mode, asOf, nowMs) {
      const newest = paths.flatMap((path) => {
        const entry = entries.get(path);
        const value = entry && newestOf(entry, mode, asOf, nowMs);
        return value ? [[path, value] as const] : [];
      });
      return new Map(newest);
    },
    async *versions({ path, fromMs, untilMs }) {
      const entry = entries.get(path);
      if (entry === undefined) return;
      const untilRecordedMs = lastMs();
      for (const dayMs of daysWithWrites(entry, fromMs, untilMs)) {
        const versions = [...entry.original.versions(dayMs), ...entry.override.versions(dayMs)]
          .filter(isWithin(fromMs, untilMs))
          .filter(({ recordedMs }) => recordedMs <= untilRecordedMs)
          .sort(byInstantAndKnown);
        yield* pagesOf(versions.map(({ sequence: _, ...version }) => version));
      }
    },
  };
}

/** What was written, in its order; beyond the capacity the oldest is dropped. */
function createRetained(capacity: number) {
  let items: (readonly [MemorySeries, DayWrite])[] = [];
  let first = 0;
  let weight = 0;
  return {
    add(series: MemorySeries, written: DayWrite): void {
      series.add(written);
      items.push([series, written]);
      weight += weightOf(written);
    },
    dropOldest(): void {
      for (; weight > capacity && first < items.length - 1; first++) {
        const [series, written] = items[first] as readonly [MemorySeries, DayWrite];
        series.drop(written);
        weight -= weightOf(written);
      }
      if (first < items.length / 2) return;
      items = items.slice(first);
      first = 0;
    },
  };
}

/** The newest requests, without their values. */
function createRecordedChanges(capacity: number) {
  let items: RecordedChanges[] = [];
  let count = 0;
  return {
    add(item: RecordedChanges): void {
      items.push(item);
      count += item.changes.length;
      if (count <= capacity) return;
      let dropped = 0;
      while (count > capacity / 2 && dropped < items.length - 1)
        count -= (items[dropped++] as RecordedChanges).changes.length;
      items = items.slice(dropped);
    },
    after(recordedMs: number, limit: number): readonly RecordedChanges[] | undefined {
      const isKnown = (items[0]?.recordedMs ?? Infinity) <= recordedMs;
      if (!isKnown || (items.at(-1)?.recordedMs ?? -Infinity) < recordedMs) return undefined;
      const page: RecordedChanges[] = [];
      let total = 0;
      for (const item of items) {
        if (item.recordedMs <= recordedMs) continue;
        total += item.changes.length;
        if (page.length > 0 && total > limit) break;
        page.push(item);
      }
      return page;
    },
  };
}

interface NamedRequest {
  readonly text: string;
  readonly recordedMs: number;
}

function createNamedRequests(capacity: number) {
  const byId = new Map<string, NamedRequest>();
  const ids = createRing<string>(capacity);
  return {
    find: (id: string) => byId.get(id),
    add(id: string, request: NamedRequest): void {
      byId.set(id, request);
      const oldest = ids.add(id);
      if (oldest !== undefined) byId.delete(oldest);
    },
  };
}

function entryOf(entries: ReadonlyMap<string, Entry>, path: string): Entry {
  const entry = entries.get(path);
  if (entry === undefined) throw new Error(`no data point has the path ${path}`);
  return entry;
}

const newEntry = (point: DataPoint): Entry => ({
  ...{ point, original: createMemorySeries(), override: createMemorySeries() },
});

function isChosen(point: DataPoint, { prefixes, type, search, after }: CatalogueFilter): boolean {
  const { path, description, unit } = point;
  if (prefixes && !prefixes.some((prefix) => isBelow(path, prefix))) return false;
  if (type !== undefined && point.type !== type) return false;
  if (after !== undefined && path <= after) return false;
  const wanted = search?.toLowerCase() ?? "";
  return [path, description, unit].some((text) => (text ?? "").toLowerCase().includes(wanted));
}

const byPath = (a: DataPoint, b: DataPoint) => (a.path < b.path ? -1 : 1);

/** The days of a write with its values in each: of a withdrawal only those that have something to hide. */
function daysOf(write: PointWrite, series: MemorySeries): ReadonlyMap<number, PointValue[]> {
  const { withdrawn, values } = write;
  const days = new Map<number, PointValue[]>();
  for (const dayMs of withdrawn ? series.days(withdrawn.fromMs, withdrawn.untilMs) : [])
    days.set(dayMs, []);
  for (const value of values) {
    const dayMs = dayOf(value.atMs);
    const day = days.get(dayMs);
    if (day) day.push(value);
    else days.set(dayMs, [value]);
  }
  return days;
}

function daysWithWrites({ original, override }: Entry, fromMs: number, untilMs: number): number[] {
  const days = [...original.days(fromMs, untilMs), ...override.days(fromMs, untilMs)];
  return [...new Set(days)].sort((a, b) => a - b);
}

/** The values of a day by their instants; overrides come last. */
function valuesOf(entry: Entry, mode: DataPointMode, dayMs: number, asOf: AsOf, nowMs: number) {
  const values = SOURCES_OF[mode].flatMap((source) => entry[source].values(dayMs, asOf, nowMs));
  return new Map<number, ReadValue>(values.map((value) => [value.atMs, value]));
}

function newestOf(entry: Entry, mode: DataPointMode, asOf: AsOf, nowMs: number) {
  for (const dayMs of daysWithWrites(entry, -Infinity, Infinity).reverse()) {
    const values = [...valuesOf(entry, mode, dayMs, asOf, nowMs).values()];
    if (values.length > 0) return values.reduce((a, b) => (b.atMs > a.atMs ? b : a));
  }
  return undefined;
}

const isWithin =
  (fromMs: number, untilMs: number) =>
  ({ atMs }: { readonly atMs: number }) =>
    atMs >= fromMs && atMs < untilMs;

function* pagesOf<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < items.length; from += PAGE_VALUES)
    yield items.slice(from, from + PAGE_VALUES);
}

function weightOf({ values, write }: DayWrite): number {
  return values.reduce(
    (sum, { content }) => sum + weightOfContent(content),
    write.withdrawn ? 1 : 0,
  );
}

function weightOfContent(content: Content): number {
  if (typeof content === "number") return 1;
  if ("document" in content) return 1 + Math.ceil(JSON.stringify(content.document).length / 8);
  return 1 + content.rows.length * (1 + content.columns.length);
}
