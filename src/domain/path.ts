// What an asset will do along its commitments: the tick law over whole stretches of time, where it holds a power or
// moves it by whole steps of its ramp.
import { assert } from "./assert.ts";
import { aimedMw, type BatteryLimits, LIMIT, stepBattery, withinMw } from "./battery-law.ts";
import { LONGEST_DURATION_S } from "./dispatch-request.ts";
import { tickFrom, tickInstantMs } from "./grid.ts";
import { advance, type Commitment, goOn, type Plan } from "./plan.ts";
import { hasMwhr, NO_STRETCH, storedInTickMwhr, stretchOf } from "./stretch.ts";

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
  let at = goOn(withoutLeases(plan), tickInstantMs(from, dtS)).plan;
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
  const hasLease = ({ leaseUntilMs }: Commitment) => leaseUntilMs !== null;
  if (!plan.waiting.some(hasLease) && !plan.running.some(hasLease)) return plan;
  const renewed = <T extends Commitment>(entries: readonly T[]) =>
    entries.map((it) => (hasLease(it) ? { ...it, leaseUntilMs: null } : it));
  return { ...plan, waiting: renewed(plan.waiting), running: renewed(plan.running) };
}

/**
 * Runs the tick law along a path. Where the power stays, or moves evenly, many ticks are taken in one step; where
 * that leaves in doubt whether the law, with its rounding, would cut the power, every tick is run.
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

  for (let n = 0; n < parts.length; n++) {
    const [part, run] = [parts[n] as PathPart, runs[n] as (typeof runs)[number]];
    run.socMwhr = socMwhr;
    let deliveredMwhr = 0;
    if (n > 0 && parts[n - 1]?.id !== null) owner = n - 1;
    for (let left = part.ticks; left > 0; ) {
      if (!movesToRest(powerMw, withinMw(limits, part.mw))) owner = -1;
      if (owner === -1 && left === Infinity) break;
      const stretch = together
        ? stretchOf(limits, socMwhr, powerMw, part.mw, left, dtS)
        : NO_STRETCH;
      if (stretch.ticks > 0) {
        const { ticks, meanMw } = stretch;
        doubtMwhr += stretch.doubtMwhr;
        socMwhr += ticks * storedInTickMwhr(limits, meanMw, dtS);
        powerMw = stretch.lastMw;
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
  }
  return runs;
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
