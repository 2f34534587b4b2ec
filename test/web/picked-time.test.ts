import { expect, test } from "vitest";
import { pickedTime } from "../../web/dashboard/chart/picked-time.ts";

const ZONE = "Europe/Helsinki";
const NOW_MS = Date.UTC(2026, 10, 20, 12);

const picked = (from: string, until: string) => pickedTime(from, until, ZONE, NOW_MS);

test("a picked time is one of the chosen zone", () => {
  expect(picked("2026-11-20T12:00", "2026-11-20T13:00:30")).toEqual({
    bounds: { fromMs: Date.UTC(2026, 10, 20, 10), untilMs: Date.UTC(2026, 10, 20, 11, 0, 30) },
  });
});

test("a day with 25 hours is picked as a whole", () => {
  const day = picked("2026-10-25T00:00", "2026-10-26T00:00");
  const { fromMs, untilMs } = "bounds" in day ? day.bounds : { fromMs: 0, untilMs: 0 };
  expect(untilMs - fromMs).toBe(25 * 3_600_000);
});

test("an hour that the clock reads twice is picked with both", () => {
  const both = picked("2026-10-25T03:00", "2026-10-25T03:30");
  const { fromMs, untilMs } = "bounds" in both ? both.bounds : { fromMs: 0, untilMs: 0 };
  expect(untilMs - fromMs).toBe(90 * 60_000);
});

test.each([
  ["", "2026-11-20T13:00", "from", "none"],
  ["2026-11-20T12:00", "", "until", "none"],
  ["2026-03-29T03:30", "2026-11-20T13:00", "from", "none"],
  ["2026-11-20T12:00", "2026-11-20T12:00", "until", "order"],
  ["2025-01-01T00:00", "2026-11-20T12:00", "from", "length"],
  ["2026-11-20T12:00", "2027-01-20T12:00", "until", "ahead"],
])("what cannot be shown is refused, with its field: %s to %s", (from, until, field, fault) => {
  expect(picked(from, until)).toEqual({ field, fault });
});
