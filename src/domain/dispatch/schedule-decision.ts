// The decision on a schedule: all of its intervals or none. Pure: changes nothing.

import { done, type Steps } from "../base/steps.ts";
import type { Asset } from "../fleet/asset.ts";
import { tickFrom, tickInstantMs } from "../time/grid.ts";
import type { OpenDispatch, ShortfallPolicy } from "./asset-plan.ts";
import { replaceSchedule } from "./asset-plan-changes.ts";
import type { AssetState } from "./asset-state.ts";
import { candidateCheck, windowsWhere } from "./candidate-check.ts";
import { refuseTimes } from "./decision.ts";
import { loadOf, type PlanForecast, planForecast, planLoad } from "./plan-forecast.ts";
import type { ProfileSegment } from "./power-profile.ts";
import { refusalOf } from "./refused-numbers.ts";
import { type DispatchRefusal, refuseDispatch } from "./request.ts";
import { type Shortfall, shortfallsOf } from "./shortfall.ts";
import { siteExcess } from "./site-load.ts";
import { windowsOf } from "./windows.ts";

/** Intervals in a schedule at most: 31 days of quarters of an hour, or two days of minutes. */
export const MOST_INTERVALS = 3000;

/** A power to hold for every tick that starts in `[fromMs, untilMs)`, in ms since the epoch, UTC. */
export interface Interval {
  readonly fromMs: number;
  readonly untilMs: number;
  /** In MW, discharge positive. */
  readonly mw: number;
}

export interface AcceptedSchedule {
  readonly accepted: true;
  /** How many intervals of the request, the first ones, are over and left out. */
  readonly pastCount: number;
  /** The others as given; what began already begins with the next tick. */
  readonly intervals: readonly Interval[];
  /** What energy will not deliver of each interval; null where it will be delivered in full. */
  readonly shortfalls: readonly (Shortfall | null)[];
}

export interface RefusedSchedule {
  readonly accepted: false;
  /** The place in the list of the first interval that fails; null where the list itself does. */
  readonly index: number | null;
  readonly refusal: DispatchRefusal;
}

export type ScheduleDecision = AcceptedSchedule | RefusedSchedule;

/** Whether a schedule is accepted, which one run tells; the numbers of a refusal take many. */
export type ScheduleOutcome =
  | AcceptedSchedule
  | { readonly accepted: false; refused(): Steps<RefusedSchedule> };

/**
 * Decides a schedule that takes the place of the one the asset has. Its energy is checked with all its
 * intervals in place, and with the other open dispatches of the asset.
 *
 * @param intervals In the order of time; intervals that touch do not dip to 0 MW between them. Intervals that are over
 *                  are left out, unless all are. Empty: no schedule any more.
 */
export function decideSchedule(
  state: AssetState,
  intervals: readonly Interval[],
  onShortfall: ShortfallPolicy,
  nowMs: number,
): ScheduleOutcome {
  const { asset, plan, dtS } = state;
  if (intervals.length > MOST_INTERVALS) return refused(null, TOO_MANY);
  const nextTick = tickFrom(nowMs, dtS);
  const isOver = ({ fromMs, untilMs }: Interval) =>
    fromMs < untilMs && fromMs <= nowMs && tickFrom(untilMs, dtS) <= nextTick;
  for (const [index, interval] of intervals.entries()) {
    const refusal =
      refuseReversed(interval) ??
      refuseOrder(interval, intervals[index - 1]) ??
      (isOver(interval) ? undefined : refuseInterval(asset, interval, nowMs, dtS));
    if (refusal !== undefined) return refused(index, refusal);
  }
  // They are in order: the intervals that are over come first.
  const pastCount = intervals.filter(isOver).length;
  if (pastCount > 0 && pastCount === intervals.length) return refused(0, allOver(pastCount));

  const nextMs = tickInstantMs(nextTick, dtS);
  const begun = intervals
    .slice(pastCount)
    .map((it) => ({ ...it, fromMs: Math.max(it.fromMs, nextMs) }));
  const dispatches = begun.map((it, n) => asOpenDispatch(`interval ${n}`, it, onShortfall));
  const whole = replaceSchedule(plan, dispatches, nowMs).plan;
  const run = planForecast({ ...state, plan: whole });
  const failing = failingIn(state, dispatches, run, onShortfall);
  if (failing !== undefined)
    return {
      accepted: false,
      refused: () => refusedEnergy(state, dispatches, failing, pastCount, nowMs),
    };
  const shortfallOf = shortfallsOf(state, run.profile, run.forecast.parts);
  const shortfalls = dispatches.map(({ id }) => shortfallOf.get(id) ?? null);
  return { accepted: true, pastCount, intervals: begun, shortfalls };
}

function refused(index: number | null, refusal: DispatchRefusal): ScheduleOutcome {
  return { accepted: false, refused: () => done({ accepted: false, index, refusal }) };
}

/** The interval that fails; undefined where the schedule fails and no interval of it can be named. */
type Failing = { readonly index: number | undefined };

/** The first interval that the energy of the asset does not allow; undefined where it allows all. */
function failingIn(
  state: AssetState,
  dispatches: readonly OpenDispatch[],
  run: PlanForecast,
  onShortfall: ShortfallPolicy,
): Failing | undefined {
  // To remove a schedule is always allowed.
  if (dispatches.length === 0) return undefined;
  const atSite = firstOverSite(state, dispatches, run);
  if (atSite !== undefined) return atSite;
  if (run.shortTicks.size === 0) return undefined;
  const firstShort = dispatches.findIndex(({ id }) => run.shortTicks.has(id));
  if (onShortfall === "refuse" && firstShort !== -1) return { index: firstShort };
  return firstBroken(state, dispatches, run);
}

/** The first interval with which the site exceeds its limits where power is promised; undefined where none does. */
function firstOverSite(
  state: AssetState,
  dispatches: readonly OpenDispatch[],
  { profile }: PlanForecast,
): Failing | undefined {
  const { site, tick, dtS } = state;
  if (site === undefined) return undefined;
  const promisedIds = new Set(
    dispatches.flatMap((it) => (it.onShortfall === "refuse" ? it.id : [])),
  );
  const at = siteExcess(site, {
    before: planLoad(state),
    after: loadOf(state, profile),
    promised: windowsWhere(profile, tick, (id) => promisedIds.has(id)),
  });
  if (at === null) return undefined;
  const index = dispatches.findLastIndex(({ startMs }) => tickFrom(startMs, dtS) <= at);
  return { index: Math.max(0, index) };
}

/** A dispatch that would lack the energy it was promised, by the last interval before it; undefined where none would. */
function firstBroken(
  state: AssetState,
  dispatches: readonly OpenDispatch[],
  { profile, shortTicks }: PlanForecast,
): Failing | undefined {
  const indexes = new Map(dispatches.map(({ id }, n) => [id, n]));
  const indexOf = ({ id }: ProfileSegment) => (id === null ? undefined : indexes.get(id));
  const isBroken = (part: ProfileSegment) =>
    part.promised && indexOf(part) === undefined && shortTicks.has(part.id ?? "");
  // The forecast without the schedule takes as long as the one with it.
  if (!profile.some(isBroken)) return undefined;
  const before = planForecast(state).shortTicks;
  const at = profile.findIndex((part) => isBroken(part) && !before.has(part.id ?? ""));
  if (at === -1) return undefined;
  const last = profile.slice(0, at).findLast((part) => indexOf(part) !== undefined);
  return { index: last && indexOf(last) };
}

function* refusedEnergy(
  state: AssetState,
  dispatches: readonly OpenDispatch[],
  { index }: Failing,
  pastCount: number,
  nowMs: number,
): Steps<RefusedSchedule> {
  const { asset, plan } = state;
  const own = dispatches[index ?? -1];
  const joined = (candidate: OpenDispatch) => {
    const all = dispatches.map((it) => (it.id === candidate.id ? candidate : it));
    return replaceSchedule(plan, all, nowMs).plan;
  };
  const check = own && candidateCheck(state, { own, joined });
  if (own === undefined || check === undefined || index === undefined)
    return { accepted: false, index: null, refusal: neededBefore(asset) };
  const windows = yield* windowsOf(asset, { own, joined }, check);
  const refusal = yield* refusalOf(state, { own, joined }, check, windows, check.run(own.mw));
  return { accepted: false, index: index + pastCount, refusal };
}

function allOver(count: number): DispatchRefusal {
  return {
    code: "START_OUT_OF_RANGE",
    message: `all ${count} intervals are over: give those to come, or none to take the schedule away`,
    field: "startAtMs",
  };
}

function neededBefore({ name }: Asset): DispatchRefusal {
  return {
    code: "ENERGY_PROMISED",
    message: `a dispatch of ${name} that was accepted before needs what the schedule to be replaced was to charge or discharge`,
    field: "assetId",
    limitedBy: "energy",
  };
}

const TOO_MANY: DispatchRefusal = {
  code: "SCHEDULE_INVALID",
  message: `a schedule has at most ${MOST_INTERVALS} intervals: give the later ones later`,
  field: "intervals",
};

function refuseOrder(
  { fromMs }: Interval,
  before: Interval | undefined,
): DispatchRefusal | undefined {
  if (before === undefined || fromMs >= before.untilMs) return undefined;
  return {
    code: "SCHEDULE_INVALID",
    message:
      "the interval begins before the one above it ends: give intervals in the order of time, without overlap",
    field: "startAtMs",
  };
}

function refuseReversed({ fromMs, untilMs }: Interval): DispatchRefusal | undefined {
  if (untilMs > fromMs) return undefined;
  return {
    code: "DURATION_OUT_OF_RANGE",
    message: "the interval ends where it begins, or before: give an end that is later",
    field: "durationS",
  };
}

function refuseInterval(
  asset: Asset,
  { fromMs, untilMs, mw }: Interval,
  nowMs: number,
  dtS: number,
): DispatchRefusal | undefined {
  const startAtMs = untilMs > nowMs ? Math.max(fromMs, nowMs) : fromMs;
  const durationS = Math.ceil((untilMs - startAtMs) / 1000);
  const request = { assetId: asset.id, mw, durationS, startAtMs };
  const refusal = refuseTimes(request, nowMs, nowMs, dtS) ?? refuseDispatch(asset, request);
  if (refusal !== undefined) return refusal;
  if (tickFrom(startAtMs, dtS) < tickFrom(untilMs, dtS)) return undefined;
  return {
    code: "WINDOW_TOO_SHORT",
    message: `no tick of ${asset.name} starts in the interval: ticks are ${dtS} s long`,
    field: "durationS",
  };
}

function asOpenDispatch(
  id: string,
  { fromMs, untilMs, mw }: Interval,
  onShortfall: ShortfallPolicy,
): OpenDispatch {
  return {
    id,
    scheduleId: "",
    mw: mw + 0,
    startMs: fromMs,
    endMs: untilMs,
    validForS: null,
    leaseUntilMs: null,
    onShortfall,
    status: "accepted",
  };
}
