// The samples in memory that came late: as far back as the recent frames.
import { assert } from "../../domain/base/assert.ts";
import {
  type LateSample,
  MOST_LATE_SAMPLES,
  type StoredSample,
} from "../../domain/ports/telemetry-store.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";

/** Late samples of one asset in memory at most: the oldest go first. */
const MOST_HELD = 10_000;

/** Each late sample once, unless a frame has one of its instant. */
export function createLateSamples() {
  let byAsset: ReadonlyMap<string, readonly StoredSample[]> = new Map();
  let newestMs = -Infinity;

  return {
    /** Those of an asset, in the order of time. */
    of: (assetId: string): readonly StoredSample[] => byAsset.get(assetId.toLowerCase()) ?? [],
    newestMs: () => newestMs,
    add(samples: readonly LateSample[], knownMs: number, frames: readonly Frame[]): void {
      assert(samples.length <= MOST_LATE_SAMPLES, "late samples come in bounded parts");
      const table = frames.at(-1)?.table;
      const oldestMs = frames[0]?.timestampMs ?? Infinity;
      const next = new Map<string, Map<number, StoredSample>>();
      for (const [assetId, held] of byAsset)
        next.set(assetId, new Map(held.map((sample) => [sample.timestampMs, sample])));
      for (const { assetId, siteId: _, ...sample } of samples) {
        const { timestampMs } = sample;
        const held = next.get(assetId) ?? new Map<number, StoredSample>();
        const isReported = frames.some(
          (frame) =>
            frame.timestampMs === timestampMs && frame.table.indexOf(assetId) !== undefined,
        );
        if (isReported || held.has(timestampMs) || table?.findAsset(assetId) === undefined)
          continue;
        next.set(assetId, held.set(timestampMs, { ...sample, knownMs }));
        newestMs = Math.max(newestMs, timestampMs);
      }
      byAsset = new Map(
        [...next].map(([assetId, held]) => [assetId, heldOf([...held.values()], oldestMs)]),
      );
    },
  };
}

function heldOf(samples: readonly StoredSample[], oldestMs: number): readonly StoredSample[] {
  return samples
    .filter(({ timestampMs }) => timestampMs >= oldestMs)
    .toSorted((a, b) => a.timestampMs - b.timestampMs)
    .slice(-MOST_HELD);
}
