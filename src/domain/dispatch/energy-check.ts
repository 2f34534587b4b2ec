// Whether the energy of an asset lasts for a power, along everything that it is committed to.

import { type BatteryLimits, batteryLimits } from "../battery/battery-law.ts";
import type { Asset } from "../fleet/asset.ts";
import { tickInstantMs } from "../time/grid.ts";
import type { OpenDispatch, Plan } from "./asset-plan.ts";
import {
  type PartRun,
  type ProfilePoint,
  type ProfileSegment,
  profileOf,
  runParts,
  runProfile,
  startOf,
} from "./power-profile.ts";
import { LONGEST_DURATION_S } from "./request.ts";

/** An asset as it stands at the end of a tick. */
export interface AssetState {
  readonly asset: Asset;
  readonly plan: Plan;
  /** Stored energy in MWh. */
  readonly socMwhr: number;
  /** Terminal power in MW, from which the ramp goes on. */
  readonly currentMw: number;
  /** Number on the grid of the tick that ended last. */
  readonly tick: number;
  /** Length of a tick in s. */
  readonly dtS: number;
}

/** What is asked for, and the plan of the asset once that is accepted. */
export interface Candidate {
  readonly own: OpenDispatch;
  readonly joined: (own: OpenDispatch) => Plan;
}

/** What a dispatch that was accepted will not deliver, as far as it can be known now. */
export interface Shortfall {
  /** The start of the first tick in which energy cuts the power, in ms since the epoch, UTC. */
  readonly fromMs: number;
  /** What it lacks at the terminal over its window, in MWh; null where it has no end. */
  readonly missingMwhr: number | null;
}

/** What a power would meet on its way. */
export interface EnergyOutcome {
  /** Where and how much energy falls short; null where the power fits. */
  readonly short: Shortfall | null;
  /** A commitment that would lack the energy it was promised; null where none would. */
  readonly brokenId: string | null;
}

export interface EnergyCheck {
  /** What a power would meet; 0 MW, which stops the asset, always passes. */
  readonly run: (mw: number) => EnergyOutcome;
  /** Whether a power breaks no promise. */
  readonly keeps: (mw: number) => boolean;
  /** Whether it breaks none and is delivered in full itself. */
  readonly fits: (mw: number) => boolean;
  /** The path up to what is asked for, which no power of that changes. */
  readonly before: ProfileBefore;
  /** Whether another commitment was promised energy that a power could take. */
  readonly hasPromises: boolean;
  /** Stored energy at the start of the dispatch, in MWh. */
  readonly socMwhr: number;
  readonly limits: BatteryLimits;
}

/** The part of a path before what is asked for, run when it is needed. */
interface ProfileBefore {
  /** Ticks taken together where they can be; undefined where that leaves in doubt what the law would do. */
  readonly together: ProfilePoint | undefined;
  /** Every tick run. */
  readonly exact: ProfilePoint;
  /** Commitments that fall short of energy without what is asked for. */
  readonly shortIds: ReadonlySet<string>;
}

function profileBefore(
  { plan, ...state }: AssetState,
  limits: BatteryLimits,
  parts: readonly ProfileSegment[],
): ProfileBefore {
  const start = startOf({ socMwhr: state.socMwhr, powerMw: state.currentMw });
  const upTo = (together: boolean) => runParts(limits, start, parts, state.dtS, together);
  const found: {
    together?: [ProfilePoint | undefined];
    exact?: ProfilePoint;
    ids?: ReadonlySet<string>;
  } = {};
  return {
    get together() {
      found.together ??= [upTo(true)];
      return found.together[0];
    },
    get exact() {
      found.exact ??= upTo(false) as ProfilePoint;
      return found.exact;
    },
    get shortIds() {
      found.ids ??= shortIds({ plan, ...state }, plan);
      return found.ids;
    },
  };
}

/**
 * The path of an asset with what is asked for in it, to be run with any power; undefined where no tick
 * falls to that.
 *
 * @param known The check of the same with another end: the path before it is the same.
 */
export function energyCheck(
  state: AssetState,
  { own, joined }: Candidate,
  known?: EnergyCheck,
): EnergyCheck | undefined {
  const { asset, tick, dtS } = state;
  const limits = batteryLimits(asset, dtS);
  const parts = profileOf(joined(own), tick, dtS);
  const at = parts.findIndex(({ id }) => id === own.id);
  const part = parts[at];
  if (part === undefined) return undefined;
  const before = known?.before ?? profileBefore(state, limits, parts.slice(0, at));
  const ticks = Math.min(part.ticks, Math.ceil(LONGEST_DURATION_S / dtS));
  const withMw = (mw: number) =>
    mw === part.mw && ticks === part.ticks ? parts : parts.with(at, { ...part, ticks, mw });
  const isPromise = ({ id, promised }: ProfileSegment) => promised && id !== own.id;
  const hasPromises = parts.some(isPromise);
  const isCut = (path: readonly ProfileSegment[], runs: readonly PartRun[], n: number) =>
    isPromise(path[n] as ProfileSegment) && runs[n]?.shortTick !== null;

  /** What becomes of the parts, up to the first promise that is cut; where `own` is cut, no further where that is all. */
  function runsOf(path: readonly ProfileSegment[], untilOwnIsCut: boolean): readonly PartRun[] {
    const isKnown = (runs: readonly PartRun[], n: number) =>
      n >= at &&
      (isCut(path, runs, n) ||
        (n > 0 && isCut(path, runs, n - 1)) ||
        (untilOwnIsCut && runs[at]?.shortTick !== null));
    const { together } = before;
    const fast = together && runParts(limits, together, path, dtS, true, isKnown);
    const end = fast ?? runParts(limits, before.exact, path, dtS, false, isKnown);
    return (end as ProfilePoint).runs;
  }

  function brokenBy(path: readonly ProfileSegment[], runs: readonly PartRun[]): string | null {
    if (!hasPromises) return null;
    const n = runs.findIndex((_, place) => isCut(path, runs, place));
    const id = path[n]?.id ?? null;
    return id === null || before.shortIds.has(id) ? null : id;
  }

  /** How much more a battery without a bottom or a top would have moved. */
  function missing(deliveredMwhr: number, path: readonly ProfileSegment[]): number {
    const boundless = { ...limits, ...BOUNDLESS };
    const start = { socMwhr: state.socMwhr, powerMw: state.currentMw };
    const wanted = runProfile(boundless, start, path.slice(0, at + 1), dtS)[at];
    return Math.abs((wanted?.deliveredMwhr ?? 0) - deliveredMwhr);
  }

  function passes(mw: number, isWhole: boolean): boolean {
    if (mw === 0) return true;
    const path = withMw(mw);
    const runs = runsOf(path, isWhole);
    return (!isWhole || runs[at]?.shortTick === null) && brokenBy(path, runs) === null;
  }

  return {
    limits,
    hasPromises,
    before,
    get socMwhr() {
      return (before.together ?? before.exact).socMwhr;
    },
    keeps: (mw) => passes(mw, false),
    fits: (mw) => passes(mw, true),
    run(mw) {
      if (mw === 0) return { brokenId: null, short: null };
      const path = withMw(mw);
      const runs = runsOf(path, false);
      const { shortTick = null, deliveredMwhr = 0 } = runs[at] ?? {};
      const brokenId = brokenBy(path, runs);
      if (shortTick === null) return { brokenId, short: null };
      const fromMs = tickInstantMs(tick + shortTick, dtS);
      const missingMwhr = own.endMs === null ? null : missing(deliveredMwhr, path);
      return { brokenId, short: { fromMs, missingMwhr } };
    },
  };
}

/** The commitments of a plan that would fall short of energy. */
export function shortIds(
  state: AssetState,
  plan: Plan,
  { path, runs }: PlanRun = runOf(state, plan),
): ReadonlySet<string> {
  const short = path.filter((part, n) => isShort(part, runs[n]));
  return new Set(short.flatMap(({ id }) => id ?? []));
}

/** What the commitments of a plan that would fall short of energy would lack. */
export function shortfallsOf(
  state: AssetState,
  { path, runs }: PlanRun,
): ReadonlyMap<string, Shortfall> {
  const found = new Map<string, Shortfall>();
  if (!path.some((part, n) => isShort(part, runs[n]))) return found;
  const wanted = runAlong(state, path, BOUNDLESS);
  for (const [n, part] of path.entries()) {
    const run = runs[n];
    if (part.id === null || run?.shortTick == null || !isShort(part, run)) continue;
    const before = found.get(part.id);
    const lackMwhr = Math.abs((wanted[n]?.deliveredMwhr ?? 0) - run.deliveredMwhr);
    found.set(part.id, {
      fromMs: before?.fromMs ?? tickInstantMs(state.tick + run.shortTick, state.dtS),
      missingMwhr: part.ticks === Infinity ? null : lackMwhr + (before?.missingMwhr ?? 0),
    });
  }
  return found;
}

/** A battery without a bottom or a top, in MWh. */
const BOUNDLESS = { floorMwhr: -1e12, ceilingMwhr: 1e12 };

/** What becomes of an asset along a plan, part by part. */
export interface PlanRun {
  readonly path: readonly ProfileSegment[];
  readonly runs: readonly PartRun[];
}

export function runOf(state: AssetState, plan: Plan): PlanRun {
  const path = profileOf(plan, state.tick, state.dtS);
  return { path, runs: runAlong(state, path) };
}

function runAlong(
  { asset, socMwhr, currentMw: powerMw, dtS }: AssetState,
  path: readonly ProfileSegment[],
  bounds: Partial<BatteryLimits> = {},
): readonly PartRun[] {
  const limits = { ...batteryLimits(asset, dtS), ...bounds };
  return runProfile(limits, { socMwhr, powerMw }, path, dtS);
}

function isShort({ mw }: ProfileSegment, run: PartRun | undefined): boolean {
  return mw !== 0 && run?.shortTick !== null;
}
