// What becomes of a battery along a power profile: the linear law over many ticks at once, where it holds a power or
// moves it by whole steps of its ramp.
import { assert } from "../../base/assert.ts";
import { LIMIT } from "../limit.ts";
import {
  type Forecast,
  type IsKnown,
  NO_OWN_STATE,
  type PartForecast,
  type ProfilePart,
} from "../model.ts";
import { constantSegmentOf, hasMwhr, NO_SEGMENT, storedInTickMwhr } from "./constant-segment.ts";
import { aimedMw, type BatteryLimits, stepBattery, withinMw } from "./law.ts";

/** Stored energy in MWh and terminal power in MW. */
interface Start {
  readonly socMwhr: number;
  readonly powerMw: number;
}

/** A place in a power profile: the start of a part. */
export interface ProfilePoint extends Start {
  /** The part that is next. */
  readonly next: number;
  /** Ticks since the start of the profile. */
  readonly tick: number;
  /** By how much stored energy may differ from what the law, which rounds, gives tick by tick, in MWh. */
  readonly doubtMwhr: number;
  /** The part whose ramp out is under way; -1: none. */
  readonly owner: number;
  /** What became of the parts before. */
  readonly runs: readonly PartForecast[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Run = Mutable<PartForecast>;
type Cursor = Mutable<Omit<ProfilePoint, "next" | "runs">>;

const UNKNOWN: IsKnown = () => false;

/** The start of a profile. */
export function startOf({ socMwhr, powerMw }: Start): ProfilePoint {
  return { next: 0, socMwhr, powerMw, tick: 0, doubtMwhr: 0, owner: -1, runs: [] };
}

/** As `BatteryModel.forecast`. */
export function forecastProfile(
  limits: BatteryLimits,
  start: Start,
  profile: readonly ProfilePart[],
  dtS: number,
  isKnown: IsKnown = UNKNOWN,
): Forecast {
  const point = startOf(start);
  return forecastFrom(limits, dtS, point, () => point, profile, isKnown);
}

/**
 * @param together The point from which ticks are taken together; undefined where that left a doubt.
 * @param exact    The same point with every tick before it run.
 */
function forecastFrom(
  limits: BatteryLimits,
  dtS: number,
  together: ProfilePoint | undefined,
  exact: () => ProfilePoint,
  profile: readonly ProfilePart[],
  isKnown: IsKnown,
): Forecast {
  const fast = together && runParts(limits, together, profile, dtS, true, isKnown);
  let slow: ProfilePoint | undefined;
  const everyTick = () => {
    slow ??= runParts(limits, exact(), profile, dtS, false, isKnown);
    assert(slow !== undefined, "every tick was run");
    return slow;
  };
  return {
    parts: (fast ?? everyTick()).runs,
    extend: (longer, isEnough = UNKNOWN) =>
      forecastFrom(limits, dtS, fast, everyTick, longer, isEnough),
  };
}

/** The parts of a whole profile. */
export function runProfile(
  limits: BatteryLimits,
  start: Start,
  profile: readonly ProfilePart[],
  dtS: number,
): readonly PartForecast[] {
  return forecastProfile(limits, start, profile, dtS).parts;
}

/**
 * Runs a profile from a point on. Where the power stays, or moves evenly, many ticks are taken in one step.
 *
 * @param together Whether ticks are taken together where they can be.
 * @returns        Undefined where taking ticks together leaves in doubt whether the law, with its rounding, would cut
 *                 the power.
 */
export function runParts(
  limits: BatteryLimits,
  from: ProfilePoint,
  profile: readonly ProfilePart[],
  dtS: number,
  together: boolean,
  isKnown: IsKnown = UNKNOWN,
): ProfilePoint | undefined {
  const runs: Run[] = from.runs.slice();
  const { socMwhr, powerMw, tick, doubtMwhr, owner } = from;
  const cursor: Cursor = { socMwhr, powerMw, tick, doubtMwhr, owner };
  // A ramp out under way may still be cut; the point stays as it is.
  if (owner !== -1) runs[owner] = { ...(runs[owner] as Run) };

  for (let n = from.next; n < profile.length; n++) {
    const part = profile[n] as ProfilePart;
    if (n > 0 && profile[n - 1]?.id !== null) {
      cursor.owner = n - 1;
      if (n - 1 < from.next) runs[n - 1] = { ...(runs[n - 1] as Run) };
    }
    const run: Run = {
      shortTick: null,
      lacks: null,
      deliveredMwhr: 0,
      socMwhr: 0,
      powerMw: 0,
      own: NO_OWN_STATE,
      marginMwhr: 0,
    };
    runs.push(run);
    if (!runPart(limits, cursor, part, run, runs, dtS, together)) return undefined;
    run.socMwhr = cursor.socMwhr;
    run.powerMw = cursor.powerMw;
    if (cursor.owner === -1 && isKnown(runs, n)) break;
  }
  return { next: runs.length, ...cursor, runs };
}

/** Runs the ticks of one part; false where a doubt is left. */
function runPart(
  limits: BatteryLimits,
  cursor: Cursor,
  part: ProfilePart,
  run: Run,
  runs: readonly Run[],
  dtS: number,
  together: boolean,
): boolean {
  let { socMwhr, powerMw, tick, doubtMwhr, owner } = cursor;
  let deliveredMwhr = 0;
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
      if (hasMwhr(limits, socMwhr, powerMw) < doubtMwhr) return false;
      deliveredMwhr += (ticks * meanMw * dtS) / 3600;
      tick += ticks;
      left -= ticks;
      continue;
    }
    const step = stepBattery(limits, socMwhr, powerMw, part.mw, dtS);
    if (doubtMwhr > 0 && isNear(limits, socMwhr, powerMw, part.mw, left, dtS, doubtMwhr))
      return false;
    if (step.limit === LIMIT.ENERGY) {
      const aimMw = aimedMw(limits, powerMw, part.mw);
      noteShort(run, tick, aimMw);
      const ramp = runs[owner];
      doubtMwhr = 0; // SoC lies on its bound.
      if (ramp && aimMw * powerMw > 0) noteShort(ramp, tick, aimMw);
    }
    const stays = step.socMwhr === socMwhr && step.powerMw === powerMw;
    const ticks = stays ? left : 1;
    if (step.powerMw !== 0) deliveredMwhr += (ticks * step.powerMw * dtS) / 3600;
    ({ socMwhr, powerMw } = step);
    tick += ticks;
    left -= ticks;
  }
  run.deliveredMwhr = deliveredMwhr;
  Object.assign(cursor, { socMwhr, powerMw, tick, doubtMwhr, owner });
  return true;
}

/** Notes the first tick in which the power of a part is cut. */
function noteShort(run: Run, tick: number, aimMw: number): void {
  if (run.shortTick !== null) return;
  run.shortTick = tick;
  run.lacks = aimMw > 0 ? "energy" : "headroom";
}

/** Whether power goes toward 0, or through it: the ramp out of what was held before. */
function movesToRest(powerMw: number, aimMw: number): boolean {
  return powerMw > 0 ? aimMw < powerMw : powerMw < 0 && aimMw > powerMw;
}

/**
 * Whether the energy ends so near to the end of a tick that rounding decides if the power is cut at all.
 * Where the power is held on, the tick after cuts it in any case.
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
