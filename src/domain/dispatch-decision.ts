// Whether an asset takes a dispatch: its rating, what it is committed to, and its energy, in this order.
// Pure: changes nothing, so that a preview is the same call.
import type { Asset } from "./asset.ts";
import { availabilityOf } from "./availability.ts";
import { type BatteryLimits, batteryLimits } from "./battery-law.ts";
import {
  type DispatchRefusal,
  type DispatchRequest,
  LONGEST_DURATION_S,
  refuseDispatch,
  requestedMw,
} from "./dispatch.ts";
import { tickFrom, tickInstantMs } from "./grid.ts";
import { type PathPart, pathOf, runPath } from "./path.ts";
import { type Commitment, type Plan, type ShortfallPolicy, withCommitments } from "./plan.ts";
import { leaseEndMs } from "./plan-changes.ts";

/** How far ahead a dispatch may begin, in s: 31 days. */
export const START_HORIZON_S = 31 * 24 * 3600;

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

/** The powers that a limit leaves, in MW: `minMw <= 0 <= maxMw`. */
export interface PowerWindow {
  readonly minMw: number;
  readonly maxMw: number;
}

/** What each limit left of the limit before it. */
export interface DecisionWindows {
  /** The rating of the asset. */
  readonly power: PowerWindow;
  /** What breaks no promise to a dispatch that was accepted before. */
  readonly commitments: PowerWindow;
  /** What energy delivers for the whole duration; without a duration, in the first tick. */
  readonly energy: PowerWindow;
}

/** What a dispatch that was accepted will not deliver, as far as it can be known now. */
export interface Shortfall {
  /** The start of the first tick in which energy cuts the power, in ms since the epoch, UTC. */
  readonly fromMs: number;
  /** What it lacks at the terminal over its window, in MWh; null where it has no end. */
  readonly missingMwhr: number | null;
}

export type DispatchDecision =
  | {
      readonly accepted: true;
      readonly mw: number;
      /** It holds every tick that starts in `[startMs, endMs)`; in ms since the epoch, UTC. */
      readonly startMs: number;
      readonly endMs: number | null;
      readonly leaseUntilMs: number | null;
      readonly onShortfall: ShortfallPolicy;
      readonly windows: DecisionWindows;
      /** null where it will be delivered in full. */
      readonly shortfall: Shortfall | null;
    }
  | {
      readonly accepted: false;
      readonly refusal: DispatchRefusal;
      /** null where the request was refused before the limits were asked. */
      readonly windows: DecisionWindows | null;
    };

/** Stands for the dispatch that is being decided, in its path. */
const OWN = "";

/**
 * Decides a dispatch. The energy check runs the tick law over ramp in, hold and ramp out, along the
 * commitments of the asset and with losses; a dispatch fits where energy cuts no tick of it, and 0 MW, which
 * asks for none, always. Leases count
 * as renewed, and limits of the site are left aside: they cut what is delivered, tick by tick. Whatever
 * its policy, a dispatch is refused where another, to which energy was promised, would lack it.
 *
 * @param nowMs The present, in ms since the epoch, not before the end of the last tick.
 */
export function decideDispatch(
  state: AssetState,
  request: DispatchRequest,
  nowMs: number,
): DispatchDecision {
  const { asset, dtS } = state;
  const early = refuseDispatch(asset, request) ?? refuseTimes(request, nowMs, dtS);
  if (early !== undefined) return { accepted: false, refusal: early, windows: null };

  const own = commitmentOf(request, nowMs, dtS);
  const check = energyCheck(state, own);
  if (check === undefined)
    return { accepted: false, refusal: windowTooShort(asset, dtS), windows: null };
  const windows = windowsOf(state, own, check);
  const verdict = check.run(own.mw);
  const refused =
    verdict.brokenId !== null || (verdict.short !== null && own.onShortfall === "refuse");
  if (refused)
    return {
      accepted: false,
      refusal: lacksEnergy(state, own, windows, verdict.brokenId),
      windows,
    };
  const { mw, startMs, endMs, leaseUntilMs, onShortfall } = own;
  const shortfall = verdict.short;
  return { accepted: true, mw, startMs, endMs, leaseUntilMs, onShortfall, windows, shortfall };
}

/** The commitment that a request asks for. Without a start it begins with the next tick. */
function commitmentOf(request: DispatchRequest, nowMs: number, dtS: number): Commitment {
  const { durationS, startAtMs, validForS, onShortfall } = request;
  const nextMs = tickInstantMs(tickFrom(nowMs, dtS), dtS);
  const startMs = startAtMs === undefined ? nextMs : Math.max(startAtMs, nextMs);
  return {
    id: OWN,
    scheduled: false,
    mw: requestedMw(request),
    startMs,
    endMs: durationS === null ? null : startMs + durationS * 1000,
    validForS: validForS ?? null,
    leaseUntilMs: validForS === undefined ? null : leaseEndMs(startMs, validForS, nowMs),
    onShortfall: onShortfall ?? (durationS === null ? "curtail" : "refuse"),
    status: "accepted",
  };
}

function refuseTimes(
  { startAtMs, validForS }: DispatchRequest,
  nowMs: number,
  dtS: number,
): DispatchRefusal | undefined {
  // A start that has passed while the request was on its way counts as now.
  const [earliestMs, latestMs] = [nowMs - dtS * 1000, nowMs + START_HORIZON_S * 1000];
  if (startAtMs !== undefined && !(startAtMs >= earliestMs && startAtMs <= latestMs)) {
    return {
      code: "START_OUT_OF_RANGE",
      message: `a dispatch begins within ${START_HORIZON_S} s from now, not ${Math.round((startAtMs - nowMs) / 1000)} s from now: leave the start out to begin with the next tick`,
      field: "startAtMs",
    };
  }
  if (validForS !== undefined && !(validForS >= 1 && validForS <= LONGEST_DURATION_S)) {
    return {
      code: "LEASE_OUT_OF_RANGE",
      message: `a lease lasts 1 to ${LONGEST_DURATION_S} s, not ${validForS}: leave it out to need no renewal`,
      field: "validForS",
    };
  }
  return undefined;
}

function windowTooShort({ name }: Asset, dtS: number): DispatchRefusal {
  return {
    code: "WINDOW_TOO_SHORT",
    message: `no tick of ${name} starts in the window: ticks are ${dtS} s long, ask for a longer duration`,
    field: "durationS",
  };
}

/** What a power would meet on its way. */
interface Verdict {
  /** Where and how much energy falls short; null where the power fits. */
  readonly short: Shortfall | null;
  /** A commitment that would lack the energy it was promised; null where none would. */
  readonly brokenId: string | null;
}

interface EnergyCheck {
  readonly run: (mw: number) => Verdict;
  /** Stored energy at the start of the dispatch, in MWh. */
  readonly socMwhr: number;
  readonly limits: BatteryLimits;
}

/** The path of an asset with a further commitment, to be run with any power; undefined where no tick falls to that. */
function energyCheck(state: AssetState, own: Commitment): EnergyCheck | undefined {
  const { asset, plan, socMwhr, currentMw: powerMw, tick, dtS } = state;
  const limits = batteryLimits(asset, dtS);
  const parts = pathOf(withCommitments(plan, [own]), tick, dtS);
  const at = parts.findIndex(({ id }) => id === OWN);
  const part = parts[at];
  if (part === undefined) return undefined;
  const ticks = Math.min(part.ticks, Math.ceil(LONGEST_DURATION_S / dtS));
  const withMw = (mw: number) => parts.with(at, { ...part, ticks, mw });
  const start = { socMwhr, powerMw };
  const brokenBefore = lazily(() => brokenIds(pathOf(plan, tick, dtS), limits, start, dtS));
  return {
    limits,
    socMwhr: runPath(limits, start, withMw(0), dtS)[at]?.socMwhr ?? socMwhr,
    run(mw) {
      const path = withMw(mw);
      const runs = runPath(limits, start, path, dtS);
      const broken = path.find(
        (it, n) => it.promised && it.id !== OWN && runs[n]?.shortTick !== null,
      );
      const mine = runs[at];
      const isBroken = broken?.id != null && !brokenBefore().has(broken.id);
      return {
        brokenId: isBroken ? broken.id : null,
        short:
          mw === 0 || mine === undefined || mine.shortTick === null
            ? null
            : {
                fromMs: tickInstantMs(tick + mine.shortTick, dtS),
                missingMwhr: own.endMs === null ? null : missing(mine.deliveredMwhr, path),
              },
      };
    },
  };

  /** How much more a battery without a bottom or a top would have moved. */
  function missing(deliveredMwhr: number, path: readonly PathPart[]): number {
    const boundless = { ...limits, floorMwhr: -1e12, ceilingMwhr: 1e12 };
    const wantedMwhr =
      runPath(boundless, start, path.slice(0, at + 1), dtS)[at]?.deliveredMwhr ?? 0;
    return Math.abs(wantedMwhr - deliveredMwhr);
  }
}

function brokenIds(
  path: readonly PathPart[],
  limits: BatteryLimits,
  start: { readonly socMwhr: number; readonly powerMw: number },
  dtS: number,
): ReadonlySet<string | null> {
  const runs = runPath(limits, start, path, dtS);
  return new Set(path.filter((_, n) => runs[n]?.shortTick !== null).map(({ id }) => id));
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function windowsOf(
  { asset, dtS }: AssetState,
  own: Commitment,
  check: EnergyCheck,
): DecisionWindows {
  const power = { minMw: asset.minMw, maxMw: asset.maxMw };
  const keeps = (mw: number) => check.run(mw).brokenId === null;
  const fits = (mw: number) => {
    const { brokenId, short } = check.run(mw);
    return brokenId === null && short === null;
  };
  const step = powerStepsPerMw(asset);
  const within = ({ minMw, maxMw }: PowerWindow, holds: (mw: number) => boolean) => ({
    minMw: furthestMw(minMw, Math.min(0, own.mw), step, holds),
    maxMw: furthestMw(maxMw, Math.max(0, own.mw), step, holds),
  });
  const commitments = within(power, keeps);
  if (own.endMs !== null) return { power, commitments, energy: within(commitments, fits) };
  const first = availabilityOf(check.limits, check.socMwhr, dtS);
  const energy = {
    minMw: Math.max(commitments.minMw, first.minMw),
    maxMw: Math.min(commitments.maxMw, first.maxMw),
  };
  return { power, commitments, energy };
}

/** How finely powers are searched and told: in 0.01 MW, and for assets below 1 MW finer in proportion. */
function powerStepsPerMw({ minMw, maxMw }: Asset): number {
  const digits = Math.floor(Math.log10(Math.max(maxMw, -minMw)));
  return 10 ** (2 - Math.min(0, digits));
}

/**
 * The power furthest from 0, up to a bound, that passes a check: the bound itself, the power that is asked
 * for, or a whole number of steps, rounded toward 0. 0 where nothing passes.
 */
function furthestMw(
  boundMw: number,
  askedMw: number,
  stepsPerMw: number,
  passes: (mw: number) => boolean,
): number {
  if (boundMw === 0 || passes(boundMw)) return boundMw;
  const sign = Math.sign(boundMw);
  const mwOf = (steps: number) => (sign * steps) / stepsPerMw;
  const most = Math.ceil(Math.abs(boundMw) * stepsPerMw);
  const foundMw = mwOf(lastThatPasses(most, (steps) => passes(mwOf(steps)))) + 0;
  return Math.abs(askedMw) > Math.abs(foundMw) && passes(askedMw) ? askedMw : foundMw;
}

/** The last whole number, from 0 on and below one that does not pass, that passes; 0 where none does. */
function lastThatPasses(fails: number, passes: (n: number) => boolean): number {
  let [low, high] = [0, fails];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function lacksEnergy(
  state: AssetState,
  own: Commitment,
  windows: DecisionWindows,
  brokenId: string | null,
): DispatchRefusal {
  const { asset } = state;
  const { mw } = own;
  const longestDurationS = longestThatFits(state, own);
  const { minMw, maxMw } = windows.energy;
  const highestMw = mw > 0 ? Math.min(mw, maxMw) : Math.max(mw, minMw);
  const verb = mw > 0 ? "discharge" : "charge";
  const forS = own.endMs === null ? "without an end" : `for ${(own.endMs - own.startMs) / 1000} s`;
  const why = brokenId === null ? "" : ` and keep what is promised to dispatch ${brokenId}`;
  return {
    code: brokenId === null ? "ENERGY_INSUFFICIENT" : "ENERGY_PROMISED",
    message: `${asset.name} cannot ${verb} ${Math.abs(mw)} MW ${forS}${why}: it could for ${longestDurationS} s, or ${Math.abs(highestMw)} MW for as long`,
    field: own.endMs === null ? "mw" : "durationS",
    requestedMw: mw,
    minMw,
    maxMw,
    limitedBy: "energy",
    longestDurationS,
    highestMw,
  };
}

/** The longest duration of a commitment that fits, in whole s, below the one that does not; 0 where none does. */
function longestThatFits(state: AssetState, own: Commitment): number {
  const { dtS } = state;
  const startTick = tickFrom(own.startMs, dtS);
  const endMs = own.endMs ?? own.startMs + LONGEST_DURATION_S * 1000;
  const endOf = (ticks: number) => tickInstantMs(startTick + ticks, dtS);
  const ticks = lastThatPasses(tickFrom(endMs, dtS) - startTick, (count) => {
    const verdict = energyCheck(state, { ...own, endMs: endOf(count) })?.run(own.mw);
    return verdict !== undefined && verdict.short === null && verdict.brokenId === null;
  });
  return ticks === 0 ? 0 : Math.floor((endOf(ticks) - own.startMs) / 1000);
}
