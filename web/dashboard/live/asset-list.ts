// The list of the assets of the fleet, read over REST: one answer of any length.

/** What the pages know of every asset. */
export interface FleetAsset {
  readonly id: string;
  readonly name: string;
  /** The place of its site, as text. */
  readonly location: string;
  readonly capacityMwhr: number;
  readonly maxMw: number;
  readonly minMw: number;
  readonly site: { readonly id: string; readonly name: string };
}

/** The list by columns, which are copied between threads in a fraction of the time that as many objects take. */
export interface ListColumns {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly sites: readonly (FleetAsset["site"] & { readonly location: string })[];
  /** Indexes into `sites`. */
  readonly siteIndex: Uint32Array;
  readonly capacityMwhr: Float64Array;
  readonly maxMw: Float64Array;
  readonly minMw: Float64Array;
}

export interface AssetJson {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly capacity_mwhr: number;
  readonly max_mw: number;
  readonly min_mw: number;
  readonly site_id: string;
  readonly site_name: string;
}

/** A refusal that does not pass by itself. */
export class AssetsRefused extends Error {}

const LASTING_CODES = new Set(["CROSS_SITE", "HOST_UNKNOWN"]);

/**
 * @param serverUrl The address of the server, which ends in a slash.
 * @throws AssetsRefused where it will be refused again; any other error where it may pass.
 */
export async function readAssets(serverUrl: string): Promise<AssetJson[]> {
  const answer = await fetch(`${serverUrl}assets`, { headers: { accept: "application/json" } });
  if (answer.ok) return (await answer.json()) as AssetJson[];
  const { code = "", detail } = (await answer.json()) as { code?: string; detail?: string };
  if (LASTING_CODES.has(code)) throw new AssetsRefused(detail);
  throw new Error(`the server answered ${answer.status}`);
}

export function columnsOf(list: readonly AssetJson[]): ListColumns {
  const sites = new Map<string, { index: number; id: string; name: string; location: string }>();
  const siteIndex = list.map(({ site_id: id, site_name: name, location }) => {
    const site = sites.get(id) ?? { index: sites.size, id, name, location };
    sites.set(id, site);
    return site.index;
  });
  return {
    ids: list.map(({ id }) => id),
    names: list.map(({ name }) => name),
    sites: [...sites.values()].map(({ id, name, location }) => ({ id, name, location })),
    siteIndex: Uint32Array.from(siteIndex),
    capacityMwhr: Float64Array.from(list, (asset) => asset.capacity_mwhr),
    maxMw: Float64Array.from(list, (asset) => asset.max_mw),
    minMw: Float64Array.from(list, (asset) => asset.min_mw),
  };
}

/** Assets of one site have the same object for it. */
export function assetsOf(columns: ListColumns): FleetAsset[] {
  const { ids, names, siteIndex, capacityMwhr, maxMw, minMw } = columns;
  const sites = columns.sites.map(({ id, name, location }) => ({ site: { id, name }, location }));
  return ids.map((id, place) => ({
    id,
    name: names[place] as string,
    ...(sites[siteIndex[place] as number] as (typeof sites)[number]),
    capacityMwhr: capacityMwhr[place] as number,
    maxMw: maxMw[place] as number,
    minMw: minMw[place] as number,
  }));
}

/** The length of a tick from the last two samples of an asset, in s; undefined where there are none yet. */
export async function readTickS(serverUrl: string, assetId: string): Promise<number | undefined> {
  const answer = await fetch(`${serverUrl}telemetry/${assetId}/history?limit=2`);
  if (!answer.ok) return undefined;
  const [newest, before] = (await answer.json()) as { readonly timestamp: string }[];
  if (newest === undefined || before === undefined) return undefined;
  return (Date.parse(newest.timestamp) - Date.parse(before.timestamp)) / 1000;
}
