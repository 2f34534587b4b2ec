// What becomes of an asset along its plan, part by part.
import type { BatteryState, Forecast } from "../battery/model.ts";
import type { AssetState } from "./asset-state.ts";
import { type ProfileSegment, profileOf } from "./power-profile.ts";
import { assetLoad, type LoadStep } from "./site-load.ts";

export interface PlanForecast {
  readonly profile: readonly ProfileSegment[];
  readonly forecast: Forecast;
  /** The first tick in which each dispatch that is short of energy or headroom is cut, by its id. */
  readonly shortTicks: ReadonlyMap<string, number>;
}

/** The state of the battery of an asset. */
export function batteryOf({ socMwhr, currentMw, own }: AssetState): BatteryState {
  return { socMwhr, powerMw: currentMw, own };
}

/** Forecasts that were made, by plan: a plan never changes, the state of its asset does with each tick. */
const known = new WeakMap<AssetState["plan"], { state: AssetState; made: PlanForecast }>();

/** The forecast along the plan of an asset, made once for each version of the plan and tick. */
export function planForecast(state: AssetState): PlanForecast {
  const before = known.get(state.plan);
  if (before !== undefined && isSame(before.state, state)) return before.made;
  const profile = profileOf(state.plan, state.tick, state.dtS);
  const forecast = state.model.forecast(state.asset, batteryOf(state), profile, state.dtS);
  const made = { profile, forecast, shortTicks: shortTicksOf(profile, forecast) };
  known.set(state.plan, { state, made });
  return made;
}

/** The load that an asset puts on the meter of its site along a profile. */
export function loadOf(
  { asset, tick, currentMw, dtS }: AssetState,
  profile: readonly ProfileSegment[],
): readonly LoadStep[] {
  return assetLoad(profile, tick, currentMw, (asset.rampRateMwPerMin / 60) * dtS);
}

const knownLoads = new WeakMap<
  AssetState["plan"],
  { state: AssetState; load: readonly LoadStep[] }
>();

/** The load of an asset along its plan, made once for each version of the plan and tick. */
export function planLoad(state: AssetState): readonly LoadStep[] {
  const before = knownLoads.get(state.plan);
  if (before !== undefined && isSame(before.state, state)) return before.load;
  const load = loadOf(state, profileOf(state.plan, state.tick, state.dtS));
  knownLoads.set(state.plan, { state, load });
  return load;
}

function isSame(a: AssetState, b: AssetState): boolean {
  return (
    a.asset === b.asset &&
    a.tick === b.tick &&
    a.socMwhr === b.socMwhr &&
    a.currentMw === b.currentMw &&
    a.dtS === b.dtS &&
    a.own === b.own
  );
}

function shortTicksOf(
  profile: readonly ProfileSegment[],
  { parts }: Forecast,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [n, { id, mw }] of profile.entries()) {
    const tick = parts[n]?.shortTick ?? null;
    if (id !== null && mw !== 0 && tick !== null && !found.has(id)) found.set(id, tick);
  }
  return found;
}
