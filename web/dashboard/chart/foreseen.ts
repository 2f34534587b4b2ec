// What is foreseen, of the points of forecasts.
import type { ForeseenFragment } from "../api/operations.ts";
import type { Foreseen } from "./trace-source.ts";

export function foreseenOf(
  forecast: readonly ForeseenFragment[],
  capacityMwhr: number,
  socMinPct: number,
  socMaxPct: number,
): Foreseen {
  const points = forecast.map(({ timestamp, mw, socMwhr }) => ({
    atMs: Date.parse(timestamp),
    mw,
    socPct: capacityMwhr === 0 ? 0 : (100 * socMwhr) / capacityMwhr,
  }));
  return { points, socMinPct, socMaxPct };
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
