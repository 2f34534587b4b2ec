import { expect, test } from "vitest";
import type { TimelinePartsFragment } from "../../web/dashboard/api/operations.ts";
import { lanesOf } from "../../web/dashboard/dispatch/timeline-bars.ts";
import { heightOf, placeBars } from "../../web/dashboard/dispatch/timeline-drawing.ts";

const at = (s: number) => new Date(s * 1000).toISOString();

const dispatch = (
  startS: number,
  endS: number | null,
  part: Partial<TimelinePartsFragment> = {},
): TimelinePartsFragment => ({
  ...{
    id: `${startS}`,
    mw: 5,
    status: "ACTIVE",
    shortfall: null,
    onShortfall: "REFUSE",
    endedAt: null,
  },
  ...{ startAt: at(startS), endAt: endS === null ? null : at(endS), submittedAt: at(0) },
  asset: { id: "a", name: "A" },
  ...part,
});

const RANGE = { fromMs: 0, untilMs: 100_000 };

test("bars that overlap lie in lanes of their own, and lanes are used again", () => {
  const { discharge, dischargeLanes } = lanesOf(
    [dispatch(0, 20), dispatch(10, 30), dispatch(20, 40)],
    RANGE,
  );
  expect(discharge.map(({ lane }) => lane)).toEqual([0, 1, 0]);
  expect(dischargeLanes).toBe(2);
});

test("charge lies apart from discharge", () => {
  const { discharge, charge } = lanesOf([dispatch(0, 20), dispatch(0, 20, { mw: -5 })], RANGE);
  expect([discharge.length, charge.length]).toEqual([1, 1]);
});

test("a bar ends where its dispatch ended, or will; without an end it goes on", () => {
  const bars = lanesOf(
    [dispatch(0, 50, { endedAt: at(10) }), dispatch(20, 50), dispatch(60, null)],
    RANGE,
  ).discharge;
  expect(bars.map(({ untilMs, isEndless }) => [untilMs, isEndless])).toEqual([
    [10_000, false],
    [50_000, false],
    [100_000, true],
  ]);
});

test("one that was cancelled before it began shows the window that it was to have", () => {
  const cancelled = dispatch(50, 60, { status: "CANCELLED", endedAt: at(10) });
  const [bar] = lanesOf([cancelled], RANGE).discharge;
  expect(bar).toMatchObject({ fromMs: 50_000, untilMs: 60_000 });
});

test("what lies beyond the range is left out", () => {
  expect(lanesOf([dispatch(-50, -10), dispatch(100, 110)], RANGE).discharge).toEqual([]);
});

test("bars lie on the axis of time, cut at its ends, discharge above charge", () => {
  const lanes = lanesOf([dispatch(-50, 50), dispatch(50, 200, { mw: -5 })], RANGE);
  const scale = { leftPx: 60, widthPx: 1000, ...RANGE, nowMs: 0 };
  const [discharge, charge] = placeBars(lanes, scale);
  expect(discharge).toMatchObject({ x: 60, width: 500 });
  expect(charge).toMatchObject({ x: 560, width: 500 });
  expect(discharge?.y).toBeLessThan(charge?.y ?? 0);
});

test("thousands of bars take no more height than a chart", () => {
  const many = Array.from({ length: 4000 }, (_, n) => dispatch(n % 50, 60 + (n % 40)));
  expect(heightOf(lanesOf(many, RANGE))).toBeLessThan(200);
});
