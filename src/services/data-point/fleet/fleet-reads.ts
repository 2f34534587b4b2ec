// Values of the data points that are answered from the fleet: from its newest frame, its history and its dispatches.
// Nothing of them is in the store of data points.

import { type FleetName, fleetSeries } from "../../../domain/data-point/fleet-series.ts";
import type { AsOf, ReadValue } from "../../../domain/data-point/write.ts";
import type { Asset } from "../../../domain/fleet/asset.ts";
import type { DataPointStore, PointRange } from "../../../domain/ports/data-point-store.ts";
import type { StoredSample } from "../../../domain/ports/telemetry-store.ts";
import { availabilityAt } from "../../../domain/telemetry/availability.ts";
import { type Frame, telemetryAt } from "../../../domain/telemetry/frame.ts";
import type { HistoryService } from "../../telemetry/history.ts";
import type { SampleSeries } from "../../telemetry/sample-series.ts";
import type { FleetCatalogue, FleetEntry } from "./fleet-catalogue.ts";
import { fleetValue, isSeenAt, lastSeenMs } from "./fleet-value.ts";
import type { InForce } from "./in-force.ts";
import { createMinuteValues } from "./minute-values.ts";

export type FleetReads = Pick<DataPointStore, "read" | "latest" | "versions">;

interface FleetReadsDeps {
  readonly catalogue: FleetCatalogue;
  readonly series: SampleSeries;
  readonly history: Pick<HistoryService, "samplePages">;
  readonly latest: () => Frame;
  readonly inForce: InForce;
}

type Range = Pick<PointRange, "fromMs" | "untilMs" | "asOf">;

export function createFleetReads(deps: FleetReadsDeps): FleetReads {
  const { catalogue, inForce } = deps;
  const samples = createSampleReads(deps);
  const newestOf = createNewest(deps);

  async function* changesOf(asset: Asset, { fromMs, untilMs, asOf }: Range) {
    for await (const page of inForce.changes(asset, fromMs, untilMs, lastSeenMs(asOf))) {
      const seen = page.filter(({ decidedMs }) => isSeenAt(decidedMs, asOf));
      yield seen.map(({ atMs, mw, decidedMs }) => fleetValue(atMs, mw, decidedMs));
    }
  }

  const read: FleetReads["read"] = async function* ({ path, mode, ...range }) {
    const entry = catalogue.find(path);
    if (entry === undefined || mode === "override") return;
    if (entry.name === "Schedule/InForce") yield* changesOf(entry.asset, range);
    else yield* samples(entry, range);
  };

  return {
    read,
    async latest(paths, mode, asOf, nowMs) {
      const found = new Map<string, ReadValue>();
      if (mode === "override") return found;
      const newest = newestOf(asOf, nowMs);
      const values = await Promise.all(
        paths.map(async (path) => {
          const entry = catalogue.find(path);
          return entry && newest(entry);
        }),
      );
      for (const [n, path] of paths.entries()) {
        const value = values[n];
        if (value !== undefined) found.set(path, value);
      }
      return found;
    },
    async *versions({ path, fromMs, untilMs, nowMs }) {
      const range = { path, mode: "original", fromMs, untilMs, asOf: {}, nowMs } as const;
      for await (const page of read(range))
        yield page.map((value) => ({ ...value, expiresAtMs: null, requestId: null }));
    },
  };
}

/** What reads the samples of a range; before the oldest of them its minutes. */
function createSampleReads({ series }: FleetReadsDeps) {
  const minuteValues = createMinuteValues(series);
  return async function* ({ asset, name }: FleetEntry, { fromMs, untilMs, asOf }: Range) {
    const { ofSample } = fleetSeries(name);
    if (ofSample === undefined) return;
    // What lies after an instant was not known at it.
    const endMs = Math.min(untilMs, lastSeenMs(asOf) + 1);
    const range = { fromMs, untilMs: endMs, asOf };
    let isBegun = false;
    for await (const page of series.samples(asset.id, range)) {
      if (!isBegun) yield* minuteValues.read(asset, name, range, page[0]);
      isBegun = true;
      const values: ReadValue[] = [];
      for (const sample of page) {
        const value = sampleValue(sample, ofSample(sample));
        if (isSeenAt(value.knownMs, asOf)) values.push(value);
      }
      yield values;
    }
    if (isBegun) return;
    const first = await series.firstSample(asset.id, endMs);
    yield* minuteValues.read(asset, name, range, first);
  };
}

function sampleValue(sample: StoredSample, content: number): ReadValue {
  const { timestampMs, knownMs, dtS } = sample;
  return fleetValue(timestampMs, content, knownMs ?? timestampMs, dtS * 1000);
}

/** What has the newest value of each data point that a read sees. */
function createNewest({ latest, history, inForce, series }: FleetReadsDeps) {
  const minuteValues = createMinuteValues(series);

  /** The newest sample that a read sees; undefined where the samples of that time are gone, or never were. */
  async function newestSample(asset: Asset, asOf: AsOf): Promise<StoredSample | undefined> {
    const frame = latest();
    const index = frame.table.indexOf(asset.id);
    if (index !== undefined && isSeenAt(frame.timestampMs, asOf)) return telemetryAt(frame, index);
    const range = { fromMs: -Infinity, untilMs: lastSeenMs(asOf) + 1 };
    // It is nearly always the first.
    for (const limit of [1, Infinity])
      for await (const page of history.samplePages(asset.id, { ...range, limit })) {
        const found = page.find(({ timestampMs, knownMs }) =>
          isSeenAt(knownMs ?? timestampMs, asOf),
        );
        if (found !== undefined) return found;
      }
    return undefined;
  }

  function available(asset: Asset, name: FleetName, asOf: AsOf): ReadValue | undefined {
    const frame = latest();
    const index = frame.table.indexOf(asset.id);
    if (index === undefined || !isSeenAt(frame.timestampMs, asOf)) return undefined;
    const { minMw, maxMw } = availabilityAt(frame, index);
    const { timestampMs } = frame;
    return fleetValue(timestampMs, name === "AvailableMin" ? minMw : maxMw, timestampMs);
  }

  return (asOf: AsOf, nowMs: number) => {
    const samples = new Map<string, Promise<StoredSample | undefined>>();
    return async ({ asset, name }: FleetEntry): Promise<ReadValue | undefined> => {
      if (name === "Schedule/InForce") {
        const seenMs = lastSeenMs(asOf);
        const last = await inForce.last(asset, Math.min(nowMs, seenMs) + 1, seenMs);
        return last && fleetValue(last.atMs, last.mw, last.decidedMs);
      }
      const { ofSample } = fleetSeries(name);
      if (ofSample === undefined) return available(asset, name, asOf);
      const reading = samples.get(asset.id) ?? newestSample(asset, asOf);
      samples.set(asset.id, reading);
      const sample = await reading;
      if (sample !== undefined) return sampleValue(sample, ofSample(sample));
      return minuteValues.newest(asset, name, asOf);
    };
  };
}
