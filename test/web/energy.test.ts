import { expect, test } from "vitest";
import {
  csvOfPeriods,
  cyclesOf,
  type EnergyStep,
  energyStepS,
  MOST_BACK,
  periodsOf,
  sumPeriods,
} from "../../web/dashboard/chart/energy-periods.ts";
import { wholeParam } from "../../web/dashboard/route/whole-param.ts";

const HOUR_MS = 3_600_000;
const ZONE = "Europe/Helsinki";
const NOW_MS = Date.UTC(2026, 9, 30, 12);

const stepsOf = (fromMs: number, untilMs: number, stepS: number): EnergyStep[] =>
  Array.from({ length: (untilMs - fromMs) / stepS / 1000 }, (_, n) => ({
    ...{ fromMs: fromMs + n * stepS * 1000, inMwhr: 1, outMwhr: 2, coverageRatio: 1 },
  }));

test("days are those of the zone, with 25 hours where the clock is set back", () => {
  const days = periodsOf("day", 0, NOW_MS, ZONE);
  expect(days.length).toBe(31);
  const hours = days.map(({ fromMs, untilMs }) => (untilMs - fromMs) / HOUR_MS);
  expect(hours.filter((count) => count !== 24)).toEqual([25]);
  const last = days.at(-1);
  expect(last?.fromMs).toBe(Date.UTC(2026, 9, 29, 22));
  expect(days.every(({ untilMs }, n) => n === 30 || untilMs === days[n + 1]?.fromMs)).toBe(true);
});

test("a day has 23 hours where the clock is set forward", () => {
  const days = periodsOf("day", 0, Date.UTC(2026, 2, 29, 12), ZONE);
  const { fromMs, untilMs } = days.at(-1) ?? { fromMs: 0, untilMs: 0 };
  expect((untilMs - fromMs) / HOUR_MS).toBe(23);
});

test("a day without a midnight begins when the clock was set", () => {
  const days = periodsOf("day", 0, Date.UTC(2026, 2, 29, 12), "Asia/Beirut");
  expect(days.at(-1)?.fromMs).toBe(Date.UTC(2026, 2, 28, 22));
});

test("months are those of the zone, and go back a year at a time", () => {
  const months = periodsOf("month", 1, NOW_MS, ZONE);
  expect(months.length).toBe(12);
  expect(months[0]?.fromMs).toBe(Date.UTC(2024, 9, 31, 22));
  expect(months.at(-1)?.untilMs).toBe(Date.UTC(2025, 9, 31, 22));
});

test("the energy of a period is that of its steps", () => {
  const periods = periodsOf("day", 0, NOW_MS, ZONE);
  const fromMs = periods[0]?.fromMs ?? 0;
  const sums = sumPeriods(periods, stepsOf(fromMs, NOW_MS, 3600), 3600);
  expect(sums.map(({ inMwhr }) => inMwhr).filter((mwhr) => mwhr !== 24)).toEqual([25, 14]);
  expect(sums.at(-1)?.coverageRatio).toBeCloseTo(14 / 24);
  expect(sums[0]).toMatchObject({ outMwhr: 48, coverageRatio: 1 });
});

test.each([
  ["Europe/Helsinki", 3600],
  ["Asia/Kolkata", 1800],
  ["Asia/Kathmandu", 900],
  ["Australia/Lord_Howe", 1800],
])("steps are as wide as days of %s allow", (zone, stepS) => {
  expect(energyStepS(periodsOf("month", 0, NOW_MS, zone))).toBe(stepS);
});

test("a cycle charges and discharges the capacity once", () => {
  const period = { fromMs: 0, untilMs: HOUR_MS, inMwhr: 11, outMwhr: 9, coverageRatio: 0.5 };
  expect(cyclesOf(period, 10)).toBe(1);
  expect(csvOfPeriods([period], 10)).toBe(
    "from,until,energy_in_mwhr,energy_out_mwhr,cycles,coverage_ratio\n" +
      "1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,11,9,1,0.5\n",
  );
});

test("the time of an asset at each limit is summed up per period, and is in its CSV", () => {
  const limits = [{ RAMP: 8 }, { RAMP: 4, ENERGY: 60 }, null, { SITE: 4 }];
  const steps = limits.map((atLimitsS, n) => ({
    ...{ fromMs: n * HOUR_MS, inMwhr: 0, outMwhr: 0, coverageRatio: 1, atLimitsS },
  }));
  const periods = [0, 2, 4].map((n) => ({ fromMs: n * HOUR_MS, untilMs: (n + 2) * HOUR_MS }));
  const sums = sumPeriods(periods, steps, 3600);
  expect(sums.map(({ atLimitsS }) => atLimitsS)).toEqual([
    { RAMP: 12, POWER: 0, ENERGY: 60, SITE: 0 },
    null,
    undefined,
  ]);
  const [head, ...rows] = csvOfPeriods(sums, 10).trimEnd().split("\n");
  expect(head).toMatch(
    /,coverage_ratio,limited_by_ramp_s,limited_by_power_s,limited_by_energy_s,limited_by_site_s$/,
  );
  expect(rows.map((row) => row.split(",").slice(6).join())).toEqual(["12,0,60,0", ",,,", ",,,"]);
});

test.each(["day", "month"] as const)(
  "the earliest chart of each %s has a begin and an end",
  (unit) => {
    const periods = periodsOf(unit, MOST_BACK[unit], NOW_MS, ZONE);
    expect(periods.every(({ fromMs, untilMs }) => fromMs < untilMs)).toBe(true);
  },
);

test.each([undefined, "", "-1", "1.5", "1e9", "x", "101", "٣"])(
  "%j is no whole number up to 100",
  (text) => {
    expect(wholeParam(text, { least: 0, most: 100 })).toBeUndefined();
    expect(wholeParam("100", { least: 0, most: 100 })).toBe(100);
  },
);
