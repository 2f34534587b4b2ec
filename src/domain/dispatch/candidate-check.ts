// The check of a candidate: whether energy, and the limits of its site, last for a power along all open dispatches.
import type { Availability, PartForecast } from "../battery/model.ts";
import type { Fit } from "./accepted-search.ts";
import type { OpenDispatch, Plan } from "./asset-plan.ts";
import type { AssetState } from "./asset-state.ts";
import { batteryOf, loadOf, planForecast, planLoad } from "./plan-forecast.ts";
import { type ProfileSegment, profileOf } from "./power-profile.ts";
import { LONGEST_DURATION_S } from "./request.ts";
import { type Shortfall, shortfallsOf } from "./shortfall.ts";
import { siteExcess, type TickWindow } from "./site-load.ts";

/** A dispatch to be decided, and the plan of the asset once it is accepted. */
export interface Candidate {
  readonly own: OpenDispatch;
  readonly joined: (own: OpenDispatch) => Plan;
}

/**
 * What a candidate must pass: `site` the limits of its site, `keeps` breaks no promise besides, `whole` is also
 * delivered in full itself.
 */
export type Demand = "site" | "keeps" | "whole";

/** What a candidate would meet along the profile. */
export interface CandidateOutcome {
  /** Whether the site can carry it wherever something is promised. */
  readonly isWithinSite: boolean;
  /** Where and how much energy falls short; null where it fits. */
  readonly short: Shortfall | null;
  /** The first tick in which it is cut; null: none. */
  readonly shortTick: number | null;
  /** An open dispatch that would lack the energy it was promised; null where none would. */
  readonly brokenId: string | null;
}

export interface CandidateCheck {
  /** What the candidate meets; 0 MW, which stops the asset, always passes. */
  run(mw: number): CandidateOutcome;
  /**
   * Whether a power passes, and where not, whether a larger one, or a longer duration, would not pass either.
   *
   * @param sign What more of it does to the stored energy: 1 takes out, -1 adds, 0 neither.
   */
  fitOf(mw: number, demand: Demand, sign: number): Fit;
  /** Whether its site has limits. */
  readonly hasSiteLimits: boolean;
  /** Whether another open dispatch was promised energy that a power could take. */
  readonly hasPromises: boolean;
  /** What the asset could deliver in the first tick of the candidate. */
  availability(): Availability;
  /** The setpoint that follows on the candidate, in MW: what a longer one would hold instead. */
  readonly nextMw: number;
}

/** The check of a candidate with any power; undefined where no tick falls to it. */
export function candidateCheck(
  state: AssetState,
  { own, joined }: Candidate,
): CandidateCheck | undefined {
  const { asset, model, tick, dtS } = state;
  const parts = boundedIn(profileOf(joined(own), tick, dtS), own.id, dtS);
  const isOwn = ({ id }: ProfileSegment) => id === own.id;
  const first = parts.findIndex(isOwn);
  if (first === -1) return undefined;
  const last = parts.findLastIndex(isOwn);
  const before = beforeOf(state, parts.slice(0, first));
  const withMw = (mw: number) =>
    mw === own.mw ? parts : parts.map((part) => (isOwn(part) ? { ...part, mw } : part));

  /** Whether the part at a place is a promise that is cut, and would not be without the candidate. */
  function isBroken(n: number, found: PartForecast | undefined): boolean {
    const { id, promised } = parts[n] as ProfileSegment;
    if (!promised || id === own.id || id === null || found?.shortTick == null) return false;
    return !planForecast(state).shortTicks.has(id);
  }

  const isOwnCut = (n: number, found: PartForecast | undefined) =>
    n >= first && n <= last && isOwn(parts[n] as ProfileSegment) && found?.shortTick != null;

  /** Runs the profile until a part is found that decides. */
  function runUntil(mw: number, decides: (n: number, found: PartForecast | undefined) => boolean) {
    return before().extend(
      withMw(mw),
      (found, n) => n >= first && (decides(n, found[n]) || (n > 0 && decides(n - 1, found[n - 1]))),
    ).parts;
  }

  function shortOf(profile: readonly ProfileSegment[], found: readonly PartForecast[]) {
    const short = shortfallsOf(state, profile, found).get(own.id) ?? null;
    return short && own.endMs === null ? { ...short, missingMwhr: null } : short;
  }

  const loadBefore = state.site && planLoad(state);

  /** Whether the limits of the site allow a power wherever something is promised. */
  function isWithinSite(mw: number): boolean {
    if (state.site === undefined || loadBefore === undefined) return true;
    const profile = withMw(mw);
    const isPromised = (id: string) => id === own.id && own.onShortfall === "refuse";
    const promised = windowsWhere(profile, tick, isPromised);
    const load = { before: loadBefore, after: loadOf(state, profile), promised };
    return siteExcess(state.site, load) === null;
  }

  return {
    hasSiteLimits: state.site !== undefined,
    nextMw: parts[last + 1]?.mw ?? 0,
    // The ramp out of the part before it depends on it too.
    hasPromises: parts.some((part, n) => n >= first - 1 && part.promised && !isOwn(part)),
    availability: () => model.availability(asset, before().parts.at(-1) ?? batteryOf(state), dtS),
    run(mw) {
      if (mw === 0) return { isWithinSite: true, brokenId: null, short: null, shortTick: null };
      const found = runUntil(mw, (n, part) => n >= last && isBroken(n, part));
      const broken = found.findIndex((part, n) => isBroken(n, part));
      const cut = found.findIndex((part, n) => isOwnCut(n, part));
      return {
        isWithinSite: isWithinSite(mw),
        brokenId: parts[broken]?.id ?? null,
        short: cut === -1 ? null : shortOf(withMw(mw).slice(0, last + 1), found),
        shortTick: found[cut]?.shortTick ?? null,
      };
    },
    fitOf(mw, demand, sign) {
      if (mw === 0) return "accepted";
      if (!isWithinSite(mw)) return "large";
      if (demand === "site") return "accepted";
      const isLarge = (n: number, part: PartForecast | undefined) =>
        (demand === "whole" && isOwnCut(n, part)) ||
        (isBroken(n, part) && part?.lacks === (sign > 0 ? "energy" : "headroom"));
      const found = runUntil(mw, isLarge);
      if (found.some((part, n) => isLarge(n, part))) return "large";
      return found.some((part, n) => isBroken(n, part)) ? "small" : "accepted";
    },
  };
}

/** A candidate without an end counts for as long as a dispatch may last. */
function boundedIn(
  parts: readonly ProfileSegment[],
  ownId: string,
  dtS: number,
): readonly ProfileSegment[] {
  const last = parts.at(-1);
  if (last?.id !== ownId || last.ticks !== Infinity) return parts;
  return parts.with(-1, { ...last, ticks: Math.ceil(LONGEST_DURATION_S / dtS) });
}

/** The ticks that chosen dispatches hold along a profile. */
export function windowsWhere(
  profile: readonly ProfileSegment[],
  tick: number,
  isChosen: (id: string) => boolean,
): readonly TickWindow[] {
  const windows: TickWindow[] = [];
  let from = tick;
  for (const { id, ticks } of profile) {
    if (id !== null && isChosen(id)) windows.push({ from, until: from + ticks });
    from += ticks;
  }
  return windows;
}

/** The forecast up to a candidate, which no power of it changes: run when it is needed, and once. */
function beforeOf(state: AssetState, parts: readonly ProfileSegment[]) {
  let forecast: ReturnType<AssetState["model"]["forecast"]> | undefined;
  return () => {
    forecast ??= state.model.forecast(state.asset, batteryOf(state), parts, state.dtS);
    return forecast;
  };
}
