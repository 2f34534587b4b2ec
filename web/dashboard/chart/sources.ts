// Sources of traces: history for the past, frames for the present.
import { request } from "../api/api.ts";
import { AssetHistory, AssetSamples, FleetHistory, SiteHistory } from "../api/operations.ts";
import { readPages } from "../api/pages.ts";
import type { Live } from "../live/live.ts";
import { pointOfStep, type TraceSource } from "./trace.ts";

/** The most samples that a page may have. */
const PAGE = 500;

export function fleetSource(live: Live): TraceSource {
  return {
    async readPast(bounds, stepS) {
      const variables = variablesOf(bounds, stepS);
      const steps = await readPages((after) =>
        request(FleetHistory, { ...variables, after }).then(({ fleet }) => fleet.history),
      );
      return steps.map((step) => pointOfStep(step, live.tickS));
    },
    readNow({ totals }) {
      if (totals === undefined) return undefined;
      return { meanMw: totals.currentMw, setpointMw: null, socPct: totals.socPct };
    },
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
    readNow: () => undefined,
  };
}

export function assetSource(live: Live, id: string): TraceSource {
  return {
    async readPast(bounds, stepS) {
      const variables = { id, ...variablesOf(bounds, stepS) };
      const steps = await readPages((after) =>
        request(AssetHistory, { ...variables, after }).then(({ asset }) => asset?.history),
      );
      return steps.map((step) => pointOfStep(step, live.tickS));
    },
    async readTicks({ fromMs, untilMs }) {
      const variables = { id, from: instant(fromMs), until: instant(untilMs), first: PAGE };
      const samples = await readPages((after) =>
        request(AssetSamples, { ...variables, after }).then(({ asset }) => asset?.samples),
      );
      return samples
        .map(({ timestamp, currentMw, setpointMw, socPct }) => ({
          atMs: Date.parse(timestamp),
          meanMw: currentMw,
          minMw: currentMw,
          maxMw: currentMw,
          setpointMw,
          socPct,
        }))
        .reverse();
    },
    readNow({ placeOf, columns }) {
      const place = placeOf(id);
      if (place === undefined) return undefined;
      return {
        meanMw: columns.currentMw[place] as number,
        setpointMw: columns.setpointMw[place] as number,
        socPct: columns.socPct[place] as number,
      };
    },
  };
}

/** Whole steps, so that the same step is requested each time. */
function variablesOf({ fromMs, untilMs }: { fromMs: number; untilMs: number }, stepS: number) {
  const stepMs = stepS * 1000;
  return {
    from: instant(Math.ceil(fromMs / stepMs) * stepMs),
    until: instant(Math.ceil(untilMs / stepMs) * stepMs),
    stepS,
  };
}

const instant = (ms: number) => new Date(ms).toISOString();
