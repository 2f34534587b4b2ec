// Whether the energy of an asset lasts for a power, along everything that it is committed to.
import type { Asset } from "./asset.ts";
import { type BatteryLimits, batteryLimits } from "./battery-law.ts";
import { LONGEST_DURATION_S } from "./dispatch-request.ts";
import { tickInstantMs } from "./grid.ts";
import { type PartRun, type PathPart, pathOf, runPath } from "./path.ts";
import type { Commitment, Plan } from "./plan.ts";

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
export interface Bid {
  readonly own: Commitment;
  readonly joined: (own: Commitment) => Plan;
}

/** What a dispatch that was accepted will not deliver, as far as it can be known now. */
export interface Shortfall {
  /** The start of the first tick in which energy cuts the power, in ms since the epoch, UTC. */
  readonly fromMs: number;
  /** What it lacks at the terminal over its window, in MWh; null where it has no end. */
  readonly missingMwhr: number | null;
}

/** What a power would meet on its way. */
export interface Verdict {
  /** Where and how much energy falls short; null where the power fits. */
  readonly short: Shortfall | null;
  /** A commitment that would lack the energy it was promised; null where none would. */
  readonly brokenId: string | null;
}

export interface EnergyCheck {
  /** What a power would meet; 0 MW, which stops the asset, always passes. */
  readonly run: (mw: number) => Verdict;
  /** Whether another commitment was promised energy that a power could take. */
  readonly hasPromises: boolean;
  /** Stored energy at the start of the dispatch, in MWh. */
  readonly socMwhr: number;
  readonly limits: BatteryLimits;
}

/**
 * The path of an asset with what is asked for in it, to be run with any power; undefined where no tick
 * falls to that.
 */
export function energyCheck(state: AssetState, { own, joined }: Bid): EnergyCheck | undefined {
  const { asset, plan, socMwhr, currentMw: powerMw, tick, dtS } = state;
  const limits = batteryLimits(asset, dtS);
  const parts = pathOf(joined(own), tick, dtS);
  const at = parts.findIndex(({ id }) => id === own.id);
  const part = parts[at];
  if (part === undefined) return undefined;
  const ticks = Math.min(part.ticks, Math.ceil(LONGEST_DURATION_S / dtS));
  const withMw = (mw: number) =>
    mw === part.mw && ticks === part.ticks ? parts : parts.with(at, { ...part, ticks, mw });
  const isPromise = ({ id, promised }: PathPart) => promised && id !== own.id;
  const hasPromises = parts.some(isPromise);
  const start = { socMwhr, powerMw };
  let before: ReadonlySet<string> | undefined;

  function brokenBy(path: readonly PathPart[], runs: readonly PartRun[]) {
    if (!hasPromises) return null;
    const isBroken = (it: PathPart, n: number) => isPromise(it) && runs[n]?.shortTick !== null;
    const id = path.find(isBroken)?.id ?? null;
    if (id === null) return null;
    before ??= shortIds(state, plan);
    return before.has(id) ? null : id;
  }

  /** How much more a battery without a bottom or a top would have moved. */
  function missing(deliveredMwhr: number, path: readonly PathPart[]): number {
    const boundless = { ...limits, ...BOUNDLESS };
    const wanted = runPath(boundless, start, path.slice(0, at + 1), dtS)[at];
    return Math.abs((wanted?.deliveredMwhr ?? 0) - deliveredMwhr);
  }

  function socBefore(): number {
    if (at === 0) return socMwhr;
    const path = [...parts.slice(0, at), { ...part, ticks: 0 } as PathPart];
    return runPath(limits, start, path, dtS)[at]?.socMwhr ?? socMwhr;
  }

  return {
    limits,
    hasPromises,
    socMwhr: socBefore(),
    run(mw) {
      if (mw === 0) return { brokenId: null, short: null };
      const path = withMw(mw);
      const runs = runPath(limits, start, path, dtS);
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
export function shortIds(state: AssetState, plan: Plan): ReadonlySet<string> {
  const { path, runs } = runOf(state, plan);
  const short = path.filter((part, n) => isShort(part, runs[n]));
  return new Set(short.flatMap(({ id }) => id ?? []));
}

/** What the commitments of a plan that would fall short of energy would lack. */
export function shortfallsOf(state: AssetState, plan: Plan): ReadonlyMap<string, Shortfall> {
  const { path, runs } = runOf(state, plan);
  const wanted = runOf(state, plan, BOUNDLESS).runs;
  const found = new Map<string, Shortfall>();
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

function runOf(state: AssetState, plan: Plan, bounds: Partial<BatteryLimits> = {}) {
  const { asset, socMwhr, currentMw: powerMw, tick, dtS } = state;
  const path = pathOf(plan, tick, dtS);
  const limits = { ...batteryLimits(asset, dtS), ...bounds };
  return { path, runs: runPath(limits, { socMwhr, powerMw }, path, dtS) };
}

function isShort({ mw }: PathPart, run: PartRun | undefined): boolean {
  return mw !== 0 && run?.shortTick !== null;
}
