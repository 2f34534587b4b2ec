// The periods of a plan in the calendar of their zone: days, and products that last several periods.
import { createSteps, type OffsetAt } from "../time/zoned-steps.ts";
import type { PlanPeriods, Window } from "./input.ts";

export interface PlanCalendar {
  /** Of each period, the position of its day: 0 is the first day of the plan. */
  readonly days: Int32Array;
  readonly dayCount: number;
  /** Local time at the start of each period, in ms, as if it were UTC. */
  readonly localMs: Float64Array;
}

export const MINUTE_MS = 60_000;

/** @param offsetAt That of the zone of the periods. */
export function planCalendar(periods: PlanPeriods, offsetAt: OffsetAt): PlanCalendar {
  const dayAt = createSteps("day", offsetAt);
  const days = new Int32Array(periods.count);
  const localMs = new Float64Array(periods.count);
  let day = -1;
  let endMs = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < periods.count; t++) {
    const atMs = startMsOf(periods, t);
    if (atMs >= endMs) {
      endMs = dayAt(atMs).endMs;
      day++;
    }
    days[t] = day;
    localMs[t] = atMs + offsetAt(atMs);
  }
  return { days, dayCount: day + 1, localMs };
}

/** The start of a period; that of the one after the last is the end of the plan. In ms. */
export function startMsOf({ startMs, lengthMin }: PlanPeriods, period: number): number {
  return startMs + period * lengthMin * MINUTE_MS;
}

/** The length of a period in hours. */
export function periodHr({ lengthMin }: PlanPeriods): number {
  return lengthMin / 60;
}

/** The first period that a window touches, and the one after the last, within the plan. */
export function periodsOf(periods: PlanPeriods, { fromMs, untilMs }: Window): [number, number] {
  const lengthMs = periods.lengthMin * MINUTE_MS;
  const first = Math.floor((fromMs - periods.startMs) / lengthMs);
  const end = Math.ceil((untilMs - periods.startMs) / lengthMs);
  return [Math.max(0, first), Math.min(periods.count, end)];
}

/**
 * Of each period, the position of the product that it is in. Products of more than an hour begin at full multiples of
 * their length in local time, so that one is shorter or longer where clocks change; an hour that the clock has twice
 * is two products.
 */
export function productsOf(
  { localMs, days }: PlanCalendar,
  periods: PlanPeriods,
  lengthMin: number,
): Int32Array {
  const lengthMs = lengthMin * MINUTE_MS;
  const products = new Int32Array(localMs.length);
  let product = -1;
  let last = "";
  for (let t = 0; t < localMs.length; t++) {
    const atMs = lengthMin > 60 ? (localMs[t] as number) : startMsOf(periods, t);
    const key = `${days[t]}/${Math.floor(atMs / lengthMs)}`;
    if (key !== last) product++;
    last = key;
    products[t] = product;
  }
  return products;
}
