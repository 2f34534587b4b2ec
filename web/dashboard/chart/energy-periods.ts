// Days and months on the clock of a zone, and the energy in each.
import { instantsOf, localText } from "../text/zone.ts";
import { addTimes, type Limited, POWER_LIMITS } from "./limit-times.ts";
import type { Bounds } from "./span.ts";

export type PeriodUnit = "day" | "month";

/** Periods that a chart shows. */
export const PERIODS: Readonly<Record<PeriodUnit, number>> = { day: 31, month: 12 };

/** How many charts back a person may look: about a century. */
export const MOST_BACK: Readonly<Record<PeriodUnit, number>> = { day: 1200, month: 100 };

/** The energy at the terminal in a step of history, in MWh, and of an asset its time at each limit. */
export interface EnergyStep extends Limited {
  readonly fromMs: number;
  readonly inMwhr: number;
  readonly outMwhr: number;
  /** Share of the step that samples cover, 0 to 1. */
  readonly coverageRatio: number;
}

export interface EnergyPeriod extends Bounds, Limited {
  readonly inMwhr: number;
  readonly outMwhr: number;
  /** Share of the period that samples cover, 0 to 1. */
  readonly coverageRatio: number;
}

/**
 * The last days or months up to now, oldest first, the one under way among them. A day has 23 or 25 hours where the clock
 * is set.
 *
 * @param back How many charts earlier, up to MOST_BACK.
 */
export function periodsOf(
  unit: PeriodUnit,
  back: number,
  nowMs: number,
  timeZone: string,
): Bounds[] {
  const [year = 0, month = 1, day = 1] = localText(nowMs, timeZone)
    .slice(0, 10)
    .split("-")
    .map(Number);
  const count = PERIODS[unit];
  const beginOf = (index: number) => {
    const shift = index - count + 1 - back * count;
    const date =
      unit === "day"
        ? new Date(Date.UTC(year, month - 1, day + shift))
        : new Date(Date.UTC(year, month - 1 + shift, 1));
    return midnightMs(date.toISOString().slice(0, 10), timeZone);
  };
  return Array.from({ length: count }, (_, index) => ({
    fromMs: beginOf(index),
    untilMs: beginOf(index + 1),
  }));
}

/** The first instant of a date; where the clock is set forward over midnight, the one after it. */
function midnightMs(date: string, timeZone: string): number {
  for (const hour of ["00", "01", "02"]) {
    const [firstMs] = instantsOf(`${date}T${hour}:00:00`, timeZone);
    if (firstMs !== undefined) return firstMs;
  }
  return Date.parse(`${date}T00:00:00Z`);
}

/** The widest step in s, of at most an hour, on whose grid all periods begin. */
export function energyStepS(periods: readonly Bounds[]): number {
  const isOnGrid = (stepS: number) => periods.every(({ fromMs }) => fromMs % (stepS * 1000) === 0);
  return [3600, 1800, 900].find(isOnGrid) ?? 60;
}

/** @param steps Oldest first, none of them across the begin of a period. */
export function sumPeriods(
  periods: readonly Bounds[],
  steps: readonly EnergyStep[],
  stepS: number,
): EnergyPeriod[] {
  let next = 0;
  return periods.map(({ fromMs, untilMs }) => {
    let [inMwhr, outMwhr, coveredS] = [0, 0, 0];
    let atLimitsS: Limited["atLimitsS"];
    while (next < steps.length && (steps[next] as EnergyStep).fromMs < untilMs) {
      const step = steps[next++] as EnergyStep;
      if (step.fromMs < fromMs) continue;
      inMwhr += step.inMwhr;
      outMwhr += step.outMwhr;
      coveredS += step.coverageRatio * stepS;
      atLimitsS = addTimes(atLimitsS, step.atLimitsS);
    }
    const coverageRatio = (coveredS * 1000) / (untilMs - fromMs);
    const limited = atLimitsS !== undefined && { atLimitsS };
    return { fromMs, untilMs, inMwhr, outMwhr, coverageRatio, ...limited };
  });
}

/** Equivalent full cycles: half of the energy that went through the terminal, in capacities. */
export function cyclesOf({ inMwhr, outMwhr }: EnergyPeriod, capacityMwhr: number): number {
  return capacityMwhr === 0 ? 0 : (inMwhr + outMwhr) / 2 / capacityMwhr;
}

/** Whether any period has times at limits: those of an asset. */
export function hasLimits(periods: readonly EnergyPeriod[]): boolean {
  return periods.some(({ atLimitsS }) => atLimitsS !== undefined);
}

/** As CSV, with instants in UTC and a point for the decimals. A time at a limit that is not known is empty. */
export function csvOfPeriods(periods: readonly EnergyPeriod[], capacityMwhr: number): string {
  const limits = hasLimits(periods) ? POWER_LIMITS : [];
  const head = [
    "from,until,energy_in_mwhr,energy_out_mwhr,cycles,coverage_ratio",
    ...limits.map((limit) => `limited_by_${limit.toLowerCase()}_s`),
  ].join(",");
  const lines = periods.map((period) =>
    [
      new Date(period.fromMs).toISOString(),
      new Date(period.untilMs).toISOString(),
      period.inMwhr,
      period.outMwhr,
      cyclesOf(period, capacityMwhr),
      period.coverageRatio,
      ...limits.map((limit) => (period.atLimitsS ? (period.atLimitsS[limit] ?? 0) : "")),
    ].join(","),
  );
  return `${[head, ...lines].join("\n")}\n`;
}
