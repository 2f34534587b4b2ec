// The powers that the limits of an asset leave for a dispatch.
import { LEAST_MW } from "../base/least-values.ts";
import type { Steps } from "../base/steps.ts";
import type { Asset } from "../fleet/asset.ts";
import { largestAccepted } from "./accepted-search.ts";
import type { Candidate, CandidateCheck, Demand } from "./candidate-check.ts";

/** The powers that a limit leaves, in MW: `minMw <= 0 <= maxMw`. */
export interface PowerWindow {
  readonly minMw: number;
  readonly maxMw: number;
}

/**
 * What each limit left of the limit before it: the outermost powers that pass, each of which was run by the check.
 * What passes need not be an interval: a power inside may not pass, where a larger one keeps a promise that it breaks.
 */
export interface DecisionWindows {
  /** The rating of the asset. */
  readonly power: PowerWindow;
  /** What the limits of the site leave beside its other assets; null where it has none. */
  readonly site: PowerWindow | null;
  /** What breaks no promise to a dispatch that was accepted before. */
  readonly dispatches: PowerWindow;
  /** What energy delivers for the whole duration; without a duration, in the first tick. */
  readonly energy: PowerWindow;
}

/** What each limit leaves for what is requested. */
export function* windowsOf(
  asset: Asset,
  candidate: Candidate,
  check: CandidateCheck,
): Steps<DecisionWindows> {
  const low = yield* outermostOf(asset, candidate, check, asset.minMw);
  const high = yield* outermostOf(asset, candidate, check, asset.maxMw);
  return {
    power: { minMw: asset.minMw, maxMw: asset.maxMw },
    site: check.hasSiteLimits ? { minMw: low.siteMw, maxMw: high.siteMw } : null,
    dispatches: { minMw: low.dispatchesMw, maxMw: high.dispatchesMw },
    energy: { minMw: low.energyMw, maxMw: high.energyMw },
  };
}

/** What the limits leave in one direction, in MW, discharge positive. */
export interface Outermost {
  /** What the limits of the site leave. */
  readonly siteMw: number;
  /** What breaks no promise besides. */
  readonly dispatchesMw: number;
  /** What is delivered in full besides; without a duration, in the first tick. */
  readonly energyMw: number;
  /** What is delivered in full besides, also without a duration: until another dispatch begins. */
  wholeMw(): Steps<number>;
}

/** @param ratingMw The rating of the direction, in MW, discharge positive. */
export function* outermostOf(
  asset: Asset,
  { own }: Candidate,
  check: CandidateCheck,
  ratingMw: number,
): Steps<Outermost> {
  const requestMw = own.mw * ratingMw > 0 ? own.mw : 0;
  const within = (boundMw: number, demand: Demand) =>
    outermostMw(asset, boundMw, requestMw, check, demand);
  const siteMw = check.hasSiteLimits ? yield* within(ratingMw, "site") : ratingMw;
  const dispatchesMw = check.hasPromises ? yield* within(siteMw, "keeps") : siteMw;
  const wholeMw = () => within(dispatchesMw, "whole");
  if (own.endMs !== null) {
    const energyMw = yield* wholeMw();
    return { siteMw, dispatchesMw, energyMw, wholeMw };
  }
  const { minMw, maxMw } = check.availability();
  const firstMw = ratingMw > 0 ? maxMw : minMw;
  const energyMw = Math.abs(firstMw) < Math.abs(dispatchesMw) ? firstMw : dispatchesMw;
  return { siteMw, dispatchesMw, energyMw, wholeMw };
}

/** The power furthest from 0 that passes: the bound itself, the one that is requested, or one of the grid. */
function* outermostMw(
  asset: Asset,
  boundMw: number,
  requestMw: number,
  check: CandidateCheck,
  demand: Demand,
): Steps<number> {
  if (boundMw === 0) return 0;
  yield;
  const sign = Math.sign(boundMw);
  if (check.fitOf(boundMw, demand, sign) === "accepted") return boundMw;
  const foundMw = yield* highestMw(asset, boundMw, check, demand);
  if (Math.abs(requestMw) <= Math.abs(foundMw) || Math.abs(requestMw) > Math.abs(boundMw))
    return foundMw;
  yield;
  return check.fitOf(requestMw, demand, sign) === "accepted" ? requestMw : foundMw;
}

/**
 * The power of the grid of the asset that is furthest from 0, not beyond a bound, and passes; 0 where none does.
 *
 * @param boundMw In MW, discharge positive; not 0.
 */
export function* highestMw(
  asset: Asset,
  boundMw: number,
  check: CandidateCheck,
  demand: Demand,
): Steps<number> {
  const sign = Math.sign(boundMw);
  const stepsPerMw = powerStepsPerMw(sign > 0 ? asset.maxMw : -asset.minMw);
  const mwOf = (steps: number) => (sign * steps) / stepsPerMw;
  const range = { low: 1, high: stepsWithin(Math.abs(boundMw), stepsPerMw) };
  const fitOf = (steps: number) => check.fitOf(mwOf(steps), demand, sign);
  const steps = range.high < 1 ? 0 : yield* largestAccepted([range], fitOf);
  return mwOf(steps) + 0;
}

/**
 * How finely powers are searched and named: in 0.01 MW; where the rating is below 1 MW, in the largest power of ten
 * that is at most a hundredth of it, and at least 1 W.
 *
 * @param ratingMw Rating of the direction in MW, above 0.
 */
export function powerStepsPerMw(ratingMw: number): number {
  const digits = Math.ceil(-Math.log10(ratingMw / 100) - 1e-9);
  return Math.min(10 ** Math.max(2, digits), Math.round(1 / LEAST_MW));
}

/** The whole steps that lie within a power. */
export function stepsWithin(mw: number, stepsPerMw: number): number {
  const steps = Math.floor(mw * stepsPerMw);
  return (steps + 1) / stepsPerMw <= mw ? steps + 1 : steps;
}
