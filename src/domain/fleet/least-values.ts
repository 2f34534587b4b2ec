// Correction of stored values below the least values, to the nearest allowed value.

import {
  LEAST_EFFICIENCY,
  LEAST_MW,
  LEAST_MWHR,
  LEAST_PCT,
  LEAST_RATIO,
  nearestOf,
} from "../base/least-values.ts";
import { pctOf } from "../base/per-cent.ts";
import type { Asset, Site } from "./asset.ts";

/** The site itself where nothing is too small. */
export function withLeastLimits(site: Site): Site {
  const { maxExportMw, maxImportMw } = site;
  const next = {
    ...site,
    ...(maxExportMw !== undefined && { maxExportMw: nearestOf(maxExportMw, LEAST_MW) }),
    ...(maxImportMw !== undefined && { maxImportMw: nearestOf(maxImportMw, LEAST_MW) }),
  };
  const isSame = next.maxExportMw === maxExportMw && next.maxImportMw === maxImportMw;
  return isSame ? site : next;
}

/** The asset itself where nothing is too small. Other broken rules stay broken. */
export function withLeastRating(asset: Asset): Asset {
  const { minMw, maxMw, fallbackMw } = asset;
  const raised = (value: number, least: number) => (value > 0 && value < least ? least : value);
  const socMinRatio = nearestOf(asset.socMinRatio, LEAST_RATIO);
  const socMaxRatio = raised(asset.socMaxRatio, LEAST_RATIO);
  const rating = { maxMw: nearestOf(maxMw, LEAST_MW), minMw: nearestOf(minMw, LEAST_MW) };
  // An asset without any power is not allowed.
  if (rating.maxMw === 0 && rating.minMw === 0)
    Object.assign(rating, { maxMw: raised(maxMw, LEAST_MW), minMw: -raised(-minMw, LEAST_MW) + 0 });
  const next: Asset = {
    ...asset,
    ...rating,
    capacityMwhr: raised(asset.capacityMwhr, LEAST_MWHR),
    rampRateMwPerMin: raised(asset.rampRateMwPerMin, LEAST_MW),
    efficiency: raised(asset.efficiency, LEAST_EFFICIENCY),
    socMinRatio: socMinRatio < socMaxRatio ? socMinRatio : 0,
    socMaxRatio,
    initialSocPct: nearestOf(asset.initialSocPct, LEAST_PCT),
    ...(fallbackMw !== undefined && { fallbackMw: nearestOf(fallbackMw, LEAST_MW) }),
  };
  const isSame = Object.entries(next).every(
    ([field, value]) => asset[field as keyof Asset] === value,
  );
  return isSame ? asset : withinBounds(next);
}

/** Corrects the fields that depend on a corrected value. */
function withinBounds(asset: Asset): Asset {
  const { minMw, maxMw, fallbackMw, initialSocPct } = asset;
  const [lowPct, highPct] = [pctOf(asset.socMinRatio), pctOf(asset.socMaxRatio)];
  return {
    ...asset,
    initialSocPct: Math.min(Math.max(initialSocPct, lowPct), highPct),
    ...(fallbackMw !== undefined && { fallbackMw: Math.min(Math.max(fallbackMw, minMw), maxMw) }),
  };
}
