// One series of values: read as it is, in steps, or in all its versions.
import { type Aggregate, createAggregation } from "../../domain/data-point/aggregate.ts";
import type { DataPoint, DataPointMode } from "../../domain/data-point/data-point.ts";
import type { AsOf, ReadValue } from "../../domain/data-point/write.ts";
import type { TimeZones } from "../../domain/ports/time-zones.ts";
import { readDuration } from "../../domain/time/duration.ts";
import { createLater, createSteps, type StepWidth } from "../../domain/time/zoned-steps.ts";
import type { AllPoints } from "./all-points.ts";

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

/** A data point with the instant from which its values are retained: older ones are as if they were not there. */
export interface ReadPoint {
  readonly point: DataPoint;
  readonly retainedMs: number;
}

export interface SeriesDeps {
  readonly store: AllPoints;
  readonly zones: TimeZones;
  readonly nowMs: () => number;
}

/** What reads one series: its values, or its steps. */
export function createSeries({ store, zones, nowMs }: SeriesDeps) {
  async function* values({ point: { path }, retainedMs }: ReadPoint, request: SeriesRequest) {
    const { untilMs, mode, afterMs = -Infinity } = request;
    const asOf = lookedAt(request.asOf, nowMs());
    const fromMs = Math.max(request.fromMs, afterMs + 1, retainedMs);
    if (fromMs >= untilMs) return;
    const range = { path, mode, fromMs, untilMs, asOf, nowMs: nowMs() };
    yield* store.read(range);
  }

  async function* steps(it: ReadPoint, width: StepWidth, request: SeriesRequest) {
    const { point } = it;
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
    for await (const page of values(it, { ...request, afterMs: lastMs })) {
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
export function lookedAt(asOf: AsOf, nowMs: number): AsOf {
  const { knownMs, recordedMs } = asOf;
  if (knownMs !== undefined || recordedMs === undefined) return asOf;
  return { knownMs: Math.min(recordedMs, nowMs), recordedMs };
}
