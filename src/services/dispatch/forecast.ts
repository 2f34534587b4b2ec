// Forecasts of assets and sites: what is in force, run ahead in slices.
import type { Steps } from "../../domain/base/steps.ts";
import type { ForecastPoint } from "../../domain/dispatch/asset-forecast.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import {
  type ForecastRange,
  type ForecastRefusal,
  forecastGrid,
  MOST_POINTS,
} from "../../domain/dispatch/forecast-range.ts";
import { type DispatchRequest, siteUnknown } from "../../domain/dispatch/request.ts";
import type { Site } from "../../domain/fleet/asset.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import { type Frame, limitNameOf } from "../../domain/telemetry/frame.ts";
import { runningIndex } from "./decide.ts";
import { assetPoints, type Foreseen, sitePoints } from "./forecast-points.ts";
import type { AssetPlans } from "./plans.ts";
import { withSite } from "./site-loads.ts";
import type { Slices } from "./slices.ts";
import { refuseSupposed, supposedState } from "./supposed-dispatches.ts";

/** The points of a forecast, the first one now; or why there is none. */
export type ForecastAnswer = readonly ForecastPoint[] | ForecastRefusal;

/** A forecast is of what is in force now: open dispatches and schedules, and no lease renewed. It changes nothing. */
export interface Forecasts {
  /**
   * @param supposed Requests for this asset, which are decided as if they were sent now, in their order: the forecast
   *                 is as if they were accepted, under the ids `with:0`, `with:1`, …. The first refusal is the answer.
   */
  forecast(
    assetId: string,
    range: ForecastRange,
    supposed?: readonly DispatchRequest[],
  ): Promise<ForecastAnswer>;
  /** The assets of a site together. */
  siteForecast(siteId: string, range: ForecastRange): Promise<ForecastAnswer>;
  /** How many points a forecast may have, for its cost: as many as one may where the range is refused. */
  forecastCount(range: ForecastRange): number;
}

interface ForecastDeps {
  readonly gateway: AssetGateway;
  readonly latest: () => Frame;
  readonly runDue: () => void;
  readonly clock: Pick<Clock, "nowMs">;
  /** The present of the fleet, in ms since the epoch. */
  readonly presentMs: () => number;
  readonly plans: AssetPlans;
  readonly slices: Slices;
}

export function createForecasts(deps: ForecastDeps): Forecasts {
  const { gateway, latest, runDue, clock, presentMs, plans, slices } = deps;
  const ownStateOf = (index: number) => plans.stateOf(index);
  const present = () => ({ nowMs: presentMs(), clockMs: clock.nowMs() });

  const foreseenOf = (state: AssetState, index: number): Foreseen => ({
    state,
    limitedBy: limitNameOf(latest().limit[index] as number),
  });

  /** The states of assets now, which later ticks leave as they are. */
  const foreseenAt = (indexes: readonly number[], stateOf = ownStateOf) =>
    indexes.map((index) => foreseenOf(stateOf(index), index));

  function* assetSteps(
    assetId: string,
    range: ForecastRange,
    supposed: readonly DispatchRequest[],
  ): Steps<ForecastAnswer> {
    runDue();
    const { table } = gateway;
    const index = runningIndex(table, assetId);
    if (typeof index !== "number") return { ...index, field: "id" };
    const own = ownStateOf(index);
    const refused = refuseSupposed(own.asset.id, supposed);
    if (refused !== undefined) return refused;
    const at = present();
    const site = table.siteAt(index);
    const indexes = hasLimits(site) ? table.indexesOfSite(site.id) : [index];
    const grid = forecastGrid(range, { ...own, ...at }, indexes.length);
    if ("code" in grid) return grid;
    const requestStateOf = (it: number) => plans.requestStateOf(it, at.nowMs);
    const foreseen = foreseenAt(indexes, supposed.length > 0 ? requestStateOf : ownStateOf);
    const place = indexes.indexOf(index);
    if (supposed.length > 0) {
      const decided = withSite(table, index, requestStateOf);
      yield;
      const state = yield* supposedState(decided, supposed, at);
      if ("code" in state) return state;
      foreseen[place] = { ...(foreseen[place] as Foreseen), state };
    }
    return yield* assetPoints(site, foreseen, place, grid);
  }

  function* siteSteps(siteId: string, range: ForecastRange): Steps<ForecastAnswer> {
    runDue();
    const { table } = gateway;
    const site = table.siteOf(siteId);
    if (site === undefined) return { ...refuseSite(table.findSite(siteId), siteId), field: "id" };
    const indexes = table.indexesOfSite(site.id);
    const foreseen = foreseenAt(indexes);
    const { tick, dtS } = foreseen[0]?.state ?? latest();
    const grid = forecastGrid(range, { tick, dtS, nowMs: presentMs() }, indexes.length);
    return "code" in grid ? grid : yield* sitePoints(site, foreseen, grid);
  }

  return {
    forecast: (assetId, range, supposed = []) =>
      slices.run("numbers", assetSteps(assetId, range, supposed)),
    siteForecast: (siteId, range) => slices.run("numbers", siteSteps(siteId, range)),
    forecastCount(range) {
      const { tick, dtS } = latest();
      const grid = forecastGrid(range, { tick, dtS, nowMs: presentMs() }, 1);
      return "code" in grid ? MOST_POINTS : grid.count;
    },
  };
}

/** Whether a site has a limit at its meter. */
function hasLimits({ maxExportMw, maxImportMw }: Site): boolean {
  return (maxExportMw ?? maxImportMw) !== undefined;
}

function refuseSite(retired: Site | undefined, siteId: string) {
  if (retired === undefined) return siteUnknown(siteId);
  const message = `${retired.name} is retired and no asset runs at it: its history stays`;
  return { code: "SITE_RETIRED", message } as const;
}
