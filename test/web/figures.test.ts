import { expect, test } from "vitest";
import { csvOf, sortPoints } from "../../web/dashboard/chart/history-columns.ts";
import { isByTick, mostByTickS, move, stepFor, zoom } from "../../web/dashboard/chart/span.ts";
import { withGaps } from "../../web/dashboard/chart/trace.ts";
import type { TracePoint } from "../../web/dashboard/chart/trace-source.ts";
import { windowOf } from "../../web/dashboard/parts/windowing.ts";
import { createFormats, directionOf } from "../../web/dashboard/text/format.ts";

test("writes figures in the locale, with their unit", () => {
  const english = createFormats({ locale: "en-GB" });
  expect(english.power(-12.345)).toBe("12.35 MW");
  expect(english.signedPower(-0.001)).toBe("0.00 MW");
  expect(english.energy(1234.5)).toBe("1,235 MWh");
  expect(english.percent(49.96)).toBe("50.0 %");
  expect(createFormats({ locale: "de-DE" }).energy(123.45)).toBe("123,5 MWh");
});

test("writes durations in two units at most", () => {
  const { duration } = createFormats({ locale: "en-GB" });
  expect([45, 60, 90, 3600, 5400, 90_000].map(duration)).toEqual([
    "45 s",
    "1 min",
    "1 min 30 s",
    "1 h",
    "1 h 30 min",
    "1 d 1 h",
  ]);
});

test("calls a direction as the status of an asset does", () => {
  expect([0.1, 0.11, -0.1, -0.11].map(directionOf)).toEqual([
    "idle",
    "discharge",
    "idle",
    "charge",
  ]);
});

test("draws the rows on the screen and some beyond, and none that are not there", () => {
  expect(windowOf(-500, 1000, 50, 10_000)).toEqual({ first: 0, last: 24 });
  expect(windowOf(5000, 1000, 50, 10_000)).toEqual({ first: 88, last: 128 });
  expect(windowOf(499_500, 1000, 50, 10_000)).toEqual({ first: 9976, last: 10_000 });
  expect(windowOf(5000, 1000, 50, 3)).toEqual({ first: 3, last: 3 });
  expect(windowOf(-9000, 1000, 50, 10_000)).toEqual({ first: 0, last: 8 });
});

test("steps get finer as the span gets shorter, down to ticks", () => {
  expect([900, 21_600, 86_400, 604_800].map((lengthS) => stepFor(lengthS, 4))).toEqual([
    4, 30, 120, 900,
  ]);
  expect(stepFor(86_400 * 400, 4)).toBe(43_200);
  expect([isByTick(4000, 4), isByTick(4004, 4)]).toEqual([true, false]);
  expect(mostByTickS(4)).toBe(4000);
});

test("zooms around the middle and moves, but not beyond what is foreseen", () => {
  const span = { kind: "window", fromMs: 0, untilMs: 100_000 } as const;
  expect(zoom(span, 0.5, 1e6)).toEqual({ kind: "window", fromMs: 25_000, untilMs: 75_000 });
  expect(zoom(span, 0.1, 1e6)).toEqual({ kind: "window", fromMs: 35_000, untilMs: 65_000 });
  expect(move(span, -0.5, 1e6)).toEqual({ kind: "window", fromMs: -50_000, untilMs: 50_000 });
  expect(move(span, 0.5, 120_000)).toEqual({ kind: "window", fromMs: 50_000, untilMs: 150_000 });
  const edgeMs = 31 * 86_400_000 - 60_000;
  const last = { kind: "window", fromMs: edgeMs - 100_000, untilMs: edgeMs };
  expect(move({ ...span, fromMs: edgeMs - 120_000, untilMs: edgeMs - 20_000 }, 0.5, 0)).toEqual(
    last,
  );
});

const point = (atMs: number, meanMw: number | null): TracePoint => ({
  atMs,
  meanMw,
  minMw: meanMw,
  maxMw: meanMw,
  setpointMw: null,
  socPct: 50,
});

test("leaves a gap where points are missing", () => {
  const points = [point(0, 1), point(4000, 1), point(20_000, 1)];
  expect(withGaps(points, 10_000).map(({ atMs, meanMw }) => [atMs, meanMw])).toEqual([
    [0, 1],
    [4000, 1],
    [12_000, null],
    [20_000, 1],
  ]);
});

test("sorts history with what is missing last, either way", () => {
  const points = [point(1, 3), point(2, null), point(3, 5)];
  const order = (isDescending: boolean) =>
    sortPoints(points, "meanMw", isDescending).map(({ atMs }) => atMs);
  expect([order(false), order(true)]).toEqual([
    [1, 3, 2],
    [3, 1, 2],
  ]);
});

test("writes history as CSV that programs read", () => {
  expect(csvOf([point(0, -1.5), point(4000, null)])).toBe(
    "timestamp,mean_mw,min_mw,max_mw,setpoint_mw,soc_pct\n" +
      "1970-01-01T00:00:00.000Z,-1.5,-1.5,-1.5,,50\n" +
      "1970-01-01T00:00:04.000Z,,,,,50\n",
  );
});
