// A value of the fleet as data points have it, and what a read sees of it.
import type { AsOf, ReadValue, ValueSummary } from "../../../domain/data-point/write.ts";

/** The author of all values of the fleet. */
const FLEET = "fleet";

/** @param lengthMs How long it holds from its instant on; undefined: by itself it is not known. */
export function fleetValue(
  atMs: number,
  content: number,
  knownMs: number,
  lengthMs?: number,
  summary?: ValueSummary,
): ReadValue {
  // Each field by its name: there are many values.
  return {
    ...{ atMs, content, source: "original", knownMs, recordedMs: knownMs, author: FLEET },
    ...(lengthMs !== undefined && { lengthMs }),
    ...(summary !== undefined && { summary }),
  };
}

/** The last instant that a read sees: a value is stored as soon as it is known. */
export function lastSeenMs({ knownMs = Infinity, recordedMs = Infinity }: AsOf): number {
  return Math.min(knownMs, recordedMs);
}

export function isSeenAt(knownMs: number, asOf: AsOf): boolean {
  return knownMs <= lastSeenMs(asOf);
}
