// The decision on a dispatch of a site: a power that its assets hold together. Pure: changes nothing.
import { LEAST_MW } from "../base/least-values.ts";
import type { Steps } from "../base/steps.ts";
import type { Asset, Site } from "../fleet/asset.ts";
import type { AssetState } from "./asset-state.ts";
import { windowsWhere } from "./candidate-check.ts";
import {
  type DispatchOutcome,
  decideDispatch,
  type RequestedCandidate,
  requestedCandidate,
} from "./decision.ts";
import { loadOf, planLoad } from "./plan-forecast.ts";
import { type ProfileSegment, profileOf } from "./power-profile.ts";
import { type DispatchRefusal, type DispatchRequest, isPower, powerTooSmall } from "./request.ts";
import { type LoadStep, loadOfAll, siteExcess } from "./site-load.ts";
import { outermostOf, powerStepsPerMw, stepsWithin } from "./windows.ts";

/** What one asset could take of a power, as magnitudes in MW: `headroomMw <= mostMw`. */
export interface Headroom {
  /** What it could deliver. */
  readonly headroomMw: number;
  /** What may be requested of it, though it would be cut. */
  readonly mostMw: number;
}

/** What each asset is to hold, in MW, and the rest that no asset takes. */
export interface Split {
  readonly sharesMw: readonly number[];
  /** 0 where the shares add up to the whole. */
  readonly restMw: number;
}

/**
 * Splits a power over assets in proportion to their headroom. Beyond the headroom of all, in proportion
 * to what may still be requested of each. Where it can be split, the shares add up to exactly the power.
 */
export function splitByHeadroom(mw: number, headrooms: readonly Headroom[]): Split {
  const wantedMw = Math.abs(mw);
  const headroomMw = sum(headrooms.map((headroom) => headroom.headroomMw));
  const moreMw = sum(headrooms.map((headroom) => headroom.mostMw - headroom.headroomMw));
  const first = headroomMw === 0 ? 0 : Math.min(1, wantedMw / headroomMw);
  const leftMw = Math.max(0, wantedMw - headroomMw);
  const second = moreMw === 0 ? 0 : Math.min(1, leftMw / moreMw);
  const shares = headrooms.map(
    (headroom) => first * headroom.headroomMw + second * (headroom.mostMw - headroom.headroomMw),
  );
  const capsMw = headrooms.map((headroom) => (second > 0 ? headroom.mostMw : headroom.headroomMw));
  if (leftMw > moreMw) return signed(mw, shares, wantedMw - headroomMw - moreMw);
  evenOut(shares, capsMw, wantedMw);
  return signed(mw, shares, 0);
}

/**
 * The same with no share that is smaller than a power may be: assets with such shares get none, the smallest first,
 * half of them at a time. Their `headrooms` are set to 0.
 */
export function splitInPowers(mw: number, headrooms: Headroom[]): Split {
  for (;;) {
    const split = splitByHeadroom(mw, headrooms);
    const small = [...split.sharesMw.entries()].filter(([, shareMw]) => !isPower(shareMw));
    if (small.length === 0 || split.restMw !== 0) return split;
    small.sort(([, a], [, b]) => Math.abs(a) - Math.abs(b));
    for (const [n] of small.slice(0, Math.ceil(small.length / 2))) headrooms[n] = NO_HEADROOM;
  }
}

/** Shares that are decided, or added up, in one step. */
const SHARES_IN_A_STEP = 8;
const isStepAt = (n: number) => n % SHARES_IN_A_STEP === SHARES_IN_A_STEP - 1;

const NO_HEADROOM: Headroom = { headroomMw: 0, mostMw: 0 };

function signed(mw: number, shares: readonly number[], restMw: number): Split {
  const sign = mw < 0 ? -1 : 1;
  return { sharesMw: shares.map((share) => share * sign + 0), restMw: restMw * sign + 0 };
}

/**
 * Rounds shares down to whole units in the last place of the whole, so that adding them up rounds nothing,
 * and adds the rest to the shares that have room for it, from the last on.
 */
function evenOut(shares: number[], capsMw: readonly number[], wantedMw: number): void {
  const unitMw = unitInLastPlace(wantedMw);
  const whole = (mw: number) => Math.floor(mw / unitMw) * unitMw;
  for (const [n, share] of shares.entries()) shares[n] = whole(share);
  let leftMw = wantedMw - sum(shares);
  for (let n = shares.length - 1; n >= 0 && leftMw !== 0; n--) {
    const share = shares[n] as number;
    if (share === 0) continue;
    const moreMw = Math.max(-share, Math.min(leftMw, whole(capsMw[n] as number) - share));
    shares[n] = share + moreMw;
    leftMw -= moreMw;
  }
}

function unitInLastPlace(value: number): number {
  const unit = 2 ** (Math.floor(Math.log2(value)) - 52);
  if (!(unit > 0)) return Number.MIN_VALUE;
  // Near a power of two the logarithm may round up to it.
  return value % unit === 0 ? unit : unit / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A request to a site: that of a dispatch, without its asset. */
export type SiteDispatchRequest = Omit<DispatchRequest, "assetId" | "mode">;

/** A share that an asset of the site accepts. */
export type AcceptedShare = Extract<DispatchOutcome, { accepted: true }>;

export type SiteDispatchDecision =
  | {
      readonly accepted: true;
      /** One for each asset, in their order, whose powers add up to the request. An asset without a share holds 0 MW. */
      readonly shares: readonly AcceptedShare[];
    }
  | { readonly accepted: false; readonly refusal: DispatchRefusal };

/**
 * Decides a dispatch of a site: within what its meter may carry, split over its assets by what each could
 * deliver for the duration. What one cannot take, the others get; none gets less than 1 W.
 */
export function* decideSiteDispatch(
  site: Site,
  given: readonly AssetState[],
  request: SiteDispatchRequest,
  nowMs: number,
  clockMs = nowMs,
): Steps<SiteDispatchDecision> {
  const mw = request.mw + 0;
  if (!isPower(mw)) return { accepted: false, refusal: powerTooSmall(site.name, mw) };
  const minMw = -(site.maxImportMw ?? Infinity);
  const maxMw = site.maxExportMw ?? Infinity;
  if (mw > maxMw || mw < minMw) return { accepted: false, refusal: overSite(site, mw) };

  // The limits of the site are checked with all shares together.
  const states = given.map((state) => ({ ...state, site: undefined }));
  const headrooms: Headroom[] = [];
  for (const state of states) {
    const still = { ...request, assetId: state.asset.id, mw: 0 };
    const requested = requestedCandidate(state, still, nowMs, clockMs);
    if ("code" in requested) return { accepted: false, refusal: requested };
    headrooms.push(mw === 0 ? NO_HEADROOM : yield* headroomOf(state.asset, requested, mw));
  }
  const decide = ({ asset }: AssetState, n: number, shareMw: number) =>
    decideDispatch(
      states[n] as AssetState,
      { ...request, assetId: asset.id, mw: shareMw },
      nowMs,
      clockMs,
    );

  /** The shares of a power, or the limit by which the assets do not take it. */
  function* sharesOf(wantedMw: number): Steps<readonly AcceptedShare[] | "energy" | "site"> {
    const left = [...headrooms];
    for (let round = 0; round <= states.length; round++) {
      yield;
      const { sharesMw, restMw } = splitInPowers(wantedMw, left);
      if (restMw !== 0) return "energy";
      const decisions: DispatchOutcome[] = [];
      for (const [n, state] of states.entries()) {
        if (isStepAt(n)) yield;
        decisions.push(decide(state, n, sharesMw[n] as number));
      }
      const refused = decisions.findIndex(({ accepted }) => !accepted);
      const shares = decisions.filter((it) => it.accepted);
      if (refused === -1) return (yield* exceedsSite(site, states, shares)) ? "site" : shares;
      left[refused] = NO_HEADROOM;
    }
    return "energy";
  }

  const shares = yield* sharesOf(mw);
  if (typeof shares !== "string") return { accepted: true, shares };
  const highestMw = yield* highestSiteMw(mw, states, headrooms, sharesOf);
  return { accepted: false, refusal: tooMuch(site, mw, highestMw, shares) };
}

/** What is left to an asset for its share, by what the limits leave it. */
function* headroomOf(
  asset: Asset,
  { candidate, check }: RequestedCandidate,
  mw: number,
): Steps<Headroom> {
  const ratingMw = mw > 0 ? asset.maxMw : asset.minMw;
  const outermost = yield* outermostOf(asset, candidate, check, ratingMw);
  const { onShortfall } = candidate.own;
  const wholeMw = onShortfall === "refuse" ? yield* outermost.wholeMw() : outermost.energyMw;
  const headroomMw = Math.abs(wholeMw);
  return {
    headroomMw,
    mostMw: onShortfall === "refuse" ? headroomMw : Math.abs(outermost.dispatchesMw),
  };
}

/** The power of the grid of the site that is furthest from 0 and that its assets take; 0 where there is none. */
function* highestSiteMw(
  mw: number,
  states: readonly AssetState[],
  headrooms: readonly Headroom[],
  sharesOf: (mw: number) => Steps<readonly AcceptedShare[] | string>,
): Steps<number> {
  const ratingMw = sum(states.map(({ asset }) => (mw > 0 ? asset.maxMw : -asset.minMw)));
  const mostMw = Math.min(Math.abs(mw), sum(headrooms.map((headroom) => headroom.mostMw)));
  const stepsPerMw = powerStepsPerMw(Math.max(ratingMw, LEAST_MW));
  const mwOf = (steps: number) => (Math.sign(mw) * steps) / stepsPerMw;
  function* fitOf(steps: number): Steps<boolean> {
    return typeof (yield* sharesOf(mwOf(steps))) !== "string";
  }
  const most = stepsWithin(mostMw, stepsPerMw);
  // What each could deliver is nearly always what they take together.
  if (most === 0 || (yield* fitOf(most))) return mwOf(most) + 0;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (yield* fitOf(middle)) low = middle;
    else high = middle;
  }
  return mwOf(low) + 0;
}

type Load = readonly LoadStep[];

/** Whether shares together exceed the limits of their site where power is promised. To stop is always within them. */
function* exceedsSite(
  { name, maxExportMw = Infinity, maxImportMw = Infinity }: Site,
  states: readonly AssetState[],
  shares: readonly AcceptedShare[],
): Steps<boolean> {
  if (Math.min(maxExportMw, maxImportMw) === Infinity) return false;
  if (shares.every(({ mw }) => mw === 0)) return false;
  const [before, after] = [[] as Load[], [] as Load[]];
  let first: readonly ProfileSegment[] = [];
  for (const [n, share] of shares.entries()) {
    if (isStepAt(n)) yield;
    const state = states[n] as AssetState;
    const profile = profileOf(share.joined(), state.tick, state.dtS);
    if (n === 0) first = profile;
    before.push(planLoad(state));
    after.push(loadOf(state, profile));
  }
  yield;
  const isPromised = shares[0]?.onShortfall === "refuse";
  // All shares have the same window.
  const promised = windowsWhere(first, states[0]?.tick ?? 0, (id) => isPromised && id === "");
  const load = { before: loadOfAll(before), after: loadOfAll(after), promised };
  return siteExcess({ name, maxExportMw, maxImportMw, others: [] }, load) !== null;
}

function overSite(site: Site, mw: number): DispatchRefusal {
  const [verb, limitMw] = mw > 0 ? ["discharge", site.maxExportMw] : ["charge", site.maxImportMw];
  return {
    code: "POWER_OUT_OF_LIMITS",
    message: `${site.name} cannot ${verb} ${Math.abs(mw)} MW: the limit of its meter is ${limitMw} MW`,
    field: "mw",
    requestedMw: mw,
    ...(site.maxImportMw === undefined ? {} : { minMw: -site.maxImportMw }),
    ...(site.maxExportMw === undefined ? {} : { maxMw: site.maxExportMw }),
    limitedBy: "site",
  };
}

function tooMuch(
  site: Site,
  mw: number,
  highestMw: number,
  limitedBy: "energy" | "site",
): DispatchRefusal {
  const verb = mw > 0 ? "discharge" : "charge";
  const within = limitedBy === "site" ? " within its limits where power is promised" : "";
  return {
    code: limitedBy === "site" ? "POWER_OUT_OF_LIMITS" : "ENERGY_INSUFFICIENT",
    message: `the assets of ${site.name} together cannot ${verb} ${Math.abs(mw)} MW${within}: they can ${Math.abs(highestMw)} MW`,
    field: "mw",
    requestedMw: mw,
    limitedBy,
    highestMw,
  };
}
