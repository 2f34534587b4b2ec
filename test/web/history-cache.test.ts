import { expect, test } from "vitest";
import { createHistoryCache, type Grain } from "../../web/dashboard/chart/history-cache.ts";
import type { Bounds } from "../../web/dashboard/chart/span.ts";
import type { TracePoint } from "../../web/dashboard/chart/trace-source.ts";

const TICK_MS = 1000;

const pointAt = (atMs: number): TracePoint => ({
  ...{ atMs, meanMw: atMs, minMw: null, maxMw: null, setpointMw: null, socPct: null },
});

/** A cache of a source that has a point each second up to now, and what was read of it. */
function cacheUnderTest(nowMs: number) {
  const reads: (Bounds & { grain: Grain })[] = [];
  const cache = createHistoryCache(async ({ fromMs, untilMs }, grain) => {
    reads.push({ fromMs, untilMs, grain });
    const stepMs = grain === "tick" ? TICK_MS : grain * 1000;
    const shiftMs = grain === "tick" ? 0 : stepMs / 2;
    const points: TracePoint[] = [];
    for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms < untilMs && ms <= nowMs; ms += stepMs)
      points.push(pointAt(ms + shiftMs));
    return points;
  });
  return { cache, reads };
}

const times = (points: readonly TracePoint[] | undefined) => points?.map(({ atMs }) => atMs);

test("a range within what was loaded is read no more", async () => {
  const { cache, reads } = cacheUnderTest(10_000);
  await cache.read({ fromMs: 0, untilMs: 10_001 }, "tick", 10_000);
  expect(reads.length).toBe(1);
  const shorter = { fromMs: 8000, untilMs: 10_001 };
  expect(times(cache.loaded(shorter, "tick"))).toEqual([8000, 9000, 10_000]);
  expect(times(await cache.read(shorter, "tick", 10_000))).toEqual([8000, 9000, 10_000]);
  expect(reads.length).toBe(1);
});

test("of a longer range the missing parts alone are read", async () => {
  const { cache, reads } = cacheUnderTest(10_000);
  await cache.read({ fromMs: 4000, untilMs: 6000 }, "tick", 10_000);
  expect(cache.loaded({ fromMs: 0, untilMs: 6000 }, "tick")).toBeUndefined();
  const all = await cache.read({ fromMs: 2000, untilMs: 8000 }, "tick", 10_000);
  expect(times(all)).toEqual([2000, 3000, 4000, 5000, 6000, 7000]);
  expect(reads.slice(1)).toEqual([
    { fromMs: 2000, untilMs: 4000, grain: "tick" },
    { fromMs: 6000, untilMs: 8000, grain: "tick" },
  ]);
});

test("the step under way is read again", async () => {
  const { cache, reads } = cacheUnderTest(95_000);
  await cache.read({ fromMs: 0, untilMs: 95_001 }, 30, 95_000);
  await cache.read({ fromMs: 0, untilMs: 121_000 }, 30, 121_000);
  expect(reads.at(-1)).toEqual({ fromMs: 90_000, untilMs: 150_000, grain: 30 });
});

test("points of ticks that come extend what was loaded, but not over a gap", async () => {
  const { cache } = cacheUnderTest(10_000);
  await cache.read({ fromMs: 8000, untilMs: 10_001 }, "tick", 10_000);
  cache.extend(pointAt(11_000), "tick", 2500);
  cache.extend(pointAt(20_000), "tick", 2500);
  const loaded = cache.loaded({ fromMs: 9000, untilMs: 11_001 }, "tick");
  expect(times(loaded)).toEqual([9000, 10_000, 11_000]);
  expect(cache.loaded({ fromMs: 9000, untilMs: 20_001 }, "tick")).toBeUndefined();
});

test("each width of a step is stored by itself", async () => {
  const { cache } = cacheUnderTest(100_000);
  const bounds = { fromMs: 0, untilMs: 60_000 };
  await cache.read(bounds, 30, 100_000);
  expect(times(cache.loaded(bounds, 30))).toEqual([15_000, 45_000]);
  expect(cache.loaded(bounds, 60)).toBeUndefined();
});
