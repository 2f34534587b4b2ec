// The decision on a dispatch: by the rating of the asset, its open dispatches and its energy, in this order.
// Pure: changes nothing, so that a preview is the same call.
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
import { type AssetState, energyCheck, type Shortfall } from "./energy-check.ts";
import {
  type DispatchRefusal,
  type DispatchRequest,
  LONGEST_DURATION_S,
  refuseDispatch,
  requestedMw,
} from "./request.ts";
import { type DecisionWindows, lacksEnergy, windowsOf } from "./windows.ts";

/** How far ahead a dispatch may begin, in s: 31 days. */
export const START_HORIZON_S = 31 * 24 * 3600;

/** Dispatches of an asset that may wait for their start, beside its schedule. */
const MOST_WAITING = 1000;

export type DispatchDecision =
  | {
      readonly accepted: true;
      readonly mw: number;
      /** It holds every tick that starts in `[startMs, endMs)`; in ms since the epoch, UTC. */
      readonly startMs: number;
      readonly endMs: number | null;
      readonly leaseUntilMs: number | null;
      readonly onShortfall: ShortfallPolicy;
      readonly windows: DecisionWindows;
      /** null where it will be delivered in full. */
      readonly shortfall: Shortfall | null;
    }
  | {
      readonly accepted: false;
      readonly refusal: DispatchRefusal;
      /** null where the request was refused before the limits were checked. */
      readonly windows: DecisionWindows | null;
    };

/**
 * Decides a dispatch. The energy check runs the tick law over ramp in, hold and ramp out, along the
 * open dispatches of the asset and with losses; a dispatch fits where energy cuts no tick of it. Leases count
 * as renewed, and limits of the site are left aside: they cut what is delivered, tick by tick. Whatever
 * its policy, a dispatch is refused where another, to which energy was promised, would lack it. To stop,
 * with 0 MW, is never refused for energy.
 *
 * @param nowMs   The present, in ms since the epoch, not before the end of the last tick.
 * @param clockMs The present by the clock: before `nowMs` while the fleet waits for an instant in the future.
 */
export function decideDispatch(
  state: AssetState,
  request: DispatchRequest,
  nowMs: number,
  clockMs = nowMs,
): DispatchDecision {
  const { asset, plan, dtS } = state;
  const early =
    refuseDispatch(asset, request) ??
    refuseTimes(request, nowMs, clockMs, dtS) ??
    refuseMore(asset, plan);
  if (early !== undefined) return { accepted: false, refusal: early, windows: null };

  const own = openDispatchOf(request, nowMs, dtS);
  const candidate = { own, joined: (it: OpenDispatch) => withDispatches(plan, [it]) };
  const check = energyCheck(state, candidate);
  if (check === undefined)
    return { accepted: false, refusal: windowTooShort(asset, dtS), windows: null };
  const windows = windowsOf(state, candidate, check);
  const { brokenId, short } = check.run(own.mw);
  if (brokenId !== null || (short !== null && own.onShortfall === "refuse"))
    return {
      accepted: false,
      refusal: lacksEnergy(state, candidate, check, windows, brokenId),
      windows,
    };
  const { mw, startMs, endMs, leaseUntilMs, onShortfall } = own;
  return {
    accepted: true,
    mw,
    startMs,
    endMs,
    leaseUntilMs,
    onShortfall,
    windows,
    shortfall: short,
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
