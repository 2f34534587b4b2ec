import { describe, expect, test } from "vitest";
import { MOST_ROWS, refuseRows, rowsOfSteps } from "../../../src/domain/telemetry/history.ts";

const DAY_MS = 24 * 3600 * 1000;
const HELD = { dtS: 4, oldestMs: 0, newestMs: 10 * DAY_MS };
const all = { fromMs: -Infinity, untilMs: Infinity };

describe("the rows that steps are made from", () => {
  test.each<
    [
      what: string,
      rows: number,
      range: { fromMs: number; untilMs: number; stepS: number },
      most: number,
    ]
  >([
    ["samples, where steps are not whole minutes", 216_000, { ...all, stepS: 7 }, Infinity],
    ["minutes, where they are", 14_400, { ...all, stepS: 120 }, Infinity],
    ["those of the range", 900, { fromMs: DAY_MS, untilMs: DAY_MS + 3600_000, stepS: 7 }, Infinity],
    [
      "none before the oldest and after the newest",
      900,
      { fromMs: -DAY_MS, untilMs: 3600_000, stepS: 7 },
      Infinity,
    ],
    ["none in the future", 0, { fromMs: 11 * DAY_MS, untilMs: 12 * DAY_MS, stepS: 7 }, Infinity],
    ["those of the steps that are made", 35, { ...all, stepS: 14 }, 10],
  ])("%s", (_, rows, range, most) => {
    expect(rowsOfSteps(range, most, HELD)).toBe(rows);
  });

  test("of ticks longer than a minute are as many as ticks", () => {
    expect(rowsOfSteps({ ...all, stepS: 900 }, Infinity, { ...HELD, dtS: 900 })).toBe(960);
  });
});

test("steps that are made from too many are refused with what to do", () => {
  expect(refuseRows({ ...all, stepS: 7 }, MOST_ROWS)).toBeUndefined();
  expect(refuseRows({ ...all, stepS: 7 }, MOST_ROWS + 1)).toEqual({
    code: "QUERY_TOO_COMPLEX",
    field: "stepS",
    message:
      "the steps are made from 1000001 samples, and may be from 1000000: ask for a shorter range, or for steps of whole minutes",
  });
  expect(refuseRows({ ...all, stepS: 60 }, MOST_ROWS + 1)?.message).toMatch(
    /1000001 minutes, .*: ask for a shorter range$/,
  );
});
