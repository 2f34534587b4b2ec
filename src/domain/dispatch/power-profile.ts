// What an asset will do along its commitments: the tick law over whole stretches of time, where it holds a power or
// moves it by whole steps of its ramp.
import { assert } from "../base/assert.ts";
import {
  aimedMw,
  type BatteryLimits,
  LIMIT,
  stepBattery,
  withinMw,
} from "../battery/battery-law.ts";
import {
  constantSegmentOf,
  hasMwhr,
  NO_SEGMENT,
  storedInTickMwhr,
} from "../battery/constant-segment.ts";
import { tickFrom, tickInstantMs } from "../time/grid.ts";
import { advance, advanceAlways, type OpenDispatch, type Plan } from "./asset-plan.ts";
import { LONGEST_DURATION_S } from "./request.ts";

/** A stretch of ticks with one setpoint. */
export interface ProfileSegment {
  /** The commitment that holds the asset; null where none does. */
  readonly id: string | null;
  readonly mw: number;
  /** 1 or more; infinite in the last part alone. */
  readonly ticks: number;
  /** Whether its energy is promised. */
  readonly promised: boolean;
}

/** What became of one part. */
export interface PartRun {
  /**
   * The first tick, counted from the start of the path, in which energy cut its power, ramp out included;
   * null: none. One later at most where energy ends exactly with a tick.
   */
  readonly shortTick: number | null;
  /** Terminal energy over its ticks, in MWh, discharge positive. */
  readonly deliveredMwhr: number;
  /** Stored energy at its start, in MWh. */
  readonly socMwhr: number;
}

/**
 * The setpoints that a plan gives from a tick on. Leases count as renewed.
 *
 * @param tick Number on the grid of the tick whose end is the present.
 */
export function profileOf(plan: Plan, tick: number, dtS: number): readonly ProfileSegment[] {
  const parts: ProfileSegment[] = [];
  let from = tick;
  const renewed = withoutLeases(plan);
  const fed = feedOf(renewed);
  let at = advanceAlways(
    fed({ ...renewed, waiting: [] }, tickInstantMs(from, dtS)),
    tickInstantMs(from, dtS),
  ).plan;
  for (;;) {
    const until = at.nextChangeMs === Infinity ? Infinity : tickFrom(at.nextChangeMs, dtS);
    const { inForceId: id, setpointMw: mw, running } = at;
    const promised = running.find((it) => it.id === id)?.onShortfall === "refuse";
    const before = parts.at(-1);
    // Who is promised energy without an end is promised it for as long as a dispatch may last.
    const most = promised ? Math.ceil(LONGEST_DURATION_S / dtS) : Infinity;
    const ticks = Math.min(until - from, most);
    if (before?.id === id && before.mw === mw)
      parts[parts.length - 1] = { ...before, ticks: before.ticks + ticks };
    else parts.push({ id, mw, ticks, promised });
    if (until === Infinity) return parts;
    from = until;
    at = advance(fed(at, tickInstantMs(from, dtS)), tickInstantMs(from, dtS)).plan;
  }
}

/** Commitments that are fed to a plan at once. */
const FED = 64;

/**
 * Feeds a plan those that wait, some at a time: each step of a plan copies its list of them. One at least waits on
 * after the instant, as long as there are any, so that the next change is known.
 */
function feedOf({ waiting }: Plan): (plan: Plan, instantMs: number) => Plan {
  let next = 0;
  return (plan, instantMs) => {
    let fed = plan;
    while (next < waiting.length && (fed.waiting.at(-1)?.startMs ?? -Infinity) <= instantMs) {
      fed = { ...fed, waiting: [...fed.waiting, ...waiting.slice(next, next + FED)] };
      next += FED;
    }
    return fed;
  };
}

function withoutLeases(plan: Plan): Plan {
  const hasLease = ({ leaseUntilMs }: OpenDispatch) => leaseUntilMs !== null;
  if (!plan.waiting.some(hasLease) && !plan.running.some(hasLease)) return plan;
  const renewed = <T extends OpenDispatch>(entries: readonly T[]) =>
    entries.map((it) => (hasLease(it) ? { ...it, leaseUntilMs: null } : it));
  return { ...plan, waiting: renewed(plan.waiting), running: renewed(plan.running) };
}

/** Where a path has got to: at the start of a part. */
export interface ProfilePoint {
  /** The part that is next. */
  readonly next: number;
  readonly socMwhr: number;
  readonly powerMw: number;
  /** Ticks since the start of the path. */
  readonly tick: number;
  readonly doubtMwhr: number;
  /** The part whose ramp out is under way; -1: none. */
  readonly owner: number;
  /** What became of the parts before. */
  readonly runs: readonly PartRun[];
}

/** A path that nothing was run of. Stored energy in MWh and terminal power in MW. */
export function startOf(start: {
  readonly socMwhr: number;
  readonly powerMw: number;
}): ProfilePoint {
  return { next: 0, ...start, tick: 0, doubtMwhr: 0, owner: -1, runs: [] };
}

/**
 * Runs the tick law along a path. Where the power stays, or moves evenly, many ticks are taken in one step; where
 * that leaves in doubt whether the law, with its rounding, would cut the power, every tick is run.
 *
 * @param start Stored energy in MWh and terminal power in MW at the start.
 */
export function runProfile(
  limits: BatteryLimits,
  start: { readonly socMwhr: number; readonly powerMw: number },
  parts: readonly ProfileSegment[],
  dtS: number,
): readonly PartRun[] {
  const from = startOf(start);
  const point =
    runParts(limits, from, parts, dtS, true) ?? runParts(limits, from, parts, dtS, false);
  assert(point !== undefined, "every tick was run");
  return point.runs;
}

/**
 * Runs a path on from a point; undefined where taking ticks together leaves in doubt what the law would do.
 *
 * @param together Whether ticks are taken together where they can be.
 * @param isKnown  Whether all that is asked for is known, by what became of the parts up to this one; then the
 *                 rest is not run.
 */
export function runParts(
  limits: BatteryLimits,
  from: ProfilePoint,
  parts: readonly ProfileSegment[],
  dtS: number,
  together: boolean,
  isKnown: (runs: readonly PartRun[], n: number) => boolean = () => false,
): ProfilePoint | undefined {
  const runs: { -readonly [K in keyof PartRun]: PartRun[K] }[] = from.runs.slice();
  let { socMwhr, powerMw, tick, doubtMwhr, owner } = from;
  // It may be cut yet; the point stays as it is.
  if (owner !== -1) runs[owner] = { ...(runs[owner] as PartRun) };

  for (let n = from.next; n < parts.length; n++) {
    const part = parts[n] as ProfileSegment;
    const run = { shortTick: null as number | null, deliveredMwhr: 0, socMwhr };
    runs.push(run);
    let deliveredMwhr = 0;
    if (n > 0 && parts[n - 1]?.id !== null) {
      owner = n - 1;
      if (owner < from.next) runs[owner] = { ...(runs[owner] as PartRun) };
    }
    for (let left = part.ticks; left > 0; ) {
      if (!movesToRest(powerMw, withinMw(limits, part.mw))) owner = -1;
      if (owner === -1 && left === Infinity) break;
      const segment = together
        ? constantSegmentOf(limits, socMwhr, powerMw, part.mw, left, dtS)
        : NO_SEGMENT;
      if (segment.ticks > 0) {
        const { ticks, meanMw } = segment;
        doubtMwhr += segment.doubtMwhr;
        socMwhr += ticks * storedInTickMwhr(limits, meanMw, dtS);
        powerMw = segment.lastMw;
        if (hasMwhr(limits, socMwhr, powerMw) < doubtMwhr) return undefined;
        deliveredMwhr += (ticks * meanMw * dtS) / 3600;
        tick += ticks;
        left -= ticks;
        continue;
      }
      const step = stepBattery(limits, socMwhr, powerMw, part.mw, dtS);
      if (doubtMwhr > 0 && isNear(limits, socMwhr, powerMw, part.mw, left, dtS, doubtMwhr))
        return undefined;
      if (step.limit === LIMIT.ENERGY) {
        run.shortTick ??= tick;
        const ramp = runs[owner];
        doubtMwhr = 0; // SoC lies on its bound.
        if (ramp && aimedMw(limits, powerMw, part.mw) * powerMw > 0) ramp.shortTick ??= tick;
      }
      const stays = step.socMwhr === socMwhr && step.powerMw === powerMw;
      const ticks = stays ? left : 1;
      if (step.powerMw !== 0) deliveredMwhr += (ticks * step.powerMw * dtS) / 3600;
      ({ socMwhr, powerMw } = step);
      tick += ticks;
      left -= ticks;
    }
    run.deliveredMwhr = deliveredMwhr;
    if (owner === -1 && isKnown(runs, n)) break;
  }
  return { next: runs.length, socMwhr, powerMw, tick, doubtMwhr, owner, runs };
}

/** Whether power goes toward 0, or through it: the ramp out of what was held before. */
function movesToRest(powerMw: number, aimMw: number): boolean {
  return powerMw > 0 ? aimMw < powerMw : powerMw < 0 && aimMw > powerMw;
}

/**
 * Whether the energy ends so near to the end of a tick that rounding decides if the power is cut at all.
 * Where the power is to be held on, the tick after cuts it in any case.
 */
function isNear(
  limits: BatteryLimits,
  socMwhr: number,
  powerMw: number,
  setpointMw: number,
  left: number,
  dtS: number,
  doubtMwhr: number,
): boolean {
  const mw = aimedMw(limits, powerMw, setpointMw);
  if (mw === 0) return false;
  const moreMwhr = Math.abs(storedInTickMwhr(limits, mw, dtS));
  const isOpen = Math.abs(hasMwhr(limits, socMwhr, mw) - moreMwhr) <= doubtMwhr;
  const isHeldOn = mw === powerMw && left > 1 && moreMwhr > 2 * doubtMwhr;
  return isOpen && !isHeldOn;
}
