// Data points: described, written, withdrawn and read; each change with its audit records.
import type { Json } from "../../domain/audit/record.ts";
import { createSerial } from "../../domain/base/serial.ts";
import type { DataPoint, DataPointSource } from "../../domain/data-point/data-point.ts";
import {
  type GivenDescription,
  readDescription,
} from "../../domain/data-point/description-rules.ts";
import { type DataRefusal, SNAKE, unknownPath, wordsOf } from "../../domain/data-point/refusal.ts";
import type { PointWrite } from "../../domain/data-point/write.ts";
import type { GivenWrite } from "../../domain/data-point/write-rules.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { DataPointStore, NamedWrite } from "../../domain/ports/data-point-store.ts";
import type { JsonSchemas } from "../../domain/ports/json-schemas.ts";
import type { Secrets } from "../../domain/ports/secrets.ts";
import type { TimeZones } from "../../domain/ports/time-zones.ts";
import type { Audit } from "../audit/audit.ts";
import type { EventFeed } from "../recent-events.ts";
import type { WorkTurns } from "../work-turns.ts";
import { createAllPoints, type PointFilter } from "./all-points.ts";
import { type ChangeFeed, createChangeFeed, type DataPointChanges } from "./changes.ts";
import { refuseCounts, refuseSeriesCounts } from "./counts.ts";
import type { FleetPoints } from "./fleet/fleet-points.ts";
import { createReads, type DataPointReads } from "./reads.ts";
import { textOf } from "./request-text.ts";
import { readWrites } from "./writes.ts";

export interface InsertRequest {
  readonly writes: readonly GivenWrite[];
  /** A request that is repeated with its id gets its first answer. */
  readonly requestId?: string | undefined;
}

export interface WithdrawRequest {
  readonly path: string;
  readonly source: DataPointSource;
  readonly fromMs: number;
  /** Excluded. */
  readonly untilMs: number;
  readonly requestId?: string | undefined;
}

export type InsertResult =
  | { readonly accepted: true; readonly recordedMs: number; readonly valueCount: number }
  | { readonly accepted: false; readonly refusal: DataRefusal };

export type DescribeResult =
  | { readonly accepted: true; readonly points: readonly DataPoint[] }
  | { readonly accepted: false; readonly refusal: DataRefusal };

/** Each call throws Fault STORE_UNAVAILABLE where the store is. */
export interface DataPoints extends DataPointReads {
  /** Entries of the catalogue in the order of their paths. */
  retrieveCatalog(filter: PointFilter): Promise<readonly DataPoint[]>;
  /** The entry of a path, whose letters are in the right case; undefined where there is none. */
  find(path: string): Promise<DataPoint | undefined>;
  /** The asset from which a path is answered, to which nothing is written; undefined of another path. */
  readonly assetOf: FleetPoints["assetOf"];
  /** Adds entries to the catalogue, or replaces them: all or none. */
  describe(by: Principal, points: readonly GivenDescription[]): Promise<DescribeResult>;
  /** Stores values beside those before them: all or none. @param mayBackfill Of which paths values may have been known in the past. */
  insert(
    by: Principal,
    request: InsertRequest,
    mayBackfill: (path: string) => boolean,
  ): Promise<InsertResult>;
  /** Hides all values of a source in a range that were written up to now. */
  withdraw(by: Principal, request: WithdrawRequest): Promise<InsertResult>;
  /** What was written and withdrawn. */
  readonly changes: EventFeed<DataPointChanges>;
  /** From now on every change is announced; those before are in the store. */
  begin(): Promise<void>;
}

interface DataPointsDeps {
  readonly store: DataPointStore;
  readonly fleet: FleetPoints;
  readonly zones: TimeZones;
  readonly schemas: JsonSchemas;
  readonly digestOf: Secrets["digestOf"];
  readonly clock: Pick<Clock, "nowMs">;
  readonly workTurns: WorkTurns;
  readonly audit: Audit;
}

export function createDataPoints(deps: DataPointsDeps): DataPoints {
  const { store, fleet, zones, clock, audit } = deps;
  const all = createAllPoints(store, fleet);
  const nowMs = () => Math.floor(clock.nowMs());
  const feed = createChangeFeed(store);
  // A write may be recorded in this very ms.
  feed.begin(nowMs() - 1);
  const inserts = createInserts(deps, feed, nowMs);
  const descriptions = createSerial();
  const checks = {
    isZone: (name: string) => zones.offsetOf(name) !== undefined,
    refuseSchema: deps.schemas.refuseSchema,
  };

  async function describe(by: Principal, given: readonly GivenDescription[]) {
    const refuse = (refusal: DataRefusal) => {
      const { code, path = "?" } = refusal;
      const reason = wordsOf(refusal, SNAKE).message;
      audit.refuse(by, { action: "data_point.describe", target: targetOf(path), code, reason });
      return { accepted: false, refusal } as const;
    };
    const wrongCount = refuseCounts(given, 0);
    if (wrongCount !== undefined) return refuse(wrongCount);
    const known = await store.find(given.map(({ path }) => path));
    const points: DataPoint[] = [];
    for (const [write, it] of given.entries()) {
      const readOnly = fleet.refuse(it.path);
      if (readOnly !== undefined) return refuse({ ...readOnly, write });
      const read = await readDescription(it, known.get(it.path), checks);
      if ("code" in read) return refuse({ ...read, write });
      points.push(read);
    }
    const twice = points.findIndex(({ path }, n) => points.findIndex((it) => it.path === path) < n);
    if (twice >= 0) return refuse(describedTwice(points[twice] as DataPoint, twice));
    const records = points.map((point) =>
      audit.done(by, {
        action: "data_point.describe",
        target: targetOf(point.path),
        before: factsOf(known.get(point.path)),
        after: factsOf(point),
      }),
    );
    await store.describe(points, records);
    return { accepted: true, points } as const;
  }

  return {
    ...createReads({ store: all, zones, nowMs, turns: deps.workTurns }),
    ...inserts,
    retrieveCatalog: all.catalogue,
    find: async (path) => (await all.find([path])).get(path),
    assetOf: fleet.assetOf,
    describe: (by, points) => descriptions.run(() => describe(by, points)),
    changes: feed,
    begin: async () => feed.begin((await store.lastRecordedMs()) ?? nowMs() - 1),
  };
}

/** What stores writes with their audit records, and announces them. */
function createStoring(deps: DataPointsDeps, feed: ChangeFeed, nowMs: () => number) {
  const { store, audit } = deps;
  const announcements = createSerial();

  function refuse(
    by: Principal,
    action: "data_point.save" | "data_point.withdraw",
    refusal: DataRefusal,
    requestId: string | undefined,
  ) {
    const { code, path = "?" } = refusal;
    const reason = wordsOf(refusal, SNAKE).message;
    audit.refuse(by, { action, target: targetOf(path), requestId, code, reason });
    return { accepted: false, refusal } as const;
  }

  /** Stores writes, and announces them in the order in which they were stored. */
  async function storeWrites(
    by: Principal,
    action: "data_point.save" | "data_point.withdraw",
    writes: readonly PointWrite[],
    named: NamedWrite | undefined,
  ): Promise<InsertResult> {
    const records = writes.map((write) =>
      audit.done(by, {
        action,
        target: targetOf(write.path),
        requestId: named?.id,
        after: writeFacts(write),
      }),
    );
    const storing = store.insert(writes, nowMs(), named, records);
    // It may fail before it is its turn to be announced.
    storing.catch(() => {});
    const outcome = await announcements.run(async () => {
      const outcome = await storing;
      // One that is repeated may be the first to be answered.
      if (outcome.kind === "stored") feed.announce(outcome.recordedMs, writes, outcome.previousMs);
      if (outcome.kind === "repeated")
        feed.announce(outcome.recordedMs, writes, outcome.recordedMs - 1);
      return outcome;
    });
    if (outcome.kind === "reused")
      return refuse(by, action, reused(named?.id, writes[0]?.path), named?.id);
    const valueCount = writes.reduce((sum, { values }) => sum + values.length, 0);
    return { accepted: true, recordedMs: outcome.recordedMs, valueCount };
  }

  return { refuse, storeWrites };
}

function createInserts(deps: DataPointsDeps, feed: ChangeFeed, nowMs: () => number) {
  const { store, fleet, digestOf, workTurns: turns } = deps;
  const { refuse, storeWrites } = createStoring(deps, feed, nowMs);

  const insert: DataPoints["insert"] = async (by, request, mayBackfill) => {
    const { writes: given, requestId } = request;
    const action = "data_point.save";
    const count = given.reduce((sum, { values }) => sum + values.length, 0);
    const wrongCount = refuseCounts(given, count) ?? refuseSeriesCounts(given);
    if (wrongCount !== undefined) return refuse(by, action, wrongCount, requestId);
    const write = given.findIndex(({ path }) => fleet.assetOf(path) !== undefined);
    const readOnly = fleet.refuse(given[write]?.path ?? "");
    if (readOnly !== undefined) return refuse(by, action, { ...readOnly, write }, requestId);
    const points = await store.find([...new Set(given.map(({ path }) => path))]);
    const { schemas } = deps;
    const checks = { points, schemas, turns, nowMs: nowMs(), author: by.id, mayBackfill };
    const writes = await readWrites(given, checks);
    if ("code" in writes) return refuse(by, action, writes, requestId);
    const named =
      requestId === undefined
        ? undefined
        : { id: requestId, text: await textOf(given, by.id, digestOf, turns) };
    return storeWrites(by, action, writes, named);
  };

  const withdraw: DataPoints["withdraw"] = async (by, request) => {
    const { path, source, fromMs, untilMs, requestId } = request;
    const action = "data_point.withdraw";
    const readOnly = fleet.refuse(path);
    if (readOnly !== undefined) return refuse(by, action, readOnly, requestId);
    const points = await store.find([path]);
    if (!points.has(path)) return refuse(by, action, unknownPath(path), requestId);
    if (fromMs >= untilMs) return refuse(by, action, wrongRange(path), requestId);
    const write = {
      ...{ path, source, values: [], withdrawn: { fromMs, untilMs } },
      ...{ knownMs: nowMs(), expiresAtMs: null, author: by.id },
    };
    const text = digestOf(JSON.stringify([by.id, path, source, fromMs, untilMs]));
    return storeWrites(
      by,
      action,
      [write],
      requestId === undefined ? undefined : { id: requestId, text },
    );
  };

  return { insert, withdraw };
}

function wrongRange(path: string): DataRefusal {
  return { code: "BAD_INPUT", message: "until must be after from", field: "until", path };
}

function describedTwice({ path }: DataPoint, write: number): DataRefusal {
  const message = `${path} is in the list twice: send one description of each path`;
  return { code: "BAD_INPUT", message, path, write, field: "id" };
}

function reused(id: string | undefined, path: string | undefined): DataRefusal {
  return {
    code: "REQUEST_ID_REUSED",
    message: `the request id ${id} was used for another request: send this one with a new id`,
    ...{ field: "requestId", path },
  };
}

function targetOf(path: string): string {
  return `data_point:${path.slice(0, 256)}`;
}

/** What the audit log has of a write: the values are in the store, with all versions. */
function writeFacts({ source, values, withdrawn, knownMs, expiresAtMs }: PointWrite): Json {
  const iso = (ms: number | undefined) => new Date(ms ?? 0).toISOString();
  return {
    source,
    ...(withdrawn === null
      ? { from: iso(values[0]?.atMs), last: iso(values.at(-1)?.atMs), value_count: values.length }
      : { from: iso(withdrawn.fromMs), until: iso(withdrawn.untilMs) }),
    known: iso(knownMs),
    ...(expiresAtMs !== null && { expires_at: iso(expiresAtMs) }),
  };
}

function factsOf(point: DataPoint | undefined): Json {
  if (point === undefined) return null;
  const { type, unit, resolution, timeZone, description, minValue, maxValue } = point;
  return {
    ...{ type, unit, resolution, time_zone: timeZone, description },
    ...{ min_value: minValue, max_value: maxValue, retention: point.retention },
    has_schema: point.jsonSchema !== null,
  };
}
