// The decision on a schedule: all of its intervals or none. Pure: changes nothing.
import type { Asset } from "../fleet/asset.ts";
import { tickFrom, tickInstantMs } from "../time/grid.ts";
import type { OpenDispatch, ShortfallPolicy } from "./asset-plan.ts";
import { replaceSchedule } from "./asset-plan-changes.ts";
import { refuseTimes } from "./decision.ts";
import {
  type AssetState,
  energyCheck,
  type PlanRun,
  runOf,
  type Shortfall,
  shortfallsOf,
  shortIds,
} from "./energy-check.ts";
import type { ProfileSegment } from "./power-profile.ts";
import { type DispatchRefusal, refuseDispatch } from "./request.ts";
import { lacksEnergy, windowsOf } from "./windows.ts";

/** Intervals in a schedule at most: 31 days of quarters of an hour, or two days of minutes. */
export const MOST_INTERVALS = 3000;

/** A power to hold for every tick that starts in `[fromMs, untilMs)`, in ms since the epoch, UTC. */
export interface Interval {
  readonly fromMs: number;
  readonly untilMs: number;
  /** In MW, discharge positive. */
  readonly mw: number;
}

export type ScheduleDecision =
  | {
      readonly accepted: true;
      /** How many intervals of the request, the first ones, are over and left out. */
      readonly pastCount: number;
      /** The others as given; what began already begins with the next tick. */
      readonly intervals: readonly Interval[];
      /** What energy will not deliver of each interval; null where it will be delivered in full. */
      readonly shortfalls: readonly (Shortfall | null)[];
    }
  | {
      readonly accepted: false;
      /** The place in the list of the first interval that fails; null where the list itself does. */
      readonly index: number | null;
      readonly refusal: DispatchRefusal;
    };

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
): ScheduleDecision {
  const { asset, plan, dtS } = state;
  if (intervals.length > MOST_INTERVALS) return { accepted: false, index: null, refusal: TOO_MANY };
  const nextTick = tickFrom(nowMs, dtS);
  const isOver = ({ fromMs, untilMs }: Interval) =>
    fromMs < untilMs && fromMs <= nowMs && tickFrom(untilMs, dtS) <= nextTick;
  for (const [index, interval] of intervals.entries()) {
    const refusal =
      refuseOrder(interval, intervals[index - 1]) ??
      (isOver(interval) ? undefined : refuseInterval(asset, interval, nowMs, dtS));
    if (refusal !== undefined) return { accepted: false, index, refusal };
  }
  // They are in order: the intervals that are over come first.
  const pastCount = intervals.filter(isOver).length;
  if (pastCount > 0 && pastCount === intervals.length)
    return { accepted: false, index: 0, refusal: allOver(pastCount) };

  const nextMs = tickInstantMs(nextTick, dtS);
  const begun = intervals
    .slice(pastCount)
    .map((it) => ({ ...it, fromMs: Math.max(it.fromMs, nextMs) }));
  const dispatches = begun.map((it, n) => asOpenDispatch(`interval ${n}`, it, onShortfall));
  const whole = replaceSchedule(plan, dispatches, nowMs).plan;
  const run = runOf(state, whole);
  const refused = refuseEnergy(state, dispatches, run, onShortfall, nowMs);
  if (refused !== undefined)
    return {
      accepted: false,
      index: refused.index === null ? null : refused.index + pastCount,
      refusal: refused.refusal,
    };
  const shortfallOf = shortfallsOf(state, run);
  const shortfalls = dispatches.map(({ id }) => shortfallOf.get(id) ?? null);
  return { accepted: true, pastCount, intervals: begun, shortfalls };
}

/** Why the energy of an asset does not allow these intervals, and the first that fails; undefined where it does. */
function refuseEnergy(
  state: AssetState,
  dispatches: readonly OpenDispatch[],
  run: PlanRun,
  onShortfall: ShortfallPolicy,
  nowMs: number,
): { readonly index: number | null; readonly refusal: DispatchRefusal } | undefined {
  const { plan } = state;
  const short = shortIds(state, plan, run);
  if (short.size === 0) return undefined;
  const firstShort = dispatches.findIndex(({ id }) => short.has(id));
  const broken = firstBroken(state, dispatches, run, short);
  const index = onShortfall === "refuse" && firstShort !== -1 ? firstShort : broken?.index;
  const own = dispatches[index ?? -1];
  const joined = (candidate: OpenDispatch) => {
    const all = dispatches.map((it) => (it.id === candidate.id ? candidate : it));
    return replaceSchedule(plan, all, nowMs).plan;
  };
  const check = own && energyCheck(state, { own, joined });
  if (own !== undefined && check !== undefined && index !== undefined) {
    const windows = windowsOf(state, { own, joined }, check);
    const { brokenId } = check.run(own.mw);
    return { index, refusal: lacksEnergy(state, { own, joined }, check, windows, brokenId) };
  }
  // To remove a schedule is always allowed.
  return broken !== undefined && dispatches.length > 0
    ? { index: null, refusal: neededBefore(state.asset) }
    : undefined;
}

/** A dispatch that would lack the energy it was promised, by the last interval before it; undefined where none would. */
function firstBroken(
  state: AssetState,
  dispatches: readonly OpenDispatch[],
  { profile }: PlanRun,
  short: ReadonlySet<string>,
): { readonly index: number | undefined } | undefined {
  const indexes = new Map(dispatches.map(({ id }, n) => [id, n]));
  const indexOf = ({ id }: ProfileSegment) => (id === null ? undefined : indexes.get(id));
  const isOther = (part: ProfileSegment) => part.promised && indexOf(part) === undefined;
  if (!profile.some((part) => isOther(part) && short.has(part.id ?? ""))) return undefined;
  const before = shortIds(state, state.plan);
  const at = profile.findIndex(
    (part) => isOther(part) && short.has(part.id ?? "") && !before.has(part.id ?? ""),
  );
  if (at === -1) return undefined;
  const last = profile.slice(0, at).findLast((part) => indexOf(part) !== undefined);
  return { index: last && indexOf(last) };
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
