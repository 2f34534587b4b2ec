// What the chart of the fleet compares or stacks, and its form in the address.
import type { FleetAsset } from "../live/asset-list.ts";
import type { Params } from "../route/place.ts";

/** `fleet`: the sums; `compare`: lines of some assets; `sites`, `assets`: their powers stacked. */
export const KINDS = ["fleet", "compare", "sites", "assets"] as const;
export type Kind = (typeof KINDS)[number];

/** Assets or sites that one chart can show apart. */
export const MOST_COMPARED = 10;

interface Compared {
  readonly kind: Kind;
  /** Ids of the chosen assets; undefined: the largest ones. */
  readonly ids: readonly string[] | undefined;
  readonly of: "power" | "soc";
}

/** What an address chooses; a value that is not known has its default. */
export function comparedOf({ chart, compare, of }: Params): Compared {
  const ids = [...new Set((compare ?? "").split(",").filter((id) => id !== ""))];
  return {
    kind: KINDS.find((one) => one === chart) ?? "fleet",
    ids: ids.length === 0 ? undefined : ids.slice(0, MOST_COMPARED),
    of: of === "soc" ? "soc" : "power",
  };
}

/** The chosen assets that there are; without a choice those of the highest rating. */
export function comparedAssets(
  assets: readonly FleetAsset[],
  ids: readonly string[] | undefined,
): FleetAsset[] {
  if (ids === undefined)
    return assets.toSorted((a, b) => ratingMw(b) - ratingMw(a)).slice(0, MOST_COMPARED);
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const ratingMw = ({ maxMw, minMw }: FleetAsset) => Math.max(maxMw, -minMw);

export const siteCount = (assets: readonly FleetAsset[]) =>
  new Set(assets.map(({ site }) => site.id)).size;

/** The sites of the largest capacity. */
export function largestSites(assets: readonly FleetAsset[]): FleetAsset["site"][] {
  const sites = new Map<string, { site: FleetAsset["site"]; capacityMwhr: number }>();
  for (const { site, capacityMwhr } of assets) {
    const sum = sites.get(site.id)?.capacityMwhr ?? 0;
    sites.set(site.id, { site, capacityMwhr: sum + capacityMwhr });
  }
  return [...sites.values()]
    .sort((a, b) => b.capacityMwhr - a.capacityMwhr)
    .slice(0, MOST_COMPARED)
    .map(({ site }) => site);
}
