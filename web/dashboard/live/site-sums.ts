// Sums over the assets of a site in the newest report.
import type { Fleet } from "./fleet.ts";

export interface SiteSums {
  readonly assetCount: number;
  /** Net power at the meter in MW, discharge positive. */
  readonly currentMw: number;
  readonly setpointMw: number;
  readonly socMwhr: number;
  readonly capacityMwhr: number;
  /** What all could hold through the next tick, without the limits of the site, in MW. */
  readonly availableMinMw: number;
  readonly availableMaxMw: number;
  /** Sums of the ratings, in MW. */
  readonly minMw: number;
  readonly maxMw: number;
}

export function sumsOfSite({ assets, columns }: Fleet, siteId: string): SiteSums {
  const places = [...assets.keys()].filter((place) => assets[place]?.site.id === siteId);
  const sum = (at: (place: number) => number | undefined) =>
    places.reduce((total, place) => total + (at(place) ?? 0), 0);
  return {
    assetCount: places.length,
    currentMw: sum((place) => columns.currentMw[place]),
    setpointMw: sum((place) => columns.setpointMw[place]),
    socMwhr: sum(
      (place) => ((columns.socPct[place] ?? 0) / 100) * (assets[place]?.capacityMwhr ?? 0),
    ),
    capacityMwhr: sum((place) => assets[place]?.capacityMwhr),
    availableMinMw: sum((place) => columns.availableMinMw[place]),
    availableMaxMw: sum((place) => columns.availableMaxMw[place]),
    minMw: sum((place) => assets[place]?.minMw),
    maxMw: sum((place) => assets[place]?.maxMw),
  };
}
