// Reads of data points: series, their steps, their versions and their newest values, page by page.

import { quoted } from "../../domain/base/quote.ts";
import {
  type Aggregate,
  type AnsweredValue,
  createAggregation,
} from "../../domain/data-point/aggregate.ts";
import type { DataPoint, DataPointMode } from "../../domain/data-point/data-point.ts";
import { type DataRefusal, unknownPath } from "../../domain/data-point/refusal.ts";
import type { AsOf, PointVersion, ReadValue } from "../../domain/data-point/write.ts";
import type { TimeZones } from "../../domain/ports/time-zones.ts";
import { readDuration } from "../../domain/time/duration.ts";
import {
  createLater,
  createSteps,
  readStepWidth,
  type StepWidth,
} from "../../domain/time/zoned-steps.ts";
import type { WorkTurns } from "../work-turns.ts";
import type { AllPoints, PointFilter } from "./all-points.ts";

/** Paths, or all paths below one of some prefixes, with those of the fleet that are chosen. */
export type Selection =
  | { readonly paths: readonly string[] }
  | Pick<PointFilter, "prefixes" | "fleet">;

export interface SeriesRequest {
  readonly fromMs: number;
  /** Excluded. */
  readonly untilMs: number;
  readonly mode: DataPointMode;
  readonly asOf: AsOf;
  /** ISO 8601; left out: each value by itself. */
  readonly step?: string | undefined;
  readonly aggregate?: Aggregate | undefined;
  /** The zone of the steps; left out: that of the data point. */
  readonly timeZone?: string | undefined;
  /** Only values, or steps, after this instant: where a page continues after another. */
  readonly afterMs?: number | undefined;
}

/** Some values of one data point; one without values has no page. */
export interface SeriesPage<V> {
  readonly point: DataPoint;
  readonly values: readonly V[];
}

export type Pages<V> = AsyncIterable<SeriesPage<V>>;

export interface DataPointReads {
  /** Values in the order of paths, and of instants in each. @throws Fault STORE_UNAVAILABLE */
  retrieve(of: Selection, request: SeriesRequest): Promise<Pages<AnsweredValue> | DataRefusal>;
  /** The same, of what the world could know at an instant. */
  retrieveAt(
    of: Selection,
    knownMs: number,
    request: Omit<SeriesRequest, "asOf">,
  ): Promise<Pages<AnsweredValue> | DataRefusal>;
  /** The newest value of each. */
  retrieveLatest(
    of: Selection,
    mode: DataPointMode,
    asOf: AsOf,
  ): Promise<Pages<AnsweredValue> | DataRefusal>;
  /** All versions, also of values that were withdrawn or written over. */
  retrieveHistory(
    of: Selection,
    range: Pick<SeriesRequest, "fromMs" | "untilMs">,
  ): Promise<Pages<PointVersion> | DataRefusal>;
  /** Whether all data points of a selection have numbers. */
  areNumbers(of: Selection): Promise<boolean>;
}

interface ReadsDeps {
  readonly store: AllPoints;
  readonly zones: TimeZones;
  readonly nowMs: () => number;
  readonly turns: WorkTurns;
}

/** Entries of the catalogue that are read at once. */
const PAGE = 200;

export function createReads(deps: ReadsDeps): DataPointReads {
  const { store, zones, nowMs, turns } = deps;
  const { values, steps } = createSeries(deps);

  /** Data points of a selection in pages; or the refusal of a path. */
  async function pointsOf(
    of: Selection,
  ): Promise<AsyncIterable<readonly DataPoint[]> | DataRefusal> {
    if (!("paths" in of)) return below(of);
    const paths = [...new Set(of.paths)];
    const found = await store.find(paths);
    const missing = paths.find((path) => !found.has(path));
    if (missing !== undefined) return unknownPath(missing);
    return inPages([...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)));
  }

  async function* below({ prefixes, fleet }: Pick<PointFilter, "prefixes" | "fleet">) {
    for (let after: string | undefined; ; ) {
      const page = await store.catalogue({ prefixes, fleet, after, limit: PAGE });
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)?.path;
    }
  }

  async function pagesOf<V>(
    of: Selection,
    read: (points: readonly DataPoint[]) => Pages<V>,
    refuse: (point: DataPoint) => DataRefusal | undefined = () => undefined,
  ): Promise<Pages<V> | DataRefusal> {
    const points = await pointsOf(of);
    if ("code" in points) return points;
    if ("paths" in of) {
      const found = await store.find(of.paths);
      const refused = [...found.values()].map(refuse).find((it) => it !== undefined);
      if (refused !== undefined) return refused;
    }
    return flat(points, (page) => read(page.filter((it) => refuse(it) === undefined)), turns);
  }

  const reads: DataPointReads = {
    async retrieve(of, request) {
      const refused = refuseRange(request) ?? refuseZone(request.timeZone, zones);
      if (refused !== undefined) return refused;
      if (request.step === undefined)
        return pagesOf(of, (points) => seriesOf(points, (point) => values(point, request)));
      const width = readStepWidth(request.step);
      if (typeof width === "object") return wrongField("step", width.wrong, request.step);
      return pagesOf(
        of,
        (points) => seriesOf(points, (point) => steps(point, width, request)),
        refuseSteps,
      );
    },
    areNumbers: createNumbersCheck(store),
    retrieveAt: (of, knownMs, request) => reads.retrieve(of, { ...request, asOf: { knownMs } }),
    retrieveLatest: (of, mode, asOf) =>
      pagesOf(of, async function* (points) {
        const paths = points.map(({ path }) => path);
        const latest = await store.latest(paths, mode, lookedAt(asOf, nowMs()), nowMs());
        for (const point of points) {
          const value = latest.get(point.path);
          if (value !== undefined) yield { point, values: [value] };
        }
      }),
    async retrieveHistory(of, { fromMs, untilMs }) {
      const refused = refuseRange({ fromMs, untilMs });
      if (refused !== undefined) return refused;
      return pagesOf(of, (points) =>
        seriesOf(points, ({ path }) => store.versions({ path, fromMs, untilMs, nowMs: nowMs() })),
      );
    },
  };

  return reads;
}

/** What says whether a selection has numbers alone. */
function createNumbersCheck(
  store: Pick<AllPoints, "catalogue" | "find">,
): DataPointReads["areNumbers"] {
  return async (of) => {
    if ("paths" in of) {
      const found = await store.find(of.paths);
      return [...found.values()].every(({ type }) => type === "time_series_double");
    }
    const { prefixes } = of;
    const others = await Promise.all(
      (["time_series_double_matrix", "static_data"] as const).map((type) =>
        store.catalogue({ prefixes, type, limit: 1 }),
      ),
    );
    return others.every((it) => it.length === 0);
  };
}

/** What reads one series: its values, or its steps. */
function createSeries({ store, zones, nowMs }: ReadsDeps) {
  async function* values({ path }: DataPoint, request: SeriesRequest) {
    const { untilMs, mode, afterMs = -Infinity } = request;
    const asOf = lookedAt(request.asOf, nowMs());
    const fromMs = Math.max(request.fromMs, afterMs + 1);
    if (fromMs >= untilMs) return;
    const range = { path, mode, fromMs, untilMs, asOf, nowMs: nowMs() };
    yield* store.read(range);
  }

  async function* steps(point: DataPoint, width: StepWidth, request: SeriesRequest) {
    const { timeZone = point.timeZone, aggregate = "mean" } = request;
    const offsetAt = zones.offsetOf(timeZone);
    if (offsetAt === undefined) throw new Error(`bug: the zone ${timeZone} was not checked`);
    const resolution = point.resolution === null ? undefined : readDuration(point.resolution);
    const later = resolution && createLater(resolution, zones.offsetOf(point.timeZone) ?? offsetAt);
    const coverEnd =
      later &&
      (({ atMs, lengthMs }: ReadValue) => (lengthMs === undefined ? later(atMs) : atMs + lengthMs));
    const stepAt = createSteps(width, offsetAt);
    const stepping = createAggregation(aggregate, stepAt, coverEnd);
    const { afterMs } = request;
    const lastMs = afterMs === undefined ? undefined : stepAt(afterMs).endMs - 1;
    for await (const page of values(point, { ...request, afterMs: lastMs })) {
      const complete = page.map(stepping.add).filter((it) => it !== undefined);
      if (complete.length > 0) yield complete;
    }
    const last = stepping.end();
    if (last !== undefined) yield [last];
  }

  return { values, steps };
}

/**
 * Where only when it was recorded is said, what expires is looked at from then on: a replay is the same whenever it is.
 * All that was recorded by then could be known then.
 */
function lookedAt(asOf: AsOf, nowMs: number): AsOf {
  const { knownMs, recordedMs } = asOf;
  if (knownMs !== undefined || recordedMs === undefined) return asOf;
  return { knownMs: Math.min(recordedMs, nowMs), recordedMs };
}

async function* flat<V>(
  pages: AsyncIterable<readonly DataPoint[]>,
  read: (points: readonly DataPoint[]) => Pages<V>,
  turns: WorkTurns,
) {
  for await (const points of pages)
    for await (const page of read(points)) {
      yield page;
      // A store in memory waits for nothing.
      await turns.next("answer");
    }
}

async function* seriesOf<V>(
  points: readonly DataPoint[],
  read: (point: DataPoint) => AsyncIterable<readonly V[]>,
) {
  for (const point of points)
    for await (const values of read(point)) if (values.length > 0) yield { point, values };
}

async function* inPages(points: readonly DataPoint[]) {
  for (let n = 0; n < points.length; n += PAGE) yield points.slice(n, n + PAGE);
}

function refuseSteps({ path, type }: DataPoint): DataRefusal | undefined {
  if (type === "time_series_double") return undefined;
  return {
    code: "BAD_INPUT",
    message: (spelling) =>
      `steps are of numbers alone, and ${path} is of the type ${spelling.type(type)}: leave step out`,
    ...{ field: "step", path },
  };
}

function refuseRange({ fromMs, untilMs }: Pick<SeriesRequest, "fromMs" | "untilMs">) {
  if (fromMs < untilMs) return undefined;
  return wrongField("until", "must be after from", new Date(untilMs).toISOString());
}

function refuseZone(timeZone: string | undefined, zones: TimeZones): DataRefusal | undefined {
  if (timeZone === undefined || zones.offsetOf(timeZone) !== undefined) return undefined;
  const message = `the time zone must be a name of IANA like Europe/Helsinki, not ${quoted(timeZone)}`;
  return { code: "BAD_INPUT", message, field: "timeZone" };
}

function wrongField(field: string, must: string, given: string): DataRefusal {
  return { code: "BAD_INPUT", message: `${field} ${must}, not ${quoted(given)}`, field };
}
