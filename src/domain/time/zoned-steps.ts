// Steps of time in a zone: quarters, hours, days, weeks, months and years of its local time. A day has 92, 96 or 100
// quarters.
import { type Duration, readDuration } from "./duration.ts";

/** The offset of local time from UTC at an instant, in ms. */
export type OffsetAt = (atMs: number) => number;

/** A part of a day in ms, or a unit of the calendar. */
export type StepWidth = number | "day" | "week" | "month" | "year";

export interface Step {
  readonly startMs: number;
  readonly endMs: number;
}

const DAY_MS = 86_400_000;
/** Transitions of a zone are at most so far from the midnight that they move, in ms. */
const NEAR_MS = 3 * 3_600_000;
const CALENDAR: Readonly<Record<string, StepWidth>> = {
  "0/1": "day",
  "0/7": "week",
  "1/0": "month",
  "12/0": "year",
};

/** The width that a duration of ISO 8601 names; or why it names none, as the end of a sentence. */
export function readStepWidth(text: string): StepWidth | { readonly wrong: string } {
  const duration = readDuration(text);
  const { months = 0, days = 0, ms = 0 } = duration ?? {};
  if (duration !== undefined && ms === 0) {
    const width = CALENDAR[`${months}/${days}`];
    if (width !== undefined) return width;
  }
  const isPart = duration !== undefined && months === 0 && days === 0 && DAY_MS % ms === 0;
  if (isPart && ms < DAY_MS) return ms;
  return {
    wrong: "must be P1D, P1W, P1M, P1Y, or a time that divides a day, like PT15M or PT1H",
  };
}

/** What finds the step that an instant lies in. Instants near the one before are found fast. */
export function createSteps(width: StepWidth, offsetAt: OffsetAt): (atMs: number) => Step {
  let held: Step = { startMs: 0, endMs: 0 };
  const unit = typeof width === "number" ? "day" : width;
  return (atMs) => {
    if (atMs < held.startMs || atMs >= held.endMs) held = unitAt(unit, atMs, offsetAt);
    if (typeof width !== "number") return held;
    const startMs = atMs - ((atMs - held.startMs) % width);
    return { startMs, endMs: Math.min(startMs + width, held.endMs) };
  };
}

/** The day, week, month or year that an instant lies in. */
function unitAt(unit: Exclude<StepWidth, number>, atMs: number, offsetAt: OffsetAt): Step {
  const date = new Date(atMs + offsetAt(atMs));
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const monday = day - ((date.getUTCDay() + 6) % 7);
  const [from, until] = {
    day: [utc(year, month, day), utc(year, month, day + 1)],
    week: [utc(year, month, monday), utc(year, month, monday + 7)],
    month: [utc(year, month, 1), utc(year, month + 1, 1)],
    year: [utc(year, 0, 1), utc(year + 1, 0, 1)],
  }[unit] as [number, number];
  return { startMs: dayStart(from, offsetAt), endMs: dayStart(until, offsetAt) };
}

/** A date as ms, also of the first century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

/** The first instant of a local day. @param localMs Its midnight as if it were UTC. */
function dayStart(localMs: number, offsetAt: OffsetAt): number {
  const nearMs = localMs - offsetAt(localMs);
  const offsets = [offsetAt(nearMs - NEAR_MS), offsetAt(nearMs + NEAR_MS)];
  const starts = offsets.map((offsetMs) => localMs - offsetMs).sort((a, b) => a - b);
  // A midnight that the clock leaves out, or has twice.
  return starts.find((startMs) => startMs + offsetAt(startMs) >= localMs) ?? nearMs;
}

/** What adds a duration to an instant in local time: a day later is the same time of the next day. */
export function createLater(
  { months, days, ms }: Duration,
  offsetAt: OffsetAt,
): (atMs: number) => number {
  if (months === 0 && days === 0) return (atMs) => atMs + ms;
  return (atMs) => {
    const local = new Date(atMs + offsetAt(atMs));
    local.setUTCMonth(local.getUTCMonth() + months, local.getUTCDate() + days);
    const nearMs = local.getTime() - offsetAt(atMs);
    return local.getTime() - offsetAt(nearMs) + ms;
  };
}
