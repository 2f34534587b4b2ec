// Steps of a series: the values of each step as one, and how much of the step they cover.
import type { Step } from "../time/zoned-steps.ts";
import type { ReadValue } from "./write.ts";

export const AGGREGATES = {
  mean: "The mean of its values.",
  sum: "Their sum.",
  min: "The least.",
  max: "The greatest.",
  first: "The first.",
  last: "The last.",
  count: "How many there are.",
} as const;

export type Aggregate = keyof typeof AGGREGATES;

/** A value as it is answered. */
export interface AnsweredValue extends ReadValue {
  /** How much of its step has values, 0 to 1. Left out: it is a value by itself, which is 1. */
  readonly coveredRatio?: number;
}

export interface Aggregation {
  /** Adds a value, in the order of instants. Returns the step before it, where that is complete. */
  add(value: ReadValue): AnsweredValue | undefined;
  /** The last step; undefined where there was no value. */
  end(): AnsweredValue | undefined;
}

interface Sums {
  count: number;
  sum: number;
  min: number;
  max: number;
  first: number;
  last: number;
  coveredMs: number;
}

/**
 * Only values that are there make a step: one without any is left out.
 *
 * @param stepAt  The step that an instant lies in.
 * @param coverEndMs  Until when a value holds, in ms; undefined of an irregular series, whose steps with a value
 *                  are covered.
 */
export function createAggregation(
  aggregate: Aggregate,
  stepAt: (atMs: number) => Step,
  coverEndMs: ((value: ReadValue) => number) | undefined,
): Aggregation {
  let step: Step = { startMs: 0, endMs: 0 };
  let sums: Sums | undefined;
  /** The origin of a step is that of the value that was known last, an override before others. */
  let origin: ReadValue | undefined;

  function taken(): AnsweredValue | undefined {
    if (sums === undefined || origin === undefined) return undefined;
    const lengthMs = step.endMs - step.startMs;
    const covered = coverEndMs === undefined ? 1 : Math.min(1, sums.coveredMs / lengthMs);
    const content = aggregate === "mean" ? sums.sum / sums.count : sums[aggregate];
    const answered = { ...origin, atMs: step.startMs, content, coveredRatio: covered };
    sums = undefined;
    origin = undefined;
    return answered;
  }

  return {
    add(value) {
      const { atMs, content } = value;
      if (typeof content !== "number") throw new Error("bug: steps are of numbers alone");
      const complete = sums !== undefined && atMs >= step.endMs ? taken() : undefined;
      if (sums === undefined) {
        step = stepAt(atMs);
        sums = {
          count: 0,
          sum: 0,
          min: content,
          max: content,
          first: content,
          last: content,
          coveredMs: 0,
        };
      }
      const { count, min, max, last } = value.summary ?? oneOf(content);
      sums.count += count;
      sums.sum += content * count;
      sums.min = Math.min(sums.min, min);
      sums.max = Math.max(sums.max, max);
      sums.last = last;
      if (coverEndMs !== undefined)
        sums.coveredMs += Math.max(0, Math.min(coverEndMs(value), step.endMs) - atMs);
      origin = originOf(origin, value);
      return complete;
    },
    end: taken,
  };
}

const oneOf = (content: number) => ({ count: 1, min: content, max: content, last: content });

function originOf(held: ReadValue | undefined, value: ReadValue): ReadValue {
  if (held === undefined) return value;
  const newest = value.knownMs > held.knownMs ? value : held;
  const isOverride = held.source === "override" || value.source === "override";
  return isOverride ? { ...newest, source: "override" } : newest;
}
