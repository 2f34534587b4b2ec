import { expect, test } from "vitest";
import { systemTimeZones } from "../../../src/adapters/time-zones/time-zones.ts";
import { periodsOf, planCalendar, productsOf } from "../../../src/domain/plan/calendar.ts";

const plan = (start: string, count: number, lengthMin = 15) => {
  const periods = { startMs: Date.parse(start), count, lengthMin, timeZone: "Europe/Helsinki" };
  const offsetAt = systemTimeZones.offsetOf(periods.timeZone) as (atMs: number) => number;
  return { periods, calendar: planCalendar(periods, offsetAt) };
};
const counts = (values: Int32Array) => {
  const all = new Map<number, number>();
  for (const value of values) all.set(value, (all.get(value) ?? 0) + 1);
  return [...all.values()];
};

test.each([
  ["2026-03-28T22:00:00Z", [92, 96]],
  ["2026-10-24T21:00:00Z", [100, 96]],
  ["2026-11-19T22:00:00Z", [96, 96]],
])("two days from %s have %j quarters", (start, quarters) => {
  const { calendar } = plan(start, (quarters[0] as number) + 96);
  expect(counts(calendar.days)).toEqual(quarters);
  expect(calendar.dayCount).toBe(2);
});

test("hours are products of their own where the clock has one twice, and leaves one out", () => {
  for (const [start, hours] of [
    ["2026-03-28T22:00:00Z", 23],
    ["2026-10-24T21:00:00Z", 25],
  ] as const) {
    const { periods, calendar } = plan(start, hours * 4);
    expect(counts(productsOf(calendar, periods, 60))).toEqual(
      Array.from({ length: hours }, () => 4),
    );
  }
});

test("products of four hours begin at local midnight, and one is shorter or longer where clocks change", () => {
  const lengths = (start: string, count: number) => {
    const { periods, calendar } = plan(start, count);
    return counts(productsOf(calendar, periods, 240));
  };
  expect(lengths("2026-03-28T22:00:00Z", 92)).toEqual([12, 16, 16, 16, 16, 16]);
  expect(lengths("2026-10-24T21:00:00Z", 100)).toEqual([20, 16, 16, 16, 16, 16]);
  // A plan that begins within a product has the rest of it.
  expect(lengths("2026-11-20T00:00:00Z", 16)).toEqual([8, 8]);
});

test("a window has each period that it touches, within the plan", () => {
  const { periods } = plan("2026-11-20T00:00:00Z", 8);
  const window = (from: string, until: string) =>
    periodsOf(periods, { fromMs: Date.parse(from), untilMs: Date.parse(until) });
  expect(window("2026-11-20T00:15:00Z", "2026-11-20T00:45:00Z")).toEqual([1, 3]);
  expect(window("2026-11-20T00:20:00Z", "2026-11-20T00:31:00Z")).toEqual([1, 3]);
  expect(window("2026-11-19T00:00:00Z", "2026-11-21T00:00:00Z")).toEqual([0, 8]);
});
