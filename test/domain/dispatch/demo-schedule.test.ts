import { expect, test } from "vitest";
import { makePlan } from "../../../src/domain/dispatch/asset-plan.ts";
import { demoIntervals } from "../../../src/domain/dispatch/demo-schedule.ts";
import { decideSchedule, type Interval } from "../../../src/domain/dispatch/schedule-decision.ts";
import fc from "../../support/fast-check.ts";
import { anyState } from "../../support/random-asset.ts";
import { ASSET, DT_S, LINEAR } from "../../support/tick-tables.ts";

const QUARTER_MS = 900_000;
const DAY_MS = 96 * QUARTER_MS;
const MIDNIGHT_MS = Date.UTC(2026, 10, 20);

const hours = (intervals: readonly Interval[]) =>
  intervals.map(
    ({ fromMs, untilMs, mw }) =>
      `${(fromMs - MIDNIGHT_MS) / 3_600_000} to ${(untilMs - MIDNIGHT_MS) / 3_600_000}: ${mw}`,
  );

test("an asset is charged at night and noon, and discharged in the morning and the evening", () => {
  const state = { asset: ASSET, ...LINEAR, socMwhr: 18 };
  // The place whose day is not shifted.
  expect(hours(demoIntervals(state, 8, MIDNIGHT_MS))).toEqual([
    "0 to 3: -3",
    "3 to 6: -1.5",
    "6 to 8: 6.6",
    "8 to 11: 3.3",
    "11 to 14: -6.5",
    "14 to 17: -2.6",
    "17 to 20: 5.8",
    "20 to 22: 2.9",
    "22 to 24: -2.5",
  ]);
});

test("a schedule begins now, has nothing shorter than a quarter of an hour, and ends within a day", () => {
  const state = { asset: ASSET, ...LINEAR, socMwhr: 18 };
  const nowMs = MIDNIGHT_MS + 6 * 3_600_000 - 60_000;
  const [first, ...others] = demoIntervals(state, 8, nowMs);
  expect(first).toMatchObject({ fromMs: nowMs, untilMs: MIDNIGHT_MS + 8 * 3_600_000 });
  expect(first?.mw).toBeGreaterThan(0);
  expect(others.at(-1)?.untilMs).toBe(MIDNIGHT_MS + DAY_MS + 23 * QUARTER_MS);
});

test("an asset of half an hour or more, at rest, accepts its schedule as a promise, wherever its SoC is", () => {
  fc.assert(
    fc.property(
      anyState,
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: DAY_MS / (DT_S * 1000) }),
      ({ asset, socMwhr }, place, ticks) => {
        fc.pre(asset.capacityMwhr >= 0.5 * Math.max(asset.maxMw, -asset.minMw));
        const nowMs = MIDNIGHT_MS + ticks * DT_S * 1000;
        const tick = nowMs / (DT_S * 1000);
        const state = { asset, ...LINEAR, plan: makePlan([]), socMwhr, currentMw: 0, tick };
        const intervals = demoIntervals(state, place, nowMs);
        const decision = decideSchedule({ ...state, dtS: DT_S }, intervals, "refuse", nowMs);
        expect(decision.accepted).toBe(true);
        for (const { fromMs, untilMs } of intervals) {
          expect(fromMs === nowMs || fromMs % QUARTER_MS === 0).toBe(true);
          expect(untilMs % QUARTER_MS).toBe(0);
        }
        for (const [n, { fromMs }] of intervals.slice(1).entries())
          expect(fromMs).toBeGreaterThanOrEqual(intervals[n]?.untilMs as number);
      },
    ),
  );
});
