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

interface AssetJson {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly capacity_mwhr: number;
  readonly max_mw: number;
  readonly min_mw: number;
  readonly site_id: string;
  readonly site_name: string;
}

/** The server requires a sign-in, or another one. */
export class SignInRequired extends Error {}

/** A refusal that does not pass by itself. */
export class AssetsRefused extends Error {}

const LASTING_CODES = new Set(["CROSS_SITE", "HOST_UNKNOWN", "FORBIDDEN"]);

/**
 * @param serverUrl     The address of the server, which ends in a slash.
 * @param authorization The header of that name; undefined: none.
 * @throws AssetsRefused where it will be refused again; SignInRequired; any other error where it may pass.
 */
export async function readAssets(serverUrl: string, authorization?: string): Promise<FleetAsset[]> {
  // The same request as that of the page, whose answer is taken where it is the first one.
  const request = () => fetch(`${serverUrl}assets`, withCredential(authorization));
  let answer = await request();
  // The answer may be that of the page, whose request has no credential.
  if (answer.status === 401 && authorization !== undefined) answer = await request();
  if (answer.ok) return assetsOf((await answer.json()) as AssetJson[]);
  const { code = "", detail } = (await answer.json()) as { code?: string; detail?: string };
  if (code === "UNAUTHORIZED") throw new SignInRequired(detail);
  if (LASTING_CODES.has(code)) throw new AssetsRefused(detail);
  throw new Error(`the server answered ${answer.status}`);
}

/** Assets of one site have the same object for it. */
export function assetsOf(list: readonly AssetJson[]): FleetAsset[] {
  const sites = new Map<string, FleetAsset["site"]>();
  return list.map((json) => {
    const site = sites.get(json.site_id) ?? { id: json.site_id, name: json.site_name };
    sites.set(json.site_id, site);
    const { id, name, location } = json;
    return {
      ...{ id, name, location, site },
      capacityMwhr: json.capacity_mwhr,
      maxMw: json.max_mw,
      minMw: json.min_mw,
    };
  });
}

/** The length of a tick from the last two samples of an asset, in s; undefined where there are none yet. */
export async function readTickS(
  serverUrl: string,
  assetId: string,
  authorization?: string,
): Promise<number | undefined> {
  const address = `${serverUrl}telemetry/${assetId}/history?limit=2`;
  const answer = await fetch(address, withCredential(authorization));
  if (!answer.ok) return undefined;
  const [newest, before] = (await answer.json()) as { readonly timestamp: string }[];
  if (newest === undefined || before === undefined) return undefined;
  return (Date.parse(newest.timestamp) - Date.parse(before.timestamp)) / 1000;
}

/** A request without a credential stays as simple as the one that the page begins with. */
const withCredential = (authorization: string | undefined): RequestInit =>
  authorization === undefined ? {} : { headers: { authorization } };
