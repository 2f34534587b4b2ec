// Whether the energy of an asset lasts for a power, along all its open dispatches.

import type {
  Availability,
  BatteryModel,
  BatteryState,
  Forecast,
  OwnState,
  PartForecast,
} from "../battery/model.ts";
import type { Asset } from "../fleet/asset.ts";
import { tickInstantMs } from "../time/grid.ts";
import type { OpenDispatch, Plan } from "./asset-plan.ts";
import { type ProfileSegment, profileOf } from "./power-profile.ts";
import { LONGEST_DURATION_S } from "./request.ts";

/** An asset at the end of a tick. */
export interface AssetState {
  readonly asset: Asset;
  readonly model: BatteryModel;
  readonly plan: Plan;
  /** Stored energy in MWh. */
  readonly socMwhr: number;
  /** Terminal power in MW, from which the ramp continues. */
  readonly currentMw: number;
  /** The own state of its model. */
  readonly own: OwnState;
  /** Number on the grid of the tick that ended last. */
  readonly tick: number;
  /** Length of a tick in s. */
  readonly dtS: number;
}

/** A dispatch to be decided, and the plan of the asset once it is accepted. */
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

/** What a power would meet along the profile. */
export interface EnergyOutcome {
  /** Where and how much energy falls short; null where the power fits. */
  readonly short: Shortfall | null;
  /** An open dispatch that would lack the energy it was promised; null where none would. */
  readonly brokenId: string | null;
}

export interface EnergyCheck {
  /** What a power would meet; 0 MW, which stops the asset, always passes. */
  readonly run: (mw: number) => EnergyOutcome;
  /** Whether a power breaks no promise. */
  readonly keeps: (mw: number) => boolean;
  /** Whether it breaks none and is delivered in full itself. */
  readonly fits: (mw: number) => boolean;
  /** The profile up to the candidate, which no power of it changes. */
  readonly before: ProfileBefore;
  /** Whether another open dispatch was promised energy that a power could take. */
  readonly hasPromises: boolean;
  /** What the asset could deliver in the first tick of the candidate. */
  readonly availability: Availability;
}

/** What comes before a dispatch on the profile of an asset, run when it is needed. */
interface ProfileBefore {
  readonly forecast: Forecast;
  /** Open dispatches that fall short of energy without the candidate. */
  readonly shortIds: ReadonlySet<string>;
}

function profileBefore(state: AssetState, parts: readonly ProfileSegment[]): ProfileBefore {
  const found: { forecast?: Forecast; ids?: ReadonlySet<string> } = {};
  return {
    get forecast() {
      found.forecast ??= forecastOf(state, parts);
      return found.forecast;
    },
    get shortIds() {
      found.ids ??= shortIds(state, state.plan);
      return found.ids;
    },
  };
}

/** The state of the battery of an asset. */
function batteryOf({ socMwhr, currentMw, own }: AssetState): BatteryState {
  return { socMwhr, powerMw: currentMw, own };
}

function forecastOf(state: AssetState, profile: readonly ProfileSegment[]): Forecast {
  return state.model.forecast(state.asset, batteryOf(state), profile, state.dtS);
}

/**
 * The power profile of an asset with a candidate in it, to be run with any power; undefined where no tick falls to
 * the candidate.
 *
 * @param known The check of the same candidate with another end: the profile before it is the same.
 */
export function energyCheck(
  state: AssetState,
  { own, joined }: Candidate,
  known?: EnergyCheck,
): EnergyCheck | undefined {
  const { asset, model, tick, dtS } = state;
  const parts = profileOf(joined(own), tick, dtS);
  const at = parts.findIndex(({ id }) => id === own.id);
  const part = parts[at];
  if (part === undefined) return undefined;
  const before = known?.before ?? profileBefore(state, parts.slice(0, at));
  const ticks = Math.min(part.ticks, Math.ceil(LONGEST_DURATION_S / dtS));
  const withMw = (mw: number) =>
    mw === part.mw && ticks === part.ticks ? parts : parts.with(at, { ...part, ticks, mw });
  const { hasPromises, isCut } = promisesOf(parts, own.id);

  /** What becomes of the parts, up to the first promise that is cut; where `own` is cut, no further where that is all. */
  function partsOf(profile: readonly ProfileSegment[], untilOwnIsCut: boolean) {
    const isKnown = (found: readonly PartForecast[], n: number) =>
      n >= at &&
      (isCut(found, n) ||
        (n > 0 && isCut(found, n - 1)) ||
        (untilOwnIsCut && found[at]?.shortTick !== null));
    return before.forecast.extend(profile, isKnown).parts;
  }

  function brokenBy(found: readonly PartForecast[]): string | null {
    if (!hasPromises) return null;
    const n = found.findIndex((_, place) => isCut(found, place));
    const id = parts[n]?.id ?? null;
    return id === null || before.shortIds.has(id) ? null : id;
  }

  /** How much more a battery with energy and headroom without end would have moved. */
  function missing(deliveredMwhr: number, profile: readonly ProfileSegment[]): number {
    const wantedMwhr = model.demandMwhr(asset, batteryOf(state), profile.slice(0, at + 1), dtS);
    return Math.abs((wantedMwhr[at] ?? 0) - deliveredMwhr);
  }

  function passes(mw: number, isWhole: boolean): boolean {
    if (mw === 0) return true;
    const found = partsOf(withMw(mw), isWhole);
    return (!isWhole || found[at]?.shortTick === null) && brokenBy(found) === null;
  }

  return {
    hasPromises,
    before,
    get availability() {
      const start = before.forecast.parts[at - 1] ?? batteryOf(state);
      return model.availability(asset, start, dtS);
    },
    keeps: (mw) => passes(mw, false),
    fits: (mw) => passes(mw, true),
    run(mw) {
      if (mw === 0) return { brokenId: null, short: null };
      const profile = withMw(mw);
      const found = partsOf(profile, false);
      const { shortTick = null, deliveredMwhr = 0 } = found[at] ?? {};
      const brokenId = brokenBy(found);
      if (shortTick === null) return { brokenId, short: null };
      const fromMs = tickInstantMs(tick + shortTick, dtS);
      const missingMwhr = own.endMs === null ? null : missing(deliveredMwhr, profile);
      return { brokenId, short: { fromMs, missingMwhr } };
    },
  };
}

/** The promises of energy along a profile, beside the candidate's. */
function promisesOf(parts: readonly ProfileSegment[], ownId: string) {
  const isPromise = ({ id, promised }: ProfileSegment) => promised && id !== ownId;
  return {
    hasPromises: parts.some(isPromise),
    /** Whether the part at a place is a promise whose power is cut. */
    isCut: (found: readonly PartForecast[], n: number) =>
      isPromise(parts[n] as ProfileSegment) && found[n]?.shortTick !== null,
  };
}

/** The open dispatches of a plan that would fall short of energy. */
export function shortIds(
  state: AssetState,
  plan: Plan,
  { profile, parts }: PlanRun = runOf(state, plan),
): ReadonlySet<string> {
  const short = profile.filter((part, n) => isShort(part, parts[n]));
  return new Set(short.flatMap(({ id }) => id ?? []));
}

/** What the open dispatches of a plan that would fall short of energy would lack. */
export function shortfallsOf(
  state: AssetState,
  { profile, parts }: PlanRun,
): ReadonlyMap<string, Shortfall> {
  const found = new Map<string, Shortfall>();
  if (!profile.some((part, n) => isShort(part, parts[n]))) return found;
  const { asset, model, dtS, tick } = state;
  const wantedMwhr = model.demandMwhr(asset, batteryOf(state), profile, dtS);
  for (const [n, part] of profile.entries()) {
    const run = parts[n];
    if (part.id === null || run?.shortTick == null || !isShort(part, run)) continue;
    const before = found.get(part.id);
    const lackMwhr = Math.abs((wantedMwhr[n] ?? 0) - run.deliveredMwhr);
    found.set(part.id, {
      fromMs: before?.fromMs ?? tickInstantMs(tick + run.shortTick, dtS),
      missingMwhr: part.ticks === Infinity ? null : lackMwhr + (before?.missingMwhr ?? 0),
    });
  }
  return found;
}

/** What becomes of an asset along a plan, part by part. */
export interface PlanRun {
  readonly profile: readonly ProfileSegment[];
  readonly parts: readonly PartForecast[];
}

export function runOf(state: AssetState, plan: Plan): PlanRun {
  const profile = profileOf(plan, state.tick, state.dtS);
  return { profile, parts: forecastOf(state, profile).parts };
}

function isShort({ mw }: ProfileSegment, run: PartForecast | undefined): boolean {
  return mw !== 0 && run?.shortTick !== null;
}
