// Reads of data points: series, their steps, their versions and their newest values, page by page.

import { quoted } from "../../domain/base/quote.ts";
import type { AnsweredValue } from "../../domain/data-point/aggregate.ts";
import type { DataPoint, DataPointMode } from "../../domain/data-point/data-point.ts";
import { type DataRefusal, unknownPath } from "../../domain/data-point/refusal.ts";
import { pathsAbove, retainedFromMs } from "../../domain/data-point/retention.ts";
import type { AsOf, PointVersion } from "../../domain/data-point/write.ts";
import type { TimeZones } from "../../domain/ports/time-zones.ts";
import { readStepWidth } from "../../domain/time/zoned-steps.ts";
import type { WorkTurns } from "../work-turns.ts";
import type { AllPoints, PointFilter } from "./all-points.ts";
import {
  createSeries,
  lookedAt,
  type ReadPoint,
  type SeriesDeps,
  type SeriesRequest,
} from "./series.ts";

/** Paths, or all paths below one of some prefixes, with those of the fleet that are chosen. */
export type Selection =
  | { readonly paths: readonly string[] }
  | Pick<PointFilter, "prefixes" | "fleet">;

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

interface ReadsDeps extends SeriesDeps {
  readonly turns: WorkTurns;
}

/** Entries of the catalogue that are read at once. */
const PAGE = 200;

export function createReads(deps: ReadsDeps): DataPointReads {
  const { store, zones, nowMs, turns } = deps;
  const { values, steps } = createSeries(deps);
  const pointsOf = createSelections(deps);

  async function pagesOf<V>(
    of: Selection,
    read: (points: readonly ReadPoint[]) => Pages<V>,
    refuse: (point: DataPoint) => DataRefusal | undefined = () => undefined,
  ): Promise<Pages<V> | DataRefusal> {
    const points = await pointsOf(of, refuse);
    if ("code" in points) return points;
    const readable = (page: readonly ReadPoint[]) =>
      page.filter(({ point }) => refuse(point) === undefined);
    return flat(points, (page) => read(readable(page)), turns);
  }

  const reads: DataPointReads = {
    async retrieve(of, request) {
      const refused = refuseRange(request) ?? refuseZone(request.timeZone, zones);
      if (refused !== undefined) return refused;
      if (request.step === undefined)
        return pagesOf(of, (points) => seriesOf(points, (it) => values(it, request)));
      const width = readStepWidth(request.step);
      if (typeof width === "object") return wrongField("step", width.wrong, request.step);
      return pagesOf(
        of,
        (points) => seriesOf(points, (it) => steps(it, width, request)),
        refuseSteps,
      );
    },
    areNumbers: createNumbersCheck(store),
    retrieveAt: (of, knownMs, request) => reads.retrieve(of, { ...request, asOf: { knownMs } }),
    retrieveLatest: (of, mode, asOf) =>
      pagesOf(of, async function* (points) {
        const paths = points.map(({ point }) => point.path);
        const latest = await store.latest(paths, mode, lookedAt(asOf, nowMs()), nowMs());
        for (const { point, retainedMs } of points) {
          const value = latest.get(point.path);
          if (value !== undefined && value.atMs >= retainedMs) yield { point, values: [value] };
        }
      }),
    async retrieveHistory(of, { fromMs, untilMs }) {
      const refused = refuseRange({ fromMs, untilMs });
      if (refused !== undefined) return refused;
      return pagesOf(of, (points) =>
        seriesOf(points, ({ point: { path }, retainedMs }) =>
          store.versions({ path, fromMs: Math.max(fromMs, retainedMs), untilMs, nowMs: nowMs() }),
        ),
      );
    },
  };

  return reads;
}

/** What has the data points of selections. */
function createSelections({ store, nowMs }: Pick<ReadsDeps, "store" | "nowMs">) {
  /** Data points of a selection in pages; or the refusal of a path, or of one of the data points. */
  async function pointsOf(
    of: Selection,
    refuse: (point: DataPoint) => DataRefusal | undefined,
  ): Promise<AsyncIterable<readonly ReadPoint[]> | DataRefusal> {
    if (!("paths" in of)) return below(of);
    const paths = [...new Set(of.paths)].sort();
    const entries = await store.find([...new Set([...paths, ...paths.flatMap(pathsAbove)])]);
    const missing = paths.find((path) => !entries.has(path));
    if (missing !== undefined) return unknownPath(missing);
    const points = paths.map((path) => entries.get(path) as DataPoint);
    const refused = points.map(refuse).find((it) => it !== undefined);
    return refused ?? inPages(withRetention(points, entries));
  }

  async function* below({ prefixes, fleet }: Pick<PointFilter, "prefixes" | "fleet">) {
    for (let after: string | undefined; ; ) {
      const page = await store.catalogue({ prefixes, fleet, after, limit: PAGE });
      const above = new Set(page.flatMap(({ path }) => pathsAbove(path)));
      if (page.length > 0) yield withRetention(page, await store.find([...above]));
      if (page.length < PAGE) return;
      after = page.at(-1)?.path;
    }
  }

  function withRetention(
    points: readonly DataPoint[],
    entries: ReadonlyMap<string, DataPoint>,
  ): readonly ReadPoint[] {
    const atMs = nowMs();
    return points.map((point) => ({ point, retainedMs: retainedFromMs(point, entries, atMs) }));
  }

  return pointsOf;
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

async function* flat<V>(
  pages: AsyncIterable<readonly ReadPoint[]>,
  read: (points: readonly ReadPoint[]) => Pages<V>,
  turns: WorkTurns,
) {
  for await (const points of pages)
    for await (const page of read(points)) {
      // What reads a page, and what writes it, are pieces of their own.
      await turns.next("answer");
      yield page;
      await turns.next("answer");
    }
}

async function* seriesOf<V>(
  points: readonly ReadPoint[],
  read: (it: ReadPoint) => AsyncIterable<readonly V[]>,
) {
  for (const it of points)
    for await (const values of read(it)) if (values.length > 0) yield { point: it.point, values };
}

async function* inPages(points: readonly ReadPoint[]) {
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
