// Whether an asset takes a schedule: all of its intervals or none. Pure: changes nothing.
import type { Asset } from "./asset.ts";
import { refuseTimes } from "./dispatch-decision.ts";
import { type DispatchRefusal, refuseDispatch } from "./dispatch-request.ts";
import { lacksEnergy, windowsOf } from "./dispatch-windows.ts";
import {
  type AssetState,
  energyCheck,
  type Shortfall,
  shortfallsOf,
  shortIds,
} from "./energy-check.ts";
import { tickFrom, tickInstantMs } from "./grid.ts";
import { type PathPart, pathOf } from "./path.ts";
import type { Commitment, Plan, ShortfallPolicy } from "./plan.ts";
import { replaceSchedule } from "./plan-changes.ts";

/** Intervals in a schedule at most: more than ten days of quarters of an hour. */
export const MOST_INTERVALS = 1000;

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
      /** As given; what began already begins with the next tick. */
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
 * intervals in place, and with the dispatches that the asset is committed to beside it.
 *
 * @param intervals In the order of time; those that touch do not dip to 0 MW between them. Empty: no schedule any more.
 */
export function decideSchedule(
  state: AssetState,
  intervals: readonly Interval[],
  onShortfall: ShortfallPolicy,
  nowMs: number,
): ScheduleDecision {
  const { asset, plan, dtS } = state;
  if (intervals.length > MOST_INTERVALS) return { accepted: false, index: null, refusal: TOO_MANY };
  for (const [index, interval] of intervals.entries()) {
    const refusal = refuseInterval(asset, interval, intervals[index - 1], nowMs, dtS);
    if (refusal !== undefined) return { accepted: false, index, refusal };
  }

  const nextMs = tickInstantMs(tickFrom(nowMs, dtS), dtS);
  const begun = intervals.map((it) => ({ ...it, fromMs: Math.max(it.fromMs, nextMs) }));
  const commitments = begun.map((it, n) => asCommitment(`interval ${n}`, it, onShortfall));
  const joined = (own: Commitment) => {
    const all = commitments.map((it) => (it.id === own.id ? own : it));
    return replaceSchedule(plan, all, nowMs).plan;
  };
  const whole = replaceSchedule(plan, commitments, nowMs).plan;
  const short = shortIds(state, whole);
  const firstShort = commitments.findIndex(({ id }) => short.has(id));

  const broken = firstBroken(state, commitments, whole, short);
  const index = onShortfall === "refuse" && firstShort !== -1 ? firstShort : broken?.index;
  const own = commitments[index ?? -1];
  const check = own && energyCheck(state, { own, joined });
  if (own !== undefined && check !== undefined && index !== undefined) {
    const windows = windowsOf(state, { own, joined }, check);
    const refusal = lacksEnergy(state, { own, joined }, check, windows);
    return { accepted: false, index, refusal };
  }
  // To take a schedule away is always allowed.
  if (broken !== undefined && intervals.length > 0)
    return { accepted: false, index: null, refusal: neededBefore(asset) };
  const shortfallOf = shortfallsOf(state, whole);
  const shortfalls = commitments.map(({ id }) => shortfallOf.get(id) ?? null);
  return { accepted: true, intervals: begun, shortfalls };
}

/** A dispatch that would lack the energy it was promised, by the last interval before it; undefined where none would. */
function firstBroken(
  state: AssetState,
  commitments: readonly Commitment[],
  whole: Plan,
  short: ReadonlySet<string>,
): { readonly index: number | undefined } | undefined {
  const { plan, tick, dtS } = state;
  const indexes = new Map(commitments.map(({ id }, n) => [id, n]));
  const indexOf = ({ id }: PathPart) => (id === null ? undefined : indexes.get(id));
  const before = shortIds(state, plan);
  const path = pathOf(whole, tick, dtS);
  const at = path.findIndex((part) => {
    const isOther = part.id !== null && indexOf(part) === undefined;
    return isOther && part.promised && short.has(part.id) && !before.has(part.id);
  });
  if (at === -1) return undefined;
  const last = path.slice(0, at).findLast((part) => indexOf(part) !== undefined);
  return { index: last && indexOf(last) };
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

function refuseInterval(
  asset: Asset,
  { fromMs, untilMs, mw }: Interval,
  before: Interval | undefined,
  nowMs: number,
  dtS: number,
): DispatchRefusal | undefined {
  if (before !== undefined && fromMs < before.untilMs) {
    return {
      code: "SCHEDULE_INVALID",
      message:
        "the interval begins before the one above it ends: give intervals in the order of time, without overlap",
      field: "startAtMs",
    };
  }
  const startAtMs = untilMs > nowMs ? Math.max(fromMs, nowMs) : fromMs;
  const durationS = Math.ceil((untilMs - startAtMs) / 1000);
  const request = { assetId: asset.id, mw, durationS, startAtMs };
  const refusal = refuseTimes(request, nowMs, dtS) ?? refuseDispatch(asset, request);
  if (refusal !== undefined) return refusal;
  if (tickFrom(startAtMs, dtS) < tickFrom(untilMs, dtS)) return undefined;
  return {
    code: "WINDOW_TOO_SHORT",
    message: `no tick of ${asset.name} starts in the interval: ticks are ${dtS} s long`,
    field: "durationS",
  };
}

function asCommitment(
  id: string,
  { fromMs, untilMs, mw }: Interval,
  onShortfall: ShortfallPolicy,
): Commitment {
  return {
    id,
    scheduled: true,
    mw: mw + 0,
    startMs: fromMs,
    endMs: untilMs,
    validForS: null,
    leaseUntilMs: null,
    onShortfall,
    status: "accepted",
  };
}
