// The rows of the table of assets: filtered and sorted.

import type { FleetAsset } from "../live/asset-list.ts";
import { type Columns, STATUSES } from "../live/frame-reader.ts";
import type { Choice, Sort } from "./choice.ts";

const COLUMN_OF = {
  soc: "socPct",
  power: "currentMw",
  setpoint: "setpointMw",
  status: "status",
  limit: "limit",
} as const satisfies Record<Exclude<Sort, "name" | "site">, keyof Columns>;

/** An asset by its index in the fleet, or the heading of a site with its totals. */
export type Row =
  | number
  | {
      readonly siteId: string;
      readonly siteName: string;
      readonly places: readonly number[];
    };

/** Data that does not change while the assets are the same. */
export interface Ranks {
  readonly name: Float64Array;
  readonly site: Float64Array;
  readonly words: readonly string[];
}

/** The rank of each asset by name and by site, so that a sort compares numbers alone. */
export function rankAssets(assets: readonly FleetAsset[]): Ranks {
  const collator = new Intl.Collator(undefined, { numeric: true });
  const rank = (wordOf: (asset: FleetAsset) => string) => {
    const order = assets
      .map((asset, place) => ({ word: wordOf(asset), place }))
      .sort((a, b) => collator.compare(a.word, b.word));
    const ranks = new Float64Array(assets.length);
    let same = 0;
    order.forEach(({ word, place }, index) => {
      if (word !== order[same]?.word) same = index;
      ranks[place] = same;
    });
    return ranks;
  };
  return {
    name: rank(({ name }) => name),
    // Sites of one name stay apart.
    site: rank(({ site }) => `${site.name} ${site.id}`),
    words: assets.map(({ name, site, location }) =>
      `${name} ${site.name} ${location}`.toLocaleLowerCase(),
    ),
  };
}

/** Whether reports change the shown rows or their order. */
export function movesRows({ sort, status }: Choice): boolean {
  return status !== undefined || (sort !== "name" && sort !== "site");
}

/**
 * @param columns The reported columns; where they move no rows, they may be left out.
 * @param siteId  The site whose assets are wanted; left out: all.
 */
export function rowsOf(
  assets: readonly FleetAsset[],
  ranks: Ranks,
  choice: Choice,
  columns: Columns | undefined,
  siteId?: string,
): Row[] {
  const places = placesOf(ranks, choice, columns).filter(
    (place) => siteId === undefined || assets[place]?.site.id === siteId,
  );
  const keys = keysOf(ranks, choice, columns);
  const sign = choice.isDescending ? -1 : 1;
  const compare = (a: number, b: number) =>
    sign * (at(keys, a) - at(keys, b)) || at(ranks.name, a) - at(ranks.name, b);
  if (!choice.bySite) return places.sort(compare);
  places.sort((a, b) => at(ranks.site, a) - at(ranks.site, b) || compare(a, b));
  return withHeadings(assets, ranks, places);
}

function placesOf({ words }: Ranks, { text, status }: Choice, columns?: Columns): number[] {
  const wanted = text.trim().toLocaleLowerCase();
  const code = status === undefined ? undefined : STATUSES.indexOf(status);
  const places: number[] = [];
  for (let place = 0; place < words.length; place++) {
    if (wanted !== "" && !words[place]?.includes(wanted)) continue;
    if (code !== undefined && columns?.status[place] !== code) continue;
    places.push(place);
  }
  return places;
}

function keysOf(ranks: Ranks, { sort }: Choice, columns?: Columns): ArrayLike<number> {
  if (sort === "name" || sort === "site") return ranks[sort];
  if (columns === undefined) throw new Error(`rows by ${sort} need what the assets report`);
  return columns[COLUMN_OF[sort]];
}

function withHeadings(
  assets: readonly FleetAsset[],
  ranks: Ranks,
  places: readonly number[],
): Row[] {
  const rows: Row[] = [];
  let begin = 0;
  for (let end = 1; end <= places.length; end++) {
    const first = places[begin] as number;
    const next = places[end];
    if (next !== undefined && at(ranks.site, next) === at(ranks.site, first)) continue;
    const rowAssets = places.slice(begin, end);
    const { id: siteId = "", name: siteName = "" } = assets[first]?.site ?? {};
    rows.push({ siteId, siteName, places: rowAssets }, ...rowAssets);
    begin = end;
  }
  return rows;
}

const at = (values: ArrayLike<number>, place: number) => values[place] as number;
