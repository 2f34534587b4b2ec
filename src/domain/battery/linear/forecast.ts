// What becomes of a battery along a power profile: the linear law over many ticks at once, where it holds a power or
// moves it by whole steps of its ramp.
import type { Asset } from "../../fleet/asset.ts";
import { LIMIT } from "../limit.ts";
import {
  type Forecast,
  type IsKnown,
  NO_OWN_STATE,
  type PartForecast,
  type ProfilePart,
} from "../model.ts";
import { constantSegmentOf, hasMwhr, storedInTickMwhr } from "./constant-segment.ts";
import { aimedMw, type BatteryLimits, batteryLimits, stepBattery, withinMw } from "./law.ts";

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

/** As a share of the capacity: where less energy than this is left, rounding may decide, and it counts as short. */
const LEAST_LEFT_RATIO = 1e-9;

/** A battery whose forecast is made. */
export interface ForecastBattery {
  readonly limits: BatteryLimits;
  /** Least energy that a tick may leave without being short, in MWh; what the ticks may have rounded comes on top. */
  readonly leastLeftMwhr: number;
  readonly dtS: number;
}

export function forecastBattery(asset: Asset, dtS: number): ForecastBattery {
  const leastLeftMwhr = LEAST_LEFT_RATIO * asset.capacityMwhr;
  return { limits: batteryLimits(asset, dtS), leastLeftMwhr, dtS };
}

/** The start of a profile. */
export function startOf({ socMwhr, powerMw }: Start): ProfilePoint {
  return { next: 0, socMwhr, powerMw, tick: 0, doubtMwhr: 0, owner: -1, runs: [] };
}

/**
 * As `BatteryModel.forecast`. Its work grows with the parts of the profile and not with their ticks: where the power
 * stays, or moves evenly, many ticks are taken in one step.
 */
export function forecastProfile(
  battery: ForecastBattery,
  from: ProfilePoint,
  profile: readonly ProfilePart[],
  isKnown: IsKnown = UNKNOWN,
): Forecast {
  const point = runParts(battery, from, profile, isKnown);
  return {
    parts: point.runs,
    extend: (longer, isEnough) => forecastProfile(battery, point, longer, isEnough),
  };
}

/** Runs a profile from a point on, which stays as it is. */
function runParts(
  battery: ForecastBattery,
  from: ProfilePoint,
  profile: readonly ProfilePart[],
  isKnown: IsKnown,
): ProfilePoint {
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
    runPart(battery, cursor, part, run, runs);
    run.socMwhr = cursor.socMwhr;
    run.powerMw = cursor.powerMw;
    if (cursor.owner === -1 && isKnown(runs, n)) break;
  }
  return { next: runs.length, ...cursor, runs };
}

/** Runs the ticks of one part. */
function runPart(
  { limits, leastLeftMwhr, dtS }: ForecastBattery,
  cursor: Cursor,
  part: ProfilePart,
  run: Run,
  runs: readonly Run[],
): void {
  let { socMwhr, powerMw, tick, doubtMwhr, owner } = cursor;
  const wantedMw = withinMw(limits, part.mw);
  let deliveredMwhr = 0;
  /** The power of the last tick that was short, in MW: for more of it no margin is needed. */
  let shortMw = 0;
  for (let left = part.ticks; left > 0; ) {
    if (!movesToRest(powerMw, wantedMw)) owner = -1;
    if (owner === -1 && left === Infinity) break;
    const spareMwhr = powerMw * shortMw > 0 ? 0 : leastLeftMwhr + doubtMwhr;
    const segment = constantSegmentOf(limits, socMwhr, powerMw, part.mw, left, dtS, spareMwhr);
    if (segment.ticks > 0) {
      const { ticks, meanMw } = segment;
      doubtMwhr += segment.doubtMwhr;
      socMwhr += ticks * storedInTickMwhr(limits, meanMw, dtS);
      powerMw = segment.lastMw;
      deliveredMwhr += (ticks * meanMw * dtS) / 3600;
      tick += ticks;
      left -= ticks;
      continue;
    }
    const aimMw = aimedMw(limits, powerMw, part.mw);
    const step = stepBattery(limits, socMwhr, powerMw, part.mw, dtS);
    const isCut = step.limit === LIMIT.ENERGY;
    if (isCut || leavesLittle(limits, socMwhr, aimMw, dtS, spareMwhr)) {
      shortMw = aimMw;
      const ramp = runs[owner];
      if (ramp && aimMw * powerMw > 0) noteShort(ramp, tick, aimMw);
      if (aimMw * wantedMw > 0 && lessensPart(wantedMw, aimMw, isCut ? step.powerMw : aimMw))
        noteShort(run, tick, aimMw);
    }
    if (isCut) doubtMwhr = 0; // SoC lies on its bound.
    const stays = step.socMwhr === socMwhr && step.powerMw === powerMw;
    const ticks = stays ? left : 1;
    if (step.powerMw !== 0) deliveredMwhr += (ticks * step.powerMw * dtS) / 3600;
    ({ socMwhr, powerMw } = step);
    tick += ticks;
    left -= ticks;
  }
  run.deliveredMwhr = deliveredMwhr;
  cursor.socMwhr = socMwhr;
  cursor.powerMw = powerMw;
  cursor.tick = tick;
  cursor.doubtMwhr = doubtMwhr;
  cursor.owner = owner;
}

/** Whether a cut takes of what a part is to hold: the ramp out of a higher power may be cut down to that. */
function lessensPart(wantedMw: number, aimMw: number, leftMw: number): boolean {
  return Math.abs(aimMw) <= Math.abs(wantedMw) || Math.abs(leftMw) < Math.abs(wantedMw);
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

/** Whether a tick leaves so little energy that rounding may decide whether its power is cut. */
function leavesLittle(
  limits: BatteryLimits,
  socMwhr: number,
  aimMw: number,
  dtS: number,
  spareMwhr: number,
): boolean {
  if (aimMw === 0) return false;
  const moreMwhr = Math.abs(storedInTickMwhr(limits, aimMw, dtS));
  return hasMwhr(limits, socMwhr, aimMw) - moreMwhr < spareMwhr;
}
