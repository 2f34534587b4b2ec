// Forecasts of assets: what is in force, run ahead in slices.
import type { Steps } from "../../domain/base/steps.ts";
import { type ForecastPoint, pointsAlong } from "../../domain/dispatch/asset-forecast.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import {
  type ForecastRange,
  type ForecastRefusal,
  forecastGrid,
  MOST_POINTS,
} from "../../domain/dispatch/forecast-range.ts";
import { unrenewedProfileOf } from "../../domain/dispatch/power-profile.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import { type Frame, limitNameOf } from "../../domain/telemetry/frame.ts";
import { tickInstantMs } from "../../domain/time/grid.ts";
import { runningIndex } from "./decide.ts";
import type { AssetPlans } from "./plans.ts";
import type { Slices } from "./slices.ts";

/** The points of a forecast, the first one now; or why there is none. */
export type ForecastAnswer = readonly ForecastPoint[] | ForecastRefusal;

export interface Forecasts {
  /** What becomes of an asset by what is in force: open dispatches and schedule, and no lease renewed. */
  forecast(assetId: string, range: ForecastRange): Promise<ForecastAnswer>;
  /** How many points a forecast may have: as many as one may where the range is refused. */
  forecastCount(range: ForecastRange): number;
}

interface ForecastDeps {
  readonly gateway: AssetGateway;
  readonly latest: () => Frame;
  readonly runDue: () => void;
  readonly clock: Clock;
  /** The present of the fleet, in ms since the epoch. */
  readonly presentMs: () => number;
  readonly plans: AssetPlans;
  readonly slices: Slices;
}

export function createForecasts(deps: ForecastDeps): Forecasts {
  const { gateway, latest, runDue, presentMs, plans, slices } = deps;

  function* assetSteps(assetId: string, range: ForecastRange): Steps<ForecastAnswer> {
    runDue();
    const index = runningIndex(gateway.table, assetId);
    if (typeof index !== "number") return { ...index, field: "id" };
    const state = plans.stateOf(index);
    const grid = forecastGrid(range, { ...state, nowMs: presentMs() }, 1);
    if ("code" in grid) return grid;
    const limitedBy = limitNameOf(latest().limit[index] as number);
    yield;
    const profile = unrenewedProfileOf(state.plan, state.tick, state.dtS);
    const first = { ...nowOf(state), limitedBy, dispatchId: profile[0]?.id ?? null };
    return [first, ...(yield* pointsAlong(state, profile, grid))];
  }

  return {
    forecast: (assetId, range) => slices.run("numbers", assetSteps(assetId, range)),
    forecastCount(range) {
      const { tick, dtS } = latest();
      const grid = forecastGrid(range, { tick, dtS, nowMs: presentMs() }, 1);
      return "code" in grid ? MOST_POINTS : grid.count;
    },
  };
}

/** The first point: the state of an asset now. */
function nowOf({ tick, dtS, currentMw, socMwhr }: AssetState) {
  return { timestampMs: tickInstantMs(tick, dtS), mw: currentMw, socMwhr };
}
