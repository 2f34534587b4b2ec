// Sources of traces: history for the past, frames for the present.
import { request } from "../api/api.ts";
import {
  AssetEnergy,
  AssetForecast,
  AssetHistory,
  AssetSamples,
  type EnergyFragment,
  FleetEnergy,
  FleetHistory,
  SiteEnergy,
  SiteForecast,
  SiteHistory,
} from "../api/operations.ts";
import { readPages } from "../api/pages.ts";
import { requestEach } from "../api/request-each.ts";
import type { Fleet } from "../live/fleet.ts";
import { LIMITS } from "../live/frame-reader.ts";
import type { Live } from "../live/live.ts";
import { sumsOfSite } from "../live/site-sums.ts";
import { foreseenOf, foreseenOfAsset, foreseenOfSite, sumForecasts } from "./foreseen.ts";
import { limitedOfStep, limitedOfTick } from "./limit-times.ts";
import type { Bounds } from "./span.ts";
import { pointOfStep } from "./trace.ts";
import type { TraceSource } from "./trace-source.ts";

/** The most samples that a page may have. */
const PAGE = 500;
/** Sites of the largest fleet that is foreseen: a forecast of a site is much work for the server. */
export const MOST_FORESEEN_SITES = 10;
/** How much of what is to come is shown at first of an asset or a site, in s. */
const FIRST_AHEAD_S = 900;

export function fleetSource(live: Live): TraceSource {
  return {
    async readPast(bounds, stepS) {
      const variables = variablesOf(bounds, stepS);
      const steps = await readPages((after) =>
        request(FleetHistory, { ...variables, after }).then(({ fleet }) => fleet.history),
      );
      return steps.map((step) => pointOfStep(step, live.tickS));
    },
    async readEnergy(bounds, stepS) {
      const variables = variablesOf(bounds, stepS);
      const steps = await readPages((after) =>
        request(FleetEnergy, { ...variables, after }).then(({ fleet }) => fleet.history),
      );
      return steps.map(energyOf);
    },
    readNow({ totals }) {
      if (totals === undefined) return undefined;
      return { meanMw: totals.currentMw, setpointMw: null, socPct: totals.socPct };
    },
    async readAhead(untilMs) {
      const ids = new Set(live.fleet?.assets.map(({ site }) => site.id));
      if (ids.size > MOST_FORESEEN_SITES) return undefined;
      const until = instant(untilMs);
      const answers = await requestEach(
        SiteForecast,
        [...ids].map((id) => ({ id, until })),
      );
      const sites = answers.flatMap(({ site }) => site ?? []);
      const capacityMwhr = sites.reduce((sum, { totals }) => sum + totals.capacityMwhr, 0);
      return foreseenOf(sumForecasts(sites.map(({ forecast }) => forecast)), capacityMwhr, 0, 100);
    },
    firstAheadS: 0,
    dispatchesOf: {},
  };
}

export function siteSource(live: Live, id: string): TraceSource {
  return {
    async readPast(bounds, stepS) {
      const variables = { id, ...variablesOf(bounds, stepS) };
      const steps = await readPages((after) =>
        request(SiteHistory, { ...variables, after }).then(({ site }) => site?.history),
      );
      return steps.map((step) => pointOfStep(step, live.tickS));
    },
    async readEnergy(bounds, stepS) {
      const variables = { id, ...variablesOf(bounds, stepS) };
      const steps = await readPages((after) =>
        request(SiteEnergy, { ...variables, after }).then(({ site }) => site?.history),
      );
      return steps.map(energyOf);
    },
    readNow: (fleet) => pointOfSite(fleet, id),
    async readAhead(untilMs) {
      return foreseenOfSite(await request(SiteForecast, { id, until: instant(untilMs) }));
    },
    firstAheadS: FIRST_AHEAD_S,
    dispatchesOf: { siteIds: [id] },
  };
}

/** The newest point of a site; undefined where it has no asset. */
function pointOfSite(fleet: Fleet, id: string) {
  const { currentMw, socMwhr, capacityMwhr } = sumsOfSite(fleet, id);
  if (capacityMwhr === 0) return undefined;
  return { meanMw: currentMw, setpointMw: null, socPct: (100 * socMwhr) / capacityMwhr };
}

export function assetSource(live: Live, id: string): TraceSource {
  return {
    async readPast(bounds, stepS) {
      const variables = { id, ...variablesOf(bounds, stepS) };
      const steps = await readPages((after) =>
        request(AssetHistory, { ...variables, after }).then(({ asset }) => asset?.history),
      );
      return steps.map((step) => ({ ...pointOfStep(step, live.tickS), ...limitedOfStep(step) }));
    },
    async readTicks({ fromMs, untilMs }) {
      const variables = { id, from: instant(fromMs), until: instant(untilMs), first: PAGE };
      const samples = await readPages((after) =>
        request(AssetSamples, { ...variables, after }).then(({ asset }) => asset?.samples),
      );
      return samples
        .map(({ timestamp, currentMw, setpointMw, socPct, limitedBy }) => ({
          atMs: Date.parse(timestamp),
          meanMw: currentMw,
          minMw: currentMw,
          maxMw: currentMw,
          setpointMw,
          socPct,
          ...limitedOfTick(limitedBy, live.tickS),
        }))
        .reverse();
    },
    async readEnergy(bounds, stepS) {
      const variables = { id, ...variablesOf(bounds, stepS) };
      const steps = await readPages((after) =>
        request(AssetEnergy, { ...variables, after }).then(({ asset }) => asset?.history),
      );
      return steps.map((step) => ({ ...energyOf(step), ...limitedOfStep(step) }));
    },
    readNow({ placeOf, columns }) {
      const place = placeOf(id);
      if (place === undefined) return undefined;
      return {
        meanMw: columns.currentMw[place] as number,
        setpointMw: columns.setpointMw[place] as number,
        socPct: columns.socPct[place] as number,
        ...limitedOfTick(LIMITS[columns.limit[place] as number] ?? null, live.tickS),
      };
    },
    async readAhead(untilMs, typed) {
      const variables = { id, until: instant(untilMs), with: typed === undefined ? [] : [typed] };
      return foreseenOfAsset(await request(AssetForecast, variables));
    },
    firstAheadS: FIRST_AHEAD_S,
    dispatchesOf: { assetIds: [id] },
  };
}

function energyOf({ from, energyInMwhr, energyOutMwhr, coverageRatio }: EnergyFragment) {
  return {
    ...{ fromMs: Date.parse(from), inMwhr: energyInMwhr, outMwhr: energyOutMwhr },
    coverageRatio,
  };
}

function variablesOf({ fromMs, untilMs }: Bounds, stepS: number) {
  return { from: instant(fromMs), until: instant(untilMs), stepS };
}

const instant = (ms: number) => new Date(ms).toISOString();
