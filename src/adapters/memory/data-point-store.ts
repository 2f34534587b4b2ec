// Data points in memory, until the process ends: the reference version of the port.
import { setImmediate as turn } from "node:timers/promises";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { createSpending } from "../../domain/base/pieces.ts";
import { createSerial } from "../../domain/base/serial.ts";
import { changesOf, type RecordedChanges } from "../../domain/data-point/change.ts";
import type { DataPoint } from "../../domain/data-point/data-point.ts";
import type { PointWrite } from "../../domain/data-point/write.ts";
import type {
  DataPointStore,
  InsertOutcome,
  NamedWrite,
} from "../../domain/ports/data-point-store.ts";
import { type DayValues, daysOf } from "./data-point-days.ts";
import { createMemoryReads, type Entry } from "./data-point-reads.ts";
import { createMemorySeries, type DayWrite, type MemorySeries } from "./data-point-series.ts";
import { createRing } from "./ring.ts";

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

/** Characters of documents that are weighed in one turn. */
const TURN_CHARACTERS = 100_000;

export function createMemoryDataPointStore(settings: Settings = {}): DataPointStore {
  const { capacity = 2_000_000, requests = 10_000, audit = () => {} } = settings;
  const recorded = createRecordedChanges(settings.changes ?? 100_000);
  const entries = new Map<string, Entry>();
  const retained = createRetained(capacity);
  const named = createNamedRequests(requests);
  let sequence = 0;
  let lastMs = -Infinity;

  const { run: inOrder } = createSerial();

  function write(written: PointWrite, days: readonly DayValues[], requestId: string | null): void {
    const series = entryOf(entries, written.path)[written.source];
    const stored = { write: written, sequence: ++sequence, recordedMs: lastMs, requestId };
    for (const day of [...hiddenDays(written, series), ...days])
      retained.add(series, { ...stored, ...day });
  }

  /** All of it at once: a read sees it wholly or not at all. */
  function insert(
    writes: readonly PointWrite[],
    days: readonly (readonly DayValues[])[],
    nowMs: number,
    request: NamedWrite | undefined,
    records: readonly AuditRecord[],
  ): InsertOutcome {
    const first = request && named.find(request.id);
    if (first !== undefined && first.text !== request?.text) return { kind: "reused" };
    if (first !== undefined) return { kind: "repeated", recordedMs: first.recordedMs };
    for (const { path } of writes) entryOf(entries, path);
    const previousMs = lastMs;
    lastMs = Math.max(nowMs, lastMs + 1);
    for (const [n, one] of writes.entries()) write(one, days[n] ?? [], request?.id ?? null);
    retained.dropOldest();
    if (request) named.add(request.id, { text: request.text, recordedMs: lastMs });
    recorded.add({ recordedMs: lastMs, changes: changesOf(writes) });
    audit(records);
    return { kind: "stored", recordedMs: lastMs, previousMs };
  }

  return {
    ...createMemoryReads(entries, () => lastMs),
    async describe(points, records) {
      for (const point of points) {
        const entry = entries.get(point.path);
        if (entry) entry.point = point;
        else entries.set(point.path, newEntry(point));
      }
      audit(records);
    },
    insert: (writes, nowMs, request, records) =>
      inOrder(async () => {
        const spend = createSpending(TURN_CHARACTERS, turn);
        const days: (readonly DayValues[])[] = [];
        for (const one of writes) days.push(await daysOf(one, spend));
        return insert(writes, days, nowMs, request, records);
      }),
    changesAfter: async (recordedMs, limit) => recorded.after(recordedMs, limit),
    lastRecordedMs: async () => (lastMs === -Infinity ? undefined : lastMs),
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
      weight += written.weight;
    },
    dropOldest(): void {
      for (; weight > capacity && first < items.length - 1; first++) {
        const [series, written] = items[first] as readonly [MemorySeries, DayWrite];
        series.drop(written);
        weight -= written.weight;
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

/** The days of a withdrawal that have something to hide. */
function hiddenDays({ withdrawn }: PointWrite, series: MemorySeries): readonly DayValues[] {
  const days = withdrawn ? series.days(withdrawn.fromMs, withdrawn.untilMs) : [];
  return days.map((dayMs) => ({ dayMs, values: [], weight: 1 }));
}
