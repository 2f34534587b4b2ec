// The decision on a dispatch: by the rating of the asset, its open dispatches and its energy, in this order.
// Pure: changes nothing, so that a preview is the same call.
import { done, type Steps } from "../base/steps.ts";
import type { Asset } from "../fleet/asset.ts";
import { tickFrom, tickInstantMs } from "../time/grid.ts";
import {
  isInterval,
  type OpenDispatch,
  type Plan,
  type ShortfallPolicy,
  withDispatches,
} from "./asset-plan.ts";
import { leaseEndMs } from "./asset-plan-changes.ts";
import type { AssetState } from "./asset-state.ts";
import {
  type Candidate,
  type CandidateCheck,
  type CandidateOutcome,
  candidateCheck,
} from "./candidate-check.ts";
import { refusalOf } from "./refused-numbers.ts";
import {
  type DispatchRefusal,
  type DispatchRequest,
  LONGEST_DURATION_S,
  refuseDispatch,
  requestedMw,
} from "./request.ts";
import type { Shortfall } from "./shortfall.ts";
import { type DecisionWindows, windowsOf } from "./windows.ts";

/** How far ahead a dispatch may begin, in s: 31 days. */
export const START_HORIZON_S = 31 * 24 * 3600;

/** Dispatches of an asset that may wait for their start, beside its schedule. */
const MOST_WAITING = 1000;

export type DispatchDecision =
  | (AcceptedDispatch & { readonly accepted: true; readonly windows: DecisionWindows })
  | RefusedDispatch;

/** The dispatch that is accepted for a request. */
export interface AcceptedDispatch {
  readonly mw: number;
  /** It holds every tick that starts in `[startMs, endMs)`; in ms since the epoch, UTC. */
  readonly startMs: number;
  readonly endMs: number | null;
  readonly leaseUntilMs: number | null;
  readonly onShortfall: ShortfallPolicy;
  /** null where it will be delivered in full. */
  readonly shortfall: Shortfall | null;
}

export interface RefusedDispatch {
  readonly accepted: false;
  readonly refusal: DispatchRefusal;
  /** null where the request was refused before the limits were checked. */
  readonly windows: DecisionWindows | null;
}

/** Whether a request is accepted, which one run tells; the numbers beside it take many. */
export type DispatchOutcome =
  | (AcceptedDispatch & {
      readonly accepted: true;
      /** The plan of the asset with the dispatch in it, under an id that is empty. */
      joined(): Plan;
      windows(): Steps<DecisionWindows>;
    })
  | { readonly accepted: false; refused(): Steps<RefusedDispatch> };

/**
 * Decides a dispatch. The check runs the model of the asset over ramp in, hold and ramp out, along the
 * open dispatches of the asset and with losses; a dispatch fits where energy cuts no tick of it. Leases count
 * as renewed. Wherever a promise holds, its own or another's, the setpoints of the site stay within its limits;
 * elsewhere the site cuts what is delivered, tick by tick. Whatever its policy, a dispatch is refused where a promise
 * would lack energy. To stop, with 0 MW, is never refused for energy or the site.
 *
 * @param nowMs   The present, in ms since the epoch, not before the end of the last tick.
 * @param clockMs The present by the clock: before `nowMs` while the fleet waits for an instant in the future.
 * @returns       The outcome; its steps read immutable values alone, and may be made later.
 */
export function decideDispatch(
  state: AssetState,
  request: DispatchRequest,
  nowMs: number,
  clockMs = nowMs,
): DispatchOutcome {
  const requested = requestedCandidate(state, request, nowMs, clockMs);
  if ("code" in requested) return refusedEarly(requested);
  const { own } = requested.candidate;
  const outcome = requested.check.run(own.mw);
  const { isWithinSite, brokenId, short, shortTick } = outcome;
  const isShort = shortTick !== null && own.onShortfall === "refuse";
  if (!isWithinSite || brokenId !== null || isShort) return refusedLater(state, own, outcome);
  const { mw, startMs, endMs, leaseUntilMs, onShortfall } = own;
  return {
    ...{ accepted: true, mw, startMs, endMs, leaseUntilMs, onShortfall, shortfall: short },
    joined: () => requested.candidate.joined(own),
    windows: () => windowsOf(state.asset, requested.candidate, requested.check),
  };
}

/** What a request asks of an asset. */
export interface RequestedCandidate {
  readonly candidate: Candidate;
  readonly check: CandidateCheck;
}

/** What a request asks of an asset, or why it is refused before the limits are checked. */
export function requestedCandidate(
  state: AssetState,
  request: DispatchRequest,
  nowMs: number,
  clockMs: number,
): RequestedCandidate | DispatchRefusal {
  const { asset, plan, dtS } = state;
  const early =
    refuseDispatch(asset, request) ??
    refuseTimes(request, nowMs, clockMs, dtS) ??
    refuseMore(asset, plan);
  if (early !== undefined) return early;
  return checkedCandidate(state, openDispatchOf(request, nowMs, dtS)) ?? windowTooShort(asset, dtS);
}

/** The check of a dispatch; undefined where no tick falls to it. */
function checkedCandidate(state: AssetState, own: OpenDispatch): RequestedCandidate | undefined {
  const candidate = { own, joined: (it: OpenDispatch) => withDispatches(state.plan, [it]) };
  const check = candidateCheck(state, candidate);
  return check && { candidate, check };
}

function refusedEarly(refusal: DispatchRefusal): DispatchOutcome {
  return { accepted: false, refused: () => done({ accepted: false, refusal, windows: null }) };
}

/** Holds no check, which is made again: thousands of refusals wait for their numbers, and a check has a forecast each. */
function refusedLater(
  state: AssetState,
  own: OpenDispatch,
  outcome: CandidateOutcome,
): DispatchOutcome {
  return { accepted: false, refused: () => refusedWith(state, own, outcome) };
}

function* refusedWith(
  state: AssetState,
  own: OpenDispatch,
  outcome: CandidateOutcome,
): Steps<RefusedDispatch> {
  const { candidate, check } = checkedCandidate(state, own) as RequestedCandidate;
  const windows = yield* windowsOf(state.asset, candidate, check);
  const refusal = yield* refusalOf(state, candidate, check, windows, outcome);
  return { accepted: false, refusal, windows };
}

/** The whole decision on a request. */
export function* wholeDecision(outcome: DispatchOutcome): Steps<DispatchDecision> {
  if (!outcome.accepted) return yield* outcome.refused();
  const { mw, startMs, endMs, leaseUntilMs, onShortfall, shortfall } = outcome;
  const windows = yield* outcome.windows();
  return {
    ...{ accepted: true, mw, startMs, endMs, leaseUntilMs, onShortfall, shortfall },
    windows,
  };
}

/** The dispatch that is requested. Without a start it begins with the next tick. */
function openDispatchOf(request: DispatchRequest, nowMs: number, dtS: number): OpenDispatch {
  const { durationS, startAtMs, validForS, onShortfall } = request;
  const nextMs = tickInstantMs(tickFrom(nowMs, dtS), dtS);
  const startMs = startAtMs === undefined ? nextMs : Math.max(startAtMs, nextMs);
  return {
    id: "",
    scheduleId: null,
    mw: requestedMw(request),
    startMs,
    endMs: durationS === null ? null : startMs + durationS * 1000,
    validForS: validForS ?? null,
    leaseUntilMs: validForS === undefined ? null : leaseEndMs(startMs, validForS, nowMs),
    onShortfall: onShortfall ?? (durationS === null ? "curtail" : "refuse"),
    status: "accepted",
  };
}

/** Why the start or the lease of a request is refused, or undefined where they are accepted. */
export function refuseTimes(
  { startAtMs, validForS }: DispatchRequest,
  nowMs: number,
  clockMs: number,
  dtS: number,
): DispatchRefusal | undefined {
  // A start that has passed while the request was on its way, or while the fleet waits, counts as now.
  const [earliestMs, latestMs] = [clockMs - dtS * 1000, nowMs + START_HORIZON_S * 1000];
  if (startAtMs !== undefined && !(startAtMs >= earliestMs && startAtMs <= latestMs)) {
    return {
      code: "START_OUT_OF_RANGE",
      message: `a dispatch begins within ${START_HORIZON_S} s from now, not ${Math.round((startAtMs - nowMs) / 1000)} s from now: leave the start out to begin with the next tick`,
      field: "startAtMs",
    };
  }
  if (validForS !== undefined && !(validForS >= 1 && validForS <= LONGEST_DURATION_S)) {
    return {
      code: "LEASE_OUT_OF_RANGE",
      message: `a lease lasts 1 to ${LONGEST_DURATION_S} s, not ${validForS}: leave it out to need no renewal`,
      field: "validForS",
    };
  }
  return undefined;
}

function refuseMore({ name }: Asset, { waiting }: Plan): DispatchRefusal | undefined {
  if (waiting.length < MOST_WAITING) return undefined;
  if (waiting.filter((it) => !isInterval(it)).length < MOST_WAITING) return undefined;
  return {
    code: "TOO_MANY_DISPATCHES",
    message: `${MOST_WAITING} dispatches of ${name} wait for their start, and no more may: cancel some, or give a schedule`,
    field: "assetId",
  };
}

function windowTooShort({ name }: Asset, dtS: number): DispatchRefusal {
  return {
    code: "WINDOW_TOO_SHORT",
    message: `no tick of ${name} starts in the window: ticks are ${dtS} s long, ask for a longer duration`,
    field: "durationS",
  };
}
