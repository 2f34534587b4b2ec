// The numbers of refusals beside brute force: every duration in whole ticks, and every power of the grid.

import { decideDispatch } from "../../src/domain/dispatch/decision.ts";
import type { DispatchRequest } from "../../src/domain/dispatch/request.ts";
import { chanceOf, NOW_MS, type RefusedCase, refusedCases } from "./refused-cases.ts";
import { DT_S } from "./tick-tables.ts";

export interface Compared {
  refusals: number;
  /** Refusals where a larger value is accepted and a smaller one is not. */
  notMonotone: number;
  /** Named values that are refused. */
  refused: string[];
  /** Named values that are not the largest. */
  notLargest: string[];
  values: number;
}

export function compareWithBruteForce(seed: number, count: number, horizonTicks: number): Compared {
  const found: Compared = { refusals: 0, notMonotone: 0, refused: [], notLargest: [], values: 0 };
  const cases = refusedCases(chanceOf(seed), horizonTicks);
  while (found.refusals < count) {
    const it = cases.next().value as RefusedCase;
    found.refusals++;
    const durations = accepted(it, durationsOf(it.request), (durationS) => ({ durationS }));
    const powers = accepted(it, powersOf(it.request), (mw) => ({ mw }));
    if (durations.hasGap || powers.hasGap) found.notMonotone++;
    compare(found, it, "longestDurationS", durations.largest);
    compare(found, it, "highestMw", powers.largest);
  }
  return found;
}

function compare(
  found: Compared,
  it: RefusedCase,
  name: "longestDurationS" | "highestMw",
  largest: number,
) {
  const named = it.refusal[name] ?? Number.NaN;
  const field = name === "highestMw" ? "mw" : "durationS";
  const about = `${name} ${named}, largest ${largest}: ${JSON.stringify(it.request)}`;
  found.values++;
  if (named !== 0 && !isAccepted(it, { [field]: named })) found.refused.push(about);
  if (named !== largest) found.notLargest.push(about);
}

function accepted(
  it: RefusedCase,
  values: readonly number[],
  change: (value: number) => Partial<DispatchRequest>,
) {
  let largest = 0;
  let hasGap = false;
  let isBroken = false;
  for (const value of values) {
    if (!isAccepted(it, change(value))) isBroken = true;
    else {
      hasGap ||= isBroken;
      largest = value;
    }
  }
  return { largest, hasGap };
}

export function isAccepted(
  { state, request }: RefusedCase,
  change: Partial<DispatchRequest>,
): boolean {
  return decideDispatch(state, { ...request, ...change }, NOW_MS).accepted;
}

/** The longest duration for each number of ticks, up to the requested one, in whole s. */
function durationsOf({ startAtMs = NOW_MS, durationS }: DispatchRequest): number[] {
  const stepMs = DT_S * 1000;
  const startMs = Math.max(startAtMs, NOW_MS);
  const values: number[] = [];
  for (let endMs = (Math.ceil(startMs / stepMs) + 1) * stepMs; ; endMs += stepMs) {
    const valueS = Math.floor((endMs - startMs) / 1000);
    if (valueS > (durationS ?? 0)) return values;
    values.push(valueS);
  }
}

/** The powers of the grid up to the requested one, in MW. */
function powersOf({ mw }: DispatchRequest): number[] {
  return Array.from(
    { length: Math.floor(Math.abs(mw) * 100 + 1e-9) },
    (_, n) => (Math.sign(mw) * (n + 1)) / 100,
  );
}

export interface Sampled {
  refusals: number;
  refused: string[];
  /** Refusals of which a larger value is accepted. */
  notLargest: string[];
}

/** Larger values than a named one, not above the request, that are tried for each refusal. */
const LARGER = 64;

/** The numbers of refusals over a long horizon, beside larger values taken by chance. */
export function compareWithLarger(seed: number, count: number, horizonTicks: number): Sampled {
  const found: Sampled = { refusals: 0, refused: [], notLargest: [] };
  const chance = chanceOf(seed);
  const cases = refusedCases(chance, horizonTicks);
  while (found.refusals < count) {
    const it = cases.next().value as RefusedCase;
    const { request, refusal } = it;
    found.refusals++;
    const named = { durationS: refusal.longestDurationS ?? 0, mw: refusal.highestMw ?? 0 };
    const about = JSON.stringify({ named, request });
    for (const key of ["durationS", "mw"] as const) {
      if (named[key] !== 0 && !isAccepted(it, { [key]: named[key] })) found.refused.push(about);
      const step = key === "mw" ? 0.01 : 1;
      const [low, high] = [Math.abs(named[key]), Math.abs(request[key] ?? 0)];
      const steps = Math.floor((high - low) / step);
      const isLarger = () => {
        const value = low + step * (1 + Math.floor(chance() * steps));
        const rounded = Number(value.toFixed(2)) * (key === "mw" ? Math.sign(request.mw) : 1);
        return (
          Math.abs(rounded) <= high &&
          endsLater(it, key, rounded, named.durationS) &&
          isAccepted(it, { [key]: rounded })
        );
      };
      if (steps > 0 && Array.from({ length: LARGER }, isLarger).some(Boolean))
        found.notLargest.push(`${key}: ${about}`);
    }
  }
  return found;
}

/** Whether a duration holds more ticks than another one; any power does. */
function endsLater(
  { request }: RefusedCase,
  key: "durationS" | "mw",
  value: number,
  otherS: number,
): boolean {
  if (key === "mw") return true;
  const startMs = Math.max(request.startAtMs ?? NOW_MS, NOW_MS);
  const lastTick = (durationS: number) => Math.ceil((startMs + durationS * 1000) / (DT_S * 1000));
  return lastTick(value) > lastTick(otherS);
}
