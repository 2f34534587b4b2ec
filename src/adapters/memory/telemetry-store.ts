// The telemetry in memory: the reference version of the port, over the recent frames, which bound it, and late samples.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type {
  InstantRange,
  SampleRange,
  StoredInstant,
  StoredSample,
  TelemetryStore,
} from "../../domain/ports/telemetry-store.ts";
import { onGrid, SUM_GRID, TICK_ENERGY_GRID } from "../../domain/telemetry/exact-sum.ts";
import { type Frame, telemetryAt } from "../../domain/telemetry/frame.ts";
import { type Scope, type StepSample, stepsOf } from "../../domain/telemetry/history.ts";
import {
  durationsAt,
  NO_ASSET_FIGURES,
  type SumField,
} from "../../domain/telemetry/step-figures.ts";
import { createLateSamples } from "./late-samples.ts";

/** @param recent The frames that are in memory, oldest first: read at each call, and not held a second time. */
export function createMemoryTelemetryStore(recent: () => readonly Frame[]): TelemetryStore {
  const late = createLateSamples();
  return {
    samples: async (assetId, range) => samplesOf(recent(), assetId, late.of(assetId), range),
    steps: async (scope, range) =>
      stepsOf(
        inOrder([
          ...recent().flatMap((frame) => stepSampleOf(frame, scope) ?? []),
          ...(scope.kind === "asset" ? late.of(scope.id).map(stepOf) : []),
        ]),
        range,
      ),
    since: async (range) => instantsOf(recent(), range),
    backfill: async (samples, knownMs) => late.add(samples, knownMs, recent()),
    newestLateMs: late.newestMs,
  };
}

function samplesOf(
  frames: readonly Frame[],
  assetId: string,
  late: readonly StoredSample[],
  { limit, fromMs, untilMs, isOldestFirst }: SampleRange,
): StoredSample[] {
  const isMeant = ({ timestampMs }: Frame | StoredSample) =>
    timestampMs >= fromMs && timestampMs < untilMs;
  const samples: StoredSample[] = late.filter(isMeant);
  for (const frame of isOldestFirst ? frames : frames.toReversed()) {
    if (samples.length >= limit + late.length) break;
    const index = isMeant(frame) ? frame.table.indexOf(assetId) : undefined;
    if (index !== undefined) samples.push(storedSample(frame, index));
  }
  const ordered = inOrder(samples);
  return (isOldestFirst ? ordered : ordered.reverse()).slice(0, limit);
}

function inOrder<T extends { readonly timestampMs: number }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => a.timestampMs - b.timestampMs);
}

function instantsOf(
  frames: readonly Frame[],
  { assetIds, afterMs, beforeMs, everyMs, most }: InstantRange,
): StoredInstant[] | undefined {
  const known = frames.filter((it) => it.timestampMs >= afterMs && it.timestampMs < beforeMs);
  if (known[0]?.timestampMs !== afterMs) return undefined;
  const due = known.slice(1).filter(({ timestampMs }) => timestampMs % everyMs === 0);
  if (due.length * assetIds.length > most) return undefined;
  return due.flatMap((frame) => {
    const samples = assetIds.flatMap((assetId) => {
      const index = frame.table.indexOf(assetId);
      return index === undefined ? [] : [{ assetId, ...storedSample(frame, index) }];
    });
    const { timestampMs, dtS } = frame;
    return samples.length === 0 ? [] : [{ timestampMs, dtS, samples }];
  });
}

function storedSample(frame: Frame, index: number): StoredSample {
  const { asset: _, site: __, status: ___, ...sample } = telemetryAt(frame, index);
  return sample;
}

/** What a frame contributes to a step; undefined where no asset of the scope reported. */
function stepSampleOf(frame: Frame, scope: Scope): StepSample | undefined {
  const indexes = indexesOf(frame.table, scope);
  const [first] = indexes;
  if (first === undefined) return undefined;
  return scope.kind === "asset" ? stepOf(storedSample(frame, first)) : sumOf(frame, indexes);
}

function stepOf(sample: StoredSample): StepSample {
  const energyMwhr = (sample.currentMw * sample.dtS) / 3600;
  const sums: { readonly [N in SumField]: number } = {
    energyInMwhr: Math.max(-energyMwhr, 0),
    energyOutMwhr: Math.max(energyMwhr, 0),
  };
  return { ...sample, ...sums, ...durationsAt(sample.limitedBy, sample.dtS) };
}

/** The sum of assets, as the database sums up. */
function sumOf(frame: Frame, indexes: readonly number[]): StepSample {
  let [socMwhr, capacityMwhr, currentMw, energyInMwhr, energyOutMwhr] = [0, 0, 0, 0, 0];
  for (const index of indexes) {
    socMwhr += onGrid(frame.socMwhr[index] as number, SUM_GRID);
    capacityMwhr += onGrid(frame.table.assets[index]?.capacityMwhr ?? 0, SUM_GRID);
    currentMw += onGrid(frame.currentMw[index] as number, SUM_GRID);
    const energyMwhr = onGrid(tickEnergyMwhr(frame, index), TICK_ENERGY_GRID);
    if (energyMwhr > 0) energyOutMwhr += energyMwhr;
    else energyInMwhr -= energyMwhr;
  }
  const { timestampMs, dtS } = frame;
  const socPct = (socMwhr / capacityMwhr) * 100;
  const figures = { socPct, currentMw, energyInMwhr, energyOutMwhr };
  return { timestampMs, dtS, knownMs: null, ...figures, ...NO_ASSET_FIGURES };
}

function tickEnergyMwhr({ currentMw, dtS }: Frame, index: number): number {
  return ((currentMw[index] as number) * dtS) / 3600;
}

function indexesOf(table: FleetTable, scope: Scope): readonly number[] {
  if (scope.kind === "fleet") return table.assets.map((_, index) => index);
  if (scope.kind === "site") return table.indexesOfSite(scope.id);
  const index = table.indexOf(scope.id);
  return index === undefined ? [] : [index];
}
