// What becomes of an asset along its plan, point by point: power and stored energy by the forecast of its model.
import type { Steps } from "../base/steps.ts";
import type { BatteryState, PartForecast, ProfilePart } from "../battery/model.ts";
import type { PowerLimit } from "../telemetry/telemetry.ts";
import type { AssetState } from "./asset-state.ts";
import { type ForecastGrid, meanMwOf, pointInstantMs } from "./forecast-range.ts";
import { batteryOf } from "./plan-forecast.ts";

/** An asset, or a site, at one instant to come. */
export interface ForecastPoint {
  /** In ms since the epoch. */
  readonly timestampMs: number;
  /** Mean power at the terminal from the point before up to this one, in MW, discharge positive. */
  readonly mw: number;
  /** Stored energy at this instant, in MWh. */
  readonly socMwhr: number;
  /** The last limit that changes the power from the point before up to this one; null where none does. */
  readonly limitedBy: PowerLimit | null;
  /** The dispatch that holds the last tick up to this point; of a site, and where there is none, null. */
  readonly dispatchId: string | null;
}

/** Work of a step: a part of a profile counts as 1, and each hour of it as 1 more. */
const STEP_WORK = 50;

/**
 * The points after the first one, of an asset that no site cuts.
 *
 * @param profile Its setpoints from the tick of the grid on; the last one lasts beyond the grid.
 */
export function* pointsAlong(
  state: AssetState,
  profile: readonly ProfilePart[],
  grid: ForecastGrid,
): Steps<readonly ForecastPoint[]> {
  const { asset, model, dtS } = state;
  const points: ForecastPoint[] = [];
  let [at, work]: [BatteryState, number] = [batteryOf(state), 0];
  let [part, passed] = [0, 0];
  for (let n = 1; n < grid.count; n++) {
    let [deliveredMwhr, limitedBy]: [number, PowerLimit | null] = [0, null];
    let dispatchId: string | null = null;
    for (let left = grid.stepTicks; left > 0; ) {
      const { id, mw, ticks: whole } = profile[part] as ProfilePart;
      const ticks = Math.min(left, whole - passed, mostTicks(dtS));
      const run = model.forecast(asset, at, [{ id, mw, ticks }], dtS).parts[0] as PartForecast;
      limitedBy = limitOf(state, at, { id, mw, ticks }, run) ?? limitedBy;
      deliveredMwhr += run.deliveredMwhr;
      dispatchId = id;
      at = { socMwhr: run.socMwhr, powerMw: run.powerMw, own: run.own };
      left -= ticks;
      passed += ticks;
      if (passed >= whole) [part, passed] = [part + 1, 0];
      work += 1 + (ticks * dtS) / 3600;
      if (work < STEP_WORK) continue;
      yield;
      work = 0;
    }
    points.push({
      timestampMs: pointInstantMs(grid, n),
      mw: meanMwOf(grid, deliveredMwhr, at.powerMw),
      ...{ socMwhr: at.socMwhr, limitedBy, dispatchId },
    });
  }
  return points;
}

/** Ticks that are foreseen without a pause: a day. */
function mostTicks(dtS: number): number {
  return Math.max(1, Math.floor((24 * 3600) / dtS));
}

/** As a share of the capacity: nearer to a bound, energy may have cut the power. */
const NEAR_RATIO = 1e-9;

/** A step of a ramp that ends so near to the setpoint reaches it, but for rounding. */
const ROUNDING_RATIO = 1e-9;

/** The last limit that changes the power within a part; null where none does. */
function limitOf(
  { asset, model, dtS }: AssetState,
  from: BatteryState,
  part: ProfilePart,
  run: PartForecast,
): PowerLimit | null {
  const { minMw, maxMw, floorMwhr, ceilingMwhr } = model.limits(asset);
  const aimMw = Math.min(Math.max(part.mw, minMw), maxMw);
  if (run.shortTick !== null) return "energy";
  if (aimMw !== part.mw && run.powerMw === aimMw) return "power";
  const nearMwhr = NEAR_RATIO * asset.capacityMwhr;
  const isAtBound =
    Math.abs(run.socMwhr - floorMwhr) < nearMwhr || Math.abs(run.socMwhr - ceilingMwhr) < nearMwhr;
  // The ramp out of a power belongs to none of the parts that the forecast calls short.
  if (isAtBound && aimMw === 0 && from.powerMw !== 0) {
    const demandedMwhr = model.demandMwhr(asset, from, [part], dtS)[0] ?? 0;
    if (Math.abs(demandedMwhr - run.deliveredMwhr) > nearMwhr) return "energy";
  }
  const rampStepMw = (asset.rampRateMwPerMin / 60) * dtS;
  return Math.abs(part.mw - from.powerMw) > rampStepMw * (1 + ROUNDING_RATIO) ? "ramp" : null;
}
