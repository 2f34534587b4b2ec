// The decision on a dispatch of a site: a power that its assets hold together. Pure: changes nothing.
import type { Site } from "../fleet/asset.ts";
import { type DispatchDecision, decideDispatch } from "./decision.ts";
import type { AssetState } from "./energy-check.ts";
import { type DispatchRefusal, type DispatchRequest, isPower, powerTooSmall } from "./request.ts";

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

export type SiteDispatchDecision =
  | {
      readonly accepted: true;
      /** One for each asset, in their order, whose powers add up to the request. An asset without a share holds 0 MW. */
      readonly shares: readonly Extract<DispatchDecision, { accepted: true }>[];
    }
  | { readonly accepted: false; readonly refusal: DispatchRefusal };

/**
 * Decides a dispatch of a site: within what its meter may carry, split over its assets by what each could
 * deliver for the duration. What one cannot take, the others get; none gets less than 1 W.
 */
export function decideSiteDispatch(
  site: Site,
  states: readonly AssetState[],
  request: SiteDispatchRequest,
  nowMs: number,
  clockMs = nowMs,
): SiteDispatchDecision {
  const mw = request.mw + 0;
  if (!isPower(mw)) return { accepted: false, refusal: powerTooSmall(site.name, mw) };
  const minMw = -(site.maxImportMw ?? Infinity);
  const maxMw = site.maxExportMw ?? Infinity;
  if (mw > maxMw || mw < minMw) return { accepted: false, refusal: overSite(site, mw) };

  const decide = ({ asset }: AssetState, n: number, shareMw: number) =>
    decideDispatch(
      states[n] as AssetState,
      { ...request, assetId: asset.id, mw: shareMw },
      nowMs,
      clockMs,
    );
  const headrooms: Headroom[] = [];
  for (const [n, state] of states.entries()) {
    const still = decide(state, n, 0);
    if (!still.accepted) return still;
    headrooms.push(headroomOf(still, mw));
  }
  for (let round = 0; round <= states.length; round++) {
    const { sharesMw, restMw } = splitInPowers(mw, headrooms);
    if (restMw !== 0) return { accepted: false, refusal: tooMuch(site, mw, mw - restMw) };
    const decisions = states.map((state, n) => decide(state, n, sharesMw[n] as number));
    const refused = decisions.findIndex(({ accepted }) => !accepted);
    if (refused === -1) return { accepted: true, shares: decisions.filter((it) => it.accepted) };
    headrooms[refused] = NO_HEADROOM;
  }
  return { accepted: false, refusal: tooMuch(site, mw, 0) };
}

/** What is left to an asset for its share, by what the limits leave it. */
function headroomOf(still: Extract<DispatchDecision, { accepted: true }>, mw: number): Headroom {
  const { energy, dispatches } = still.windows;
  const headroomMw = mw > 0 ? energy.maxMw : -energy.minMw;
  if (still.onShortfall === "refuse") return { headroomMw, mostMw: headroomMw };
  return { headroomMw, mostMw: mw > 0 ? dispatches.maxMw : -dispatches.minMw };
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

function tooMuch(site: Site, mw: number, highestMw: number): DispatchRefusal {
  const verb = mw > 0 ? "discharge" : "charge";
  return {
    code: "ENERGY_INSUFFICIENT",
    message: `the assets of ${site.name} together cannot ${verb} ${Math.abs(mw)} MW: they can ${Math.abs(highestMw)} MW`,
    field: "mw",
    requestedMw: mw,
    limitedBy: "energy",
    highestMw,
  };
}
