// What an asset will do along its commitments: the tick law over whole stretches of time, at the cost of
// its ramps alone.
import { assert } from "./assert.ts";
import {
  aimedMw,
  type BatteryLimits,
  drawnInTickMwhr,
  keptInTickMwhr,
  LIMIT,
  stepBattery,
  withinMw,
} from "./battery-law.ts";
import { LONGEST_DURATION_S } from "./dispatch-request.ts";
import { tickFrom, tickInstantMs } from "./grid.ts";
import { advance, type Commitment, type Plan } from "./plan.ts";

/** A stretch of ticks with one setpoint. */
export interface PathPart {
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
export function pathOf(plan: Plan, tick: number, dtS: number): readonly PathPart[] {
  const parts: PathPart[] = [];
  let from = tick;
  let at = advance(withoutLeases(plan), tickInstantMs(from, dtS)).plan;
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
    at = advance(at, tickInstantMs(from, dtS)).plan;
  }
}

function withoutLeases(plan: Plan): Plan {
  const renewed = <T extends Commitment>(entries: readonly T[]) =>
    entries.map((it) => (it.leaseUntilMs === null ? it : { ...it, leaseUntilMs: null }));
  return {
    ...plan,
    waiting: renewed(plan.waiting),
    running: renewed(plan.running),
    nextChangeMs: -Infinity,
  };
}

/**
 * Runs the tick law along a path. Where the power stays, many ticks are taken in one step; where that
 * leaves in doubt whether the law, with its rounding, would cut the power, every tick is run.
 *
 * @param start Stored energy in MWh and terminal power in MW at the start.
 */
export function runPath(
  limits: BatteryLimits,
  start: { readonly socMwhr: number; readonly powerMw: number },
  parts: readonly PathPart[],
  dtS: number,
): readonly PartRun[] {
  const runs =
    runParts(limits, start, parts, dtS, true) ?? runParts(limits, start, parts, dtS, false);
  assert(runs !== undefined, "every tick was run");
  return runs;
}

/** Undefined where taking ticks together leaves in doubt what the law would do. */
function runParts(
  limits: BatteryLimits,
  start: { readonly socMwhr: number; readonly powerMw: number },
  parts: readonly PathPart[],
  dtS: number,
  together: boolean,
): readonly PartRun[] | undefined {
  const runs = parts.map(() => ({
    shortTick: null as number | null,
    deliveredMwhr: 0,
    socMwhr: 0,
  }));
  let { socMwhr, powerMw } = start;
  let tick = 0;
  let doubtMwhr = 0;
  let owner = -1; // The part whose ramp out is under way.

  for (const [n, part] of parts.entries()) {
    const run = runs[n] as (typeof runs)[number];
    run.socMwhr = socMwhr;
    let deliveredMwhr = 0;
    if (n > 0 && parts[n - 1]?.id !== null) owner = n - 1;
    for (let left = part.ticks; left > 0; ) {
      if (!movesToRest(powerMw, withinMw(limits, part.mw))) owner = -1;
      if (owner === -1 && left === Infinity) break;
      const hold = together ? holdOf(limits, socMwhr, powerMw, part.mw, left, dtS) : 0;
      if (hold > 0) {
        // Each tick rounds once, here and in the law.
        doubtMwhr += hold * Number.EPSILON * Math.max(socMwhr, limits.ceilingMwhr);
        socMwhr += hold * storedInTickMwhr(limits, powerMw, dtS);
        if (hasMwhr(limits, socMwhr, powerMw) < doubtMwhr) return undefined;
        deliveredMwhr += (hold * powerMw * dtS) / 3600;
        tick += hold;
        left -= hold;
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
  }
  return runs;
}

/** Whether power goes toward 0, or through it: the ramp out of what was held before. */
function movesToRest(powerMw: number, aimMw: number): boolean {
  return powerMw > 0 ? aimMw < powerMw : powerMw < 0 && aimMw > powerMw;
}

/** For how many ticks, of those that are left, the power stays and energy surely lasts; 0 where that is not sure. */
function holdOf(
  limits: BatteryLimits,
  socMwhr: number,
  powerMw: number,
  setpointMw: number,
  left: number,
  dtS: number,
): number {
  if (powerMw !== withinMw(limits, setpointMw) || powerMw === 0) return 0;
  const moreMwhr = Math.abs(storedInTickMwhr(limits, powerMw, dtS));
  // The last ticks before the end of the energy are left to the law.
  const lasts = Math.floor(hasMwhr(limits, socMwhr, powerMw) / moreMwhr) - 2;
  return Math.min(left, Math.max(0, lasts));
}

/** What is there for a power of this sign: stored energy, or room for it. In MWh. */
function hasMwhr({ floorMwhr, ceilingMwhr }: BatteryLimits, socMwhr: number, mw: number): number {
  return mw > 0 ? socMwhr - floorMwhr : ceilingMwhr - socMwhr;
}

/** What a tick at a power adds to the stored energy, in MWh. */
function storedInTickMwhr({ efficiency }: BatteryLimits, powerMw: number, dtS: number): number {
  return powerMw > 0
    ? -drawnInTickMwhr(powerMw, efficiency, dtS)
    : keptInTickMwhr(powerMw, efficiency, dtS);
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
