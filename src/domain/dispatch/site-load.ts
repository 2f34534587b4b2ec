// The load of a site over time: the setpoints of its assets, against what its meter may carry.
import type { ProfileSegment } from "./power-profile.ts";

/** The sums of the setpoints that discharge and of those that charge, from a tick on until the next step. */
export interface LoadStep {
  /** By its number at its start. */
  readonly tick: number;
  /** In MW, 0 or more. */
  readonly outMw: number;
  /** In MW, 0 or more. */
  readonly inMw: number;
  /** How many promises hold an asset. */
  readonly promises: number;
}

/** The limits of a site, and the load of its other assets. */
export interface SiteLoad {
  readonly name: string;
  /** In MW; infinite: none. */
  readonly maxExportMw: number;
  readonly maxImportMw: number;
  /** In ascending order; before the first step there is no load. */
  readonly others: readonly LoadStep[];
}

/** Sums of setpoints are rounded: so much, as a share of the limit, is no excess. */
export const ROUNDING_RATIO = 1e-9;

/**
 * The load of one asset along a profile. A setpoint counts until its ramp out is done, beside the one that follows.
 *
 * @param tick       Number on the grid of the tick whose end is the present.
 * @param currentMw  Its power now, which may be that of an earlier setpoint.
 * @param rampStepMw How far the ramp moves its power within one tick, in MW.
 */
export function assetLoad(
  profile: readonly ProfileSegment[],
  tick: number,
  currentMw: number,
  rampStepMw: number,
): readonly LoadStep[] {
  const changes: LoadStep[] = [];
  let [earlierMw, powerMw, from] = [currentMw, currentMw, tick];
  for (const { mw, ticks, promised } of profile) {
    const until = from + ticks;
    if (promised) changes.push(...between(from, until, 0, 1));
    changes.push(...between(from, until, mw, 0));
    const isSameSide = powerMw * mw > 0;
    const excessMw = Math.abs(powerMw) - (isSameSide ? Math.abs(mw) : 0);
    // In its last step the ramp arrives.
    const rampTicks = Math.max(0, Math.ceil(excessMw / rampStepMw - 1e-9) - 1);
    if (rampTicks > 0) {
      const extraMw = isSameSide ? earlierMw - mw : earlierMw;
      changes.push(...between(from, Math.min(from + rampTicks, until), extraMw, 0));
    }
    if (rampTicks <= ticks) earlierMw = mw;
    const moveMw = Math.min(Math.abs(mw - powerMw), ticks * rampStepMw);
    powerMw += Math.sign(mw - powerMw) * moveMw;
    from = until;
  }
  return summed(changes);
}

/** The changes of a load by a setpoint that lasts from a tick on until another one, excluded. */
function between(from: number, until: number, mw: number, promises: number): LoadStep[] {
  const [outMw, inMw] = [Math.max(0, mw), Math.max(0, -mw)];
  const begin = { tick: from, outMw, inMw, promises };
  return until === Infinity
    ? [begin]
    : [begin, { tick: until, outMw: -outMw, inMw: -inMw, promises: -promises }];
}

/** The load of several assets together. */
export function loadOfAll(loads: readonly (readonly LoadStep[])[]): readonly LoadStep[] {
  return summed(loads.flatMap(changesOf));
}

function changesOf(steps: readonly LoadStep[]): LoadStep[] {
  return steps.map(({ tick, outMw, inMw, promises }, n) => ({
    tick,
    outMw: outMw - (steps[n - 1]?.outMw ?? 0),
    inMw: inMw - (steps[n - 1]?.inMw ?? 0),
    promises: promises - (steps[n - 1]?.promises ?? 0),
  }));
}

function summed(changes: LoadStep[]): readonly LoadStep[] {
  changes.sort((a, b) => a.tick - b.tick);
  const steps: LoadStep[] = [];
  let [outMw, inMw, promises] = [0, 0, 0];
  for (const change of changes) {
    outMw += change.outMw;
    inMw += change.inMw;
    promises += change.promises;
    if (steps.at(-1)?.tick === change.tick) steps.pop();
    steps.push({ tick: change.tick, outMw, inMw, promises });
  }
  return steps;
}

/** Ticks, by their numbers at their start: `[from, until)`. */
export interface TickWindow {
  readonly from: number;
  readonly until: number;
}

/** The load of an asset with a candidate in its plan, beside its load without. */
export interface CandidateLoad {
  readonly before: readonly LoadStep[];
  readonly after: readonly LoadStep[];
  /** Where the candidate is promised, in ascending order. */
  readonly promised: readonly TickWindow[];
}

/**
 * The first tick of a promised window, the candidate's or another's, in which the setpoints of a site exceed its
 * limits; null where there is none. Where they do without the candidate too, it only may not add to it.
 */
export function siteExcess(site: SiteLoad, load: CandidateLoad): number | null {
  const [others, before, after] = [site.others, load.before, load.after].map(cursorOf) as [
    Cursor,
    Cursor,
    Cursor,
  ];
  const ticks = [site.others, load.before, load.after].flatMap((steps) =>
    steps.map((it) => it.tick),
  );
  ticks.push(...load.promised.map(({ from }) => from));
  let next = 0;
  for (const tick of ticks.sort((a, b) => a - b)) {
    while ((load.promised[next]?.until ?? Infinity) <= tick) next++;
    const isOwn = tick >= (load.promised[next]?.from ?? Infinity);
    const [other, was, is] = [others(tick), before(tick), after(tick)];
    if (!isOwn && other.promises + is.promises === 0) continue;
    const exceeds = (ownMw: number, wasMw: number, otherMw: number, mostMw: number) =>
      ownMw + otherMw > mostMw * (1 + ROUNDING_RATIO) &&
      (isOwn || ownMw > wasMw + mostMw * ROUNDING_RATIO);
    if (exceeds(is.outMw, was.outMw, other.outMw, site.maxExportMw)) return tick;
    if (exceeds(is.inMw, was.inMw, other.inMw, site.maxImportMw)) return tick;
  }
  return null;
}

type Cursor = (tick: number) => LoadStep;

const NO_LOAD: LoadStep = { tick: 0, outMw: 0, inMw: 0, promises: 0 };

/** Reads steps at ticks in ascending order. */
function cursorOf(steps: readonly LoadStep[]): Cursor {
  let next = 0;
  return (tick) => {
    while ((steps[next]?.tick ?? Infinity) <= tick) next++;
    return steps[next - 1] ?? NO_LOAD;
  };
}
