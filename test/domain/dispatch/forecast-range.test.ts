// The points of a forecast, and the rules on its range.
import { describe, expect, test } from "vitest";
import {
  FORECAST_HORIZON_S,
  type ForecastRange,
  forecastGrid,
  pointInstantMs,
} from "../../../src/domain/dispatch/forecast-range.ts";

const DT_S = 4;
const TICK = 1_000_000;
const NOW_MS = TICK * DT_S * 1000;

/** A range up to so many s from now. */
const within = (untilS: number, stepS?: number): ForecastRange => ({
  untilMs: NOW_MS + untilS * 1000,
  stepS,
});
const gridOf = (range: ForecastRange, assets = 1, nowMs = NOW_MS) => {
  const grid = forecastGrid(range, { nowMs, tick: TICK, dtS: DT_S }, assets);
  if ("code" in grid) throw new Error(grid.message);
  return grid;
};
const refusalOf = (range: ForecastRange, assets = 1) =>
  forecastGrid(range, { nowMs: NOW_MS, tick: TICK, dtS: DT_S }, assets);

describe("the points of a forecast", () => {
  test("begin now, and end at or before the end of the range", () => {
    const grid = gridOf(within(61, 20));
    expect(grid).toEqual({ tick: TICK, dtS: DT_S, stepTicks: 5, count: 4 });
    expect([0, 1, 2, 3].map((n) => pointInstantMs(grid, n) - NOW_MS)).toEqual([
      ...[0, 20_000, 40_000, 60_000],
    ]);
    expect(gridOf(within(1)).count).toBe(1);
  });

  test.each([
    [1, 1],
    [4, 1],
    [5, 2],
    [60, 15],
    [61, 16],
  ])("with a step of %d s are %d ticks apart", (stepS, stepTicks) => {
    expect(gridOf(within(600, stepS)).stepTicks).toBe(stepTicks);
  });

  test.each([
    [60, 1, 16],
    [299 * 4, 1, 300],
    [300 * 4, 2, 151],
    [24 * 3600, 73, 296],
    [FORECAST_HORIZON_S, 2233, 300],
  ])("without a step are 300 at most, the step being the smallest: %d s", (s, ticks, count) => {
    expect(gridOf(within(s))).toMatchObject({ stepTicks: ticks, count });
  });

  test("are fewer where many assets are foreseen together", () => {
    expect(gridOf(within(FORECAST_HORIZON_S), 10_000).count).toBeLessThanOrEqual(100);
    expect(refusalOf(within(FORECAST_HORIZON_S, 900), 10_000)).toMatchObject({
      code: "TOO_MANY_STEPS",
      message: expect.stringContaining("at most 100 are answered: use steps of 26788 s"),
    });
  });
});

describe("a range is refused", () => {
  test.each([
    ["that ends now", within(0), "untilMs", /ends after now/],
    ["that is over", within(-60), "untilMs", /use a later until/],
    ["beyond 31 days", within(FORECAST_HORIZON_S + 1), "untilMs", /reaches 31 days ahead/],
    ["with a step of 0 s", within(60, 0), "stepS", /1 to 2678400 whole s, not 0/],
    ["with a part of a second", within(60, 1.5), "stepS", /whole s, not 1.5/],
    ["with a longer step than the horizon", within(60, 2_678_401), "stepS", /not 2678401/],
  ])("%s", (_, range, field, message) => {
    expect(refusalOf(range)).toEqual({
      code: "BAD_INPUT",
      field,
      message: expect.stringMatching(message),
    });
  });

  test("with more than 3,000 points, with the smallest step that is not", () => {
    expect(refusalOf(within(2999 * 4, 4))).toMatchObject({ count: 3000 });
    const refused = refusalOf(within(3000 * 4, 4));
    expect(refused).toEqual({
      code: "TOO_MANY_STEPS",
      field: "stepS",
      message:
        "the forecast has 3001 points, and at most 3000 are answered: use steps of 8 s or an earlier until",
    });
    expect(gridOf(within(3000 * 4, 8)).count).toBe(1501);
    expect(gridOf(within(FORECAST_HORIZON_S, 900)).count).toBe(2977);
  });

  test("by the clock, which may be a part of a tick ahead of the first point", () => {
    const range = within(FORECAST_HORIZON_S + 3, 900);
    expect(gridOf(range, 1, NOW_MS + 3000).count).toBe(2977);
  });
});
