// The refusal of what energy, or the limits of a site, do not allow, with what would be accepted instead.
import type { Steps } from "../base/steps.ts";
import { tickFrom, tickInstantMs } from "../time/grid.ts";
import { type Fit, largestAccepted, type SearchRange } from "./accepted-search.ts";
import type { Plan } from "./asset-plan.ts";
import type { AssetState } from "./asset-state.ts";
import {
  type Candidate,
  type CandidateCheck,
  type CandidateOutcome,
  candidateCheck,
  type Demand,
} from "./candidate-check.ts";
import { type DispatchRefusal, LONGEST_DURATION_S } from "./request.ts";
import { type DecisionWindows, highestMw } from "./windows.ts";

/** What a candidate must pass to be accepted. */
function demandOf({ own }: Candidate): Demand {
  return own.onShortfall === "curtail" ? "keeps" : "whole";
}

/** The refusal, with the longest duration and the highest power at which the same request would be accepted now. */
export function* refusalOf(
  state: AssetState,
  candidate: Candidate,
  check: CandidateCheck,
  windows: DecisionWindows,
  { isWithinSite, brokenId, shortTick }: CandidateOutcome,
): Steps<DispatchRefusal> {
  const { asset, site } = state;
  const { mw, startMs, endMs } = candidate.own;
  const longestDurationS = yield* longestS(state, candidate, shortTick);
  const bestMw = yield* highestMw(asset, mw, check, demandOf(candidate));
  const verb = mw > 0 ? "discharge" : "charge";
  const forS = endMs === null ? "without an end" : `for ${(endMs - startMs) / 1000} s`;
  const limit = isWithinSite ? "" : ` within the limits of ${site?.name} where power is promised`;
  const why =
    isWithinSite && brokenId !== null ? " and keep what is promised to another dispatch" : "";
  const left = isWithinSite ? windows.energy : (windows.site ?? windows.power);
  return {
    code: codeOf(isWithinSite, brokenId),
    message: `${asset.name} cannot ${verb} ${Math.abs(mw)} MW ${forS}${limit}${why}: it can for ${longestDurationS} s, or ${Math.abs(bestMw)} MW for as long`,
    field: isWithinSite && endMs !== null ? "durationS" : "mw",
    requestedMw: mw,
    minMw: left.minMw,
    maxMw: left.maxMw,
    limitedBy: isWithinSite ? "energy" : "site",
    longestDurationS,
    highestMw: bestMw,
  };
}

function codeOf(isWithinSite: boolean, brokenId: string | null): DispatchRefusal["code"] {
  if (!isWithinSite) return "POWER_OUT_OF_LIMITS";
  return brokenId === null ? "ENERGY_INSUFFICIENT" : "ENERGY_PROMISED";
}

/**
 * The longest duration that is accepted, in whole s, not above the one that was requested; 0 where none is.
 *
 * @param shortTick The first tick in which the candidate is cut as it was requested; null: none.
 */
function* longestS(
  state: AssetState,
  candidate: Candidate,
  shortTick: number | null,
): Steps<number> {
  const { own, joined } = candidate;
  const demand = demandOf(candidate);
  // Where a duration was requested, it was refused, and so are those that hold as many ticks.
  const mostS = own.endMs === null ? LONGEST_DURATION_S : Infinity;
  const durations = durationsFrom(own.startMs, state.dtS, mostS);
  const requestedS = own.endMs === null ? mostS : (own.endMs - own.startMs) / 1000;
  const cutTick = demand === "whole" && shortTick !== null ? state.tick + shortTick : Infinity;
  // A duration under which the candidate holds the tick in which its power is cut is too long.
  const most = durations.countWithin(requestedS, cutTick);
  if (most < 1) return 0;
  const checkOf = (count: number) => {
    const endMs = own.startMs + durations.secondsOf(count) * 1000;
    return candidateCheck(state, { own: { ...own, endMs }, joined });
  };
  /** The first duration of the range that is looked at, and what a longer one does to the stored energy. */
  let first: { range: SearchRange; check: CandidateCheck | undefined; sign: number } | undefined;
  function firstOf(range: SearchRange) {
    if (first?.range === range) return first;
    const found = checkOf(range.low);
    first = { range, check: found, sign: Math.sign(own.mw - (found?.nextMw ?? 0)) };
    return first;
  }
  function fitOf(count: number, range: SearchRange): Fit {
    const { check: found, sign } = firstOf(range);
    const shortened = count === range.low ? found : checkOf(count);
    return shortened?.fitOf(own.mw, demand, sign) ?? "small";
  }
  const ranges = durationRanges(joined(own), state.dtS, durations, most);
  const count = yield* largestAccepted(ranges, fitOf);
  return count === 0 ? 0 : durations.secondsOf(count);
}

type Durations = ReturnType<typeof durationsFrom>;

/**
 * The durations in whole s that differ in the ticks that a window from a start holds: the longest for each number of
 * ticks, up to `mostS`, or each s where ticks are shorter than that. They are numbered from 1 on.
 */
function durationsFrom(startMs: number, dtS: number, mostS: number) {
  const startTick = tickFrom(startMs, dtS);
  const longestOf = (count: number) =>
    dtS >= 1 ? Math.floor((tickInstantMs(startTick + count, dtS) - startMs) / 1000) : count;
  const secondsOf = (count: number) => Math.min(mostS, longestOf(count));
  /** The last tick, by its number at its start, that a duration holds. */
  const lastTickOf = (count: number) => tickFrom(startMs + secondsOf(count) * 1000, dtS) - 1;
  return {
    secondsOf,
    lastTickOf,
    /** The number of durations up to one in s that do not hold a tick. */
    countWithin(requestedS: number, tick: number): number {
      const most = dtS >= 1 ? Math.ceil(requestedS / dtS) + 1 : requestedS;
      const isWithin = (count: number) =>
        secondsOf(count) <= requestedS && longestOf(count - 1) < mostS;
      return lastWhere(most, (count) => isWithin(count) && lastTickOf(count) < tick);
    },
    /** The first duration that holds a tick; above `most` where none does. */
    firstThatHolds: (tick: number, most: number) =>
      lastWhere(most, (count) => lastTickOf(count) < tick) + 1,
  };
}

/** The last whole number from 1 to `most` for which a condition holds that holds for all before; 0 where none. */
function lastWhere(most: number, holds: (n: number) => boolean): number {
  let [low, high] = [0, most + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The durations up to one, cut where an open dispatch begins or ends: between two of these a longer one does the same. */
function durationRanges(
  plan: Plan,
  dtS: number,
  durations: Durations,
  most: number,
): readonly SearchRange[] {
  const ticks = [...plan.running, ...plan.waiting]
    .flatMap(({ startMs, endMs }) => (endMs === null ? [startMs] : [startMs, endMs]))
    .map((instantMs) => tickFrom(instantMs, dtS))
    .sort((a, b) => a - b);
  const ranges: SearchRange[] = [];
  let low = 1;
  for (const tick of [...ticks, Infinity]) {
    const high = Math.min(most, durations.firstThatHolds(tick, most) - 1);
    if (high >= low) ranges.push({ low, high });
    low = Math.max(low, high + 1);
    if (low > most) break;
  }
  return ranges;
}
