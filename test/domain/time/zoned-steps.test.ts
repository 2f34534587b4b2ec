// Steps of time in zones, whose days are not all as long.

import { describe, expect, test } from "vitest";
import { systemTimeZones } from "../../../src/adapters/time-zones/time-zones.ts";
import { readDuration } from "../../../src/domain/time/duration.ts";
import {
  createLater,
  createSteps,
  readStepWidth,
  type StepWidth,
} from "../../../src/domain/time/zoned-steps.ts";
import fc from "../../support/fast-check.ts";

const offsetOf = (zone: string) => systemTimeZones.offsetOf(zone) as (atMs: number) => number;
const HOUR_MS = 3_600_000;

function stepOf(width: string, zone: string, at: string) {
  const { startMs, endMs } = createSteps(
    readStepWidth(width) as StepWidth,
    offsetOf(zone),
  )(Date.parse(at));
  return [new Date(startMs).toISOString(), (endMs - startMs) / HOUR_MS];
}

describe("a step", () => {
  test.each([
    ["P1D", "UTC", "2026-03-29T12:00:00Z", "2026-03-29T00:00:00.000Z", 24],
    ["P1D", "Europe/Helsinki", "2026-03-29T12:00:00Z", "2026-03-28T22:00:00.000Z", 23],
    ["P1D", "Europe/Helsinki", "2026-10-25T12:00:00Z", "2026-10-24T21:00:00.000Z", 25],
    ["PT6H", "Europe/Helsinki", "2026-03-29T20:30:00Z", "2026-03-29T16:00:00.000Z", 5],
    ["P1W", "Europe/Helsinki", "2026-03-29T12:00:00Z", "2026-03-22T22:00:00.000Z", 167],
    ["P1M", "Europe/Helsinki", "2026-03-15T12:00:00Z", "2026-02-28T22:00:00.000Z", 743],
    ["P1Y", "Asia/Kathmandu", "2026-03-15T12:00:00Z", "2025-12-31T18:15:00.000Z", 8760],
    // A midnight that the clock leaves out.
    ["P1D", "Africa/Cairo", "2026-04-24T12:00:00Z", "2026-04-23T22:00:00.000Z", 23],
    // A midnight that the clock has twice.
    ["P1D", "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00.000Z", 25],
    ["P1D", "Pacific/Kiritimati", "2026-01-01T12:00:00Z", "2026-01-01T10:00:00.000Z", 24],
  ])("%s in %s at %s begins at %s, and has %d hours", (width, zone, at, start, hours) => {
    expect(stepOf(width, zone, at)).toEqual([start, hours]);
  });

  test("of any width holds its instant, and the next one begins where it ends", () => {
    const zones = ["UTC", "Europe/Helsinki", "Africa/Cairo", "America/Havana", "Asia/Kathmandu"];
    const widths = ["PT1M", "PT15M", "PT1H", "PT8H", "P1D", "P1W", "P1M", "P1Y"];
    const instant = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...widths),
        instant,
        (zone, text, at) => {
          const width = readStepWidth(text) as StepWidth;
          const stepAt = createSteps(width, offsetOf(zone));
          const { startMs, endMs } = stepAt(at);
          expect(startMs <= at && at < endMs).toBe(true);
          expect(stepAt(endMs).startMs).toBe(endMs);
          expect(createSteps(width, offsetOf(zone))(startMs)).toEqual({ startMs, endMs });
        },
      ),
    );
  });
});

test.each(["P2D", "PT7M", "PT24H", "P1DT1H", "PT0S", "15M", "P", "PT", "-P1D", "P1.5D", ""])(
  "%s is no width of steps",
  (text) => {
    expect(readStepWidth(text)).toHaveProperty("wrong");
  },
);

test("a duration is read by its units", () => {
  expect(readDuration("P1Y2M3DT4H5M6.007S")).toEqual({
    ...{ months: 14, days: 3, ms: ((4 * 60 + 5) * 60 + 6) * 1000 + 7 },
  });
  expect(readDuration("P2W")).toEqual({ months: 0, days: 14, ms: 0 });
  for (const text of ["P", "PT", "PT0S", "P0D", "P1000Y", "P1D ", "p1d", "PT1H1D"])
    expect(readDuration(text), text).toBeUndefined();
});

test("a day later is the same time of the next day", () => {
  const day = readDuration("P1D");
  const later = createLater(day as NonNullable<typeof day>, offsetOf("Europe/Helsinki"));
  const noon = Date.parse("2026-03-28T12:00:00+02:00");
  expect(new Date(later(noon)).toISOString()).toBe("2026-03-29T09:00:00.000Z");
});
