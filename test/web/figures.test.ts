import { expect, test } from "vitest";
import { csvOf, sortPoints } from "../../web/dashboard/chart/history-columns.ts";
import { isByTick, mostByTickS, move, stepFor, zoom } from "../../web/dashboard/chart/span.ts";
import { withGaps } from "../../web/dashboard/chart/trace.ts";
import type { TracePoint } from "../../web/dashboard/chart/trace-source.ts";
import { windowOf } from "../../web/dashboard/parts/windowing.ts";
import {
  createFormats,
  directionOf,
  directionOfTotal,
  directionWithin,
  summedRating,
} from "../../web/dashboard/text/format.ts";

const BOTH = ["idle", "discharge", "idle", "charge"];

test("writes figures in the locale, with their unit", () => {
  const english = createFormats({ locale: "en-GB" });
  expect(english.power(-12.345)).toBe("12.35 MW");
  expect(english.signedPower(-1e-7)).toBe("0.00 MW");
  expect(english.plain(-0.001)).toBe("0");
  expect(english.energy(1234.5)).toBe("1,235 MWh");
  expect(english.percent(49.96)).toBe("50.0 %");
  expect(createFormats({ locale: "de-DE" }).energy(123.45)).toBe("123,5 MWh");
});

test.each([
  [0.0043, "4.30 kW"],
  [0.04321, "43.2 kW"],
  [0.09996, "100 kW"],
  [0.1, "0.100 MW"],
  [-0.25, "-0.250 MW"],
  [-0.000025, "-0.0250 kW"],
  [1.5, "1.50 MW"],
])("writes three digits at least of %d MW", (mw, text) => {
  expect(createFormats({ locale: "en-GB" }).signedPower(mw)).toBe(text);
});

test("writes small figures in the same unit everywhere", () => {
  const german = createFormats({ locale: "de-DE" });
  expect(german.power(-0.0043)).toBe("4,30 kW");
  expect(german.energy(0.012)).toBe("12,0 kWh");
  expect(german.energyParts(0.012)).toEqual({ figure: "12,0", unit: "kWh" });
  expect(german.exactPower(-99.5)).toBe("99,5 MW");
  expect(german.exactPower(0.00435)).toBe("4,35 kW");
  expect(german.axis([-0.02, 0, 0.0025], "MW")).toEqual(["-20 kW", "0 kW", "2,5 kW"]);
  expect(german.axis([-1, -0, 0.5], "MWh")).toEqual(["-1 MWh", "0 MWh", "0,5 MWh"]);
});

test("writes the date of an instant where it is on another day", () => {
  const english = createFormats({ locale: "en-GB", timeZone: "Europe/Helsinki" });
  const fromMs = Date.UTC(2026, 10, 20, 21);
  expect(english.timeSeen(Date.UTC(2026, 10, 20, 21, 59), fromMs)).toBe("23:59:00");
  expect(english.timeSeen(Date.UTC(2026, 10, 20, 22), fromMs)).toBe("21 Nov 2026, 00:00:00");
});

test("writes the year on an axis of days where it begins", () => {
  const { ticks } = createFormats({ locale: "en-GB", timeZone: "UTC" });
  const days = [Date.UTC(2025, 11, 30), Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 1)];
  expect(ticks(days, 86_400)).toEqual(["30 Dec 2025", "31 Dec", "1 Jan 2026"]);
  expect(ticks(days, 3600)).toEqual(["00:00", "00:00", "00:00"]);
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
  const directions = (powers: readonly number[], maxMw: number) =>
    powers.map((mw) => directionWithin(mw, { minMw: -maxMw, maxMw }));
  expect(directions([0.1, 0.11, -0.1, -0.11], 5)).toEqual(BOTH);
  expect(directions([0.001, 0.0011, -0.001, -0.0011], 0.1)).toEqual(BOTH);
});

test("calls the direction of several assets by their ratings together", () => {
  const rating = summedRating([
    { minMw: -1, maxMw: 1 },
    { minMw: -1, maxMw: 3 },
  ]);
  const directions = [0.04, 0.041, -0.04, -0.041].map((mw) => directionOfTotal(mw, rating));
  expect(directions).toEqual(BOTH);
  const large = { minMw: -10, maxMw: 10 };
  expect([0.1, 0.11].map((mw) => directionOfTotal(mw, large))).toEqual(["idle", "discharge"]);
});

test("a power that is requested has the direction of its sign", () => {
  expect([0, 0.004, -0.004].map(directionOf)).toEqual(["idle", "discharge", "charge"]);
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
