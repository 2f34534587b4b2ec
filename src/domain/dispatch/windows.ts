// The powers and durations that the limits of an asset leave for a dispatch.

import { LEAST_MW } from "../base/least-values.ts";
import type { Asset } from "../fleet/asset.ts";
import { tickFrom, tickInstantMs } from "../time/grid.ts";
import { type AssetState, type Candidate, type EnergyCheck, energyCheck } from "./energy-check.ts";
import { type DispatchRefusal, LONGEST_DURATION_S } from "./request.ts";

/** The powers that a limit leaves, in MW: `minMw <= 0 <= maxMw`. */
export interface PowerWindow {
  readonly minMw: number;
  readonly maxMw: number;
}

/** What each limit left of the limit before it. */
export interface DecisionWindows {
  /** The rating of the asset. */
  readonly power: PowerWindow;
  /** What breaks no promise to a dispatch that was accepted before. */
  readonly dispatches: PowerWindow;
  /** What energy delivers for the whole duration; without a duration, in the first tick. */
  readonly energy: PowerWindow;
}

/** What each limit leaves for what is asked. */
export function windowsOf(
  { asset }: AssetState,
  { own }: Candidate,
  check: EnergyCheck,
): DecisionWindows {
  const power = { minMw: asset.minMw, maxMw: asset.maxMw };
  const step = powerStepsPerMw(asset);
  const within = ({ minMw, maxMw }: PowerWindow, holds: (mw: number) => boolean) => ({
    minMw: furthestMw(minMw, Math.min(0, own.mw), step, holds),
    maxMw: furthestMw(maxMw, Math.max(0, own.mw), step, holds),
  });
  const dispatches = check.hasPromises ? within(power, check.keeps) : power;
  if (own.endMs !== null) return { power, dispatches, energy: within(dispatches, check.fits) };
  const first = check.availability;
  const energy = {
    minMw: Math.max(dispatches.minMw, first.minMw),
    maxMw: Math.min(dispatches.maxMw, first.maxMw),
  };
  return { power, dispatches, energy };
}

/** How finely powers are searched and named: in 0.01 MW, and for assets below 1 MW finer in proportion, down to 1 W. */
function powerStepsPerMw({ minMw, maxMw }: Asset): number {
  const digits = Math.floor(Math.log10(Math.max(maxMw, -minMw)));
  return Math.min(10 ** (2 - Math.min(0, digits)), Math.round(1 / LEAST_MW));
}

/**
 * The power furthest from 0, up to a bound, that passes a check: the bound itself, the power that is asked
 * for, or a whole number of steps, rounded toward 0. 0 where nothing passes.
 */
function furthestMw(
  boundMw: number,
  requestMw: number,
  stepsPerMw: number,
  passes: (mw: number) => boolean,
): number {
  if (boundMw === 0 || passes(boundMw)) return boundMw;
  const sign = Math.sign(boundMw);
  const mwOf = (steps: number) => (sign * steps) / stepsPerMw;
  const most = Math.ceil(Math.abs(boundMw) * stepsPerMw);
  const foundMw = mwOf(lastThatPasses(most, (steps) => passes(mwOf(steps)))) + 0;
  return Math.abs(requestMw) > Math.abs(foundMw) && passes(requestMw) ? requestMw : foundMw;
}

/** The last whole number, from 0 on and below one that does not pass, that passes; 0 where none does. */
function lastThatPasses(fails: number, passes: (n: number) => boolean): number {
  let [low, high] = [0, fails];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The refusal of what energy does not allow, with the longest duration and the highest power that would pass.
 *
 * @param brokenId The dispatch that would lack promised energy; null where none would.
 */
export function lacksEnergy(
  state: AssetState,
  candidate: Candidate,
  check: EnergyCheck,
  windows: DecisionWindows,
  brokenId: string | null,
): DispatchRefusal {
  const { asset } = state;
  const { mw, startMs, endMs, onShortfall } = candidate.own;
  const passes = onShortfall === "curtail" ? check.keeps : check.fits;
  const longestDurationS = longestThatPasses(state, candidate, check);
  const highestMw = furthestMw(mw, 0, powerStepsPerMw(asset), passes);
  const verb = mw > 0 ? "discharge" : "charge";
  const forS = endMs === null ? "without an end" : `for ${(endMs - startMs) / 1000} s`;
  const why = brokenId === null ? "" : ` and keep what is promised to another dispatch`;
  return {
    code: brokenId === null ? "ENERGY_INSUFFICIENT" : "ENERGY_PROMISED",
    message: `${asset.name} cannot ${verb} ${Math.abs(mw)} MW ${forS}${why}: it can for ${longestDurationS} s, or ${Math.abs(highestMw)} MW for as long`,
    field: endMs === null ? "mw" : "durationS",
    requestedMw: mw,
    minMw: windows.energy.minMw,
    maxMw: windows.energy.maxMw,
    limitedBy: "energy",
    longestDurationS,
    highestMw,
  };
}

/** The longest duration that passes, in whole s, below the one that does not; 0 where none does. */
function longestThatPasses(
  state: AssetState,
  { own, joined }: Candidate,
  check: EnergyCheck,
): number {
  const { dtS } = state;
  const startTick = tickFrom(own.startMs, dtS);
  const endMs = own.endMs ?? own.startMs + LONGEST_DURATION_S * 1000;
  const endOf = (ticks: number) => tickInstantMs(startTick + ticks, dtS);
  const ticks = lastThatPasses(tickFrom(endMs, dtS) - startTick, (count) => {
    const shorter = { own: { ...own, endMs: endOf(count) }, joined };
    const shortened = energyCheck(state, shorter, check);
    if (shortened === undefined) return false;
    return own.onShortfall === "curtail" ? shortened.keeps(own.mw) : shortened.fits(own.mw);
  });
  return ticks === 0 ? 0 : Math.floor((endOf(ticks) - own.startMs) / 1000);
}
