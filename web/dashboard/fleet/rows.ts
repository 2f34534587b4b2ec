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
  /** The words of each asset that are searched, in lower case; made when they are first searched. */
  words(): readonly string[];
}

/** The rank of each asset by name and by site, so that a sort compares numbers alone. */
export function rankAssets(assets: readonly FleetAsset[]): Ranks {
  const sites = [...new Set(assets.map(({ site }) => site))];
  // Sites of one name stay apart.
  const siteRanks = ranksOf(sites.map(({ id, name }) => `${name} ${id}`));
  const rankOfSite = new Map(sites.map((site, index) => [site, siteRanks[index] as number]));
  let words: readonly string[] | undefined;
  return {
    name: ranksOf(assets.map(({ name }) => name)),
    site: Float64Array.from(assets, ({ site }) => rankOfSite.get(site) as number),
    words() {
      words ??= assets.map(({ name, site, location }) =>
        `${name} ${site.name} ${location}`.toLocaleLowerCase(),
      );
      return words;
    },
  };
}

/** The rank of each text in the order of a person, which is by value where it has numbers. */
function ranksOf(texts: readonly string[]): Float64Array {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const order = texts.map((text, place) => ({ text, place }));
  order.sort((a, b) => compare(a.text, b.text));
  const ranks = new Float64Array(texts.length);
  let same = 0;
  order.forEach(({ text, place }, index) => {
    if (text !== order[same]?.text) same = index;
    ranks[place] = same;
  });
  return ranks;
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

function placesOf(ranks: Ranks, { text, status }: Choice, columns?: Columns): number[] {
  const wanted = text.trim().toLocaleLowerCase();
  const code = status === undefined ? undefined : STATUSES.indexOf(status);
  const words = wanted === "" ? undefined : ranks.words();
  const places: number[] = [];
  for (let place = 0; place < ranks.name.length; place++) {
    if (words !== undefined && !words[place]?.includes(wanted)) continue;
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
