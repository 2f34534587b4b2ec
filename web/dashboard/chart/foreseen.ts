// What is foreseen, of the points of forecasts.
import type { AssetForecastQuery, ForeseenFragment, SiteForecastQuery } from "../api/operations.ts";
import { firstFrom } from "./line.ts";
import type { Foreseen, ForeseenPoint } from "./trace-source.ts";

type ForecastOfAsset = ForeseenFragment & Pick<ForeseenPoint, "limitedBy" | "dispatchId">;

export function foreseenOf(
  forecast: readonly ForecastOfAsset[],
  capacityMwhr: number,
  socMinPct: number,
  socMaxPct: number,
): Foreseen {
  const points = forecast.map(({ timestamp, socMwhr, ...others }) => ({
    ...others,
    atMs: Date.parse(timestamp),
    socPct: capacityMwhr === 0 ? 0 : (100 * socMwhr) / capacityMwhr,
  }));
  return { points, socMinPct, socMaxPct };
}

export function foreseenOfAsset({ asset }: AssetForecastQuery): Foreseen {
  if (asset === null) return foreseenOf([], 0, 0, 100);
  const { forecast, capacityMwhr, socMinRatio, socMaxRatio } = asset;
  return foreseenOf(forecast, capacityMwhr, 100 * socMinRatio, 100 * socMaxRatio);
}

export function foreseenOfSite({ site }: SiteForecastQuery): Foreseen {
  return foreseenOf(site?.forecast ?? [], site?.totals.capacityMwhr ?? 0, 0, 100);
}

/** The sums of forecasts at the instants that all of them have: one may begin a tick later than another. */
export function sumForecasts(
  forecasts: readonly (readonly ForeseenFragment[])[],
): ForeseenFragment[] {
  const [first = [], ...others] = forecasts.map(
    (points) => new Map(points.map((point) => [point.timestamp, point])),
  );
  return [...first.values()].flatMap(({ timestamp, mw, socMwhr }) => {
    const same = others.flatMap((points) => points.get(timestamp) ?? []);
    if (same.length < others.length) return [];
    return [
      {
        timestamp,
        mw: same.reduce((sum, point) => sum + point.mw, mw),
        socMwhr: same.reduce((sum, point) => sum + point.socMwhr, socMwhr),
      },
    ];
  });
}

/** Powers that hold since the previous point, on one axis of time: from the last of their begins to the first of their ends. */
export function alignSteps(
  lines: readonly { readonly atMs: readonly number[]; readonly values: readonly number[] }[],
): { atMs: number[]; values: number[][] } {
  const fromMs = Math.max(...lines.map(({ atMs }) => atMs[0] ?? Number.POSITIVE_INFINITY));
  const untilMs = Math.min(...lines.map(({ atMs }) => atMs.at(-1) ?? Number.NEGATIVE_INFINITY));
  const atMs = [...new Set(lines.flatMap((line) => line.atMs))]
    .filter((ms) => ms >= fromMs && ms <= untilMs)
    .sort((a, b) => a - b);
  const values = lines.map((line) =>
    atMs.map((ms) => line.values[firstFrom(line.atMs, ms)] as number),
  );
  return { atMs, values };
}
