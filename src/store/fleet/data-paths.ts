// The stored data paths of assets.
import type { Asset } from "../../domain/fleet/asset.ts";
import { createPathClaims, distinctDataPath } from "../../domain/fleet/data-path.ts";
import { listsOf, type Sql } from "../database/client.ts";
import type { ApiFleet } from "./rows.ts";

/** The data path of each asset that is stored with one. */
export async function readDataPaths(sql: Sql): Promise<ReadonlyMap<string, string>> {
  // As lists: the driver needs longer to make objects.
  const rows = await sql`select id, data_path from assets where data_path is not null`.values();
  return new Map(listsOf<readonly [id: string, dataPath: string]>(rows));
}

/**
 * Gives their default path to the assets of the API that were stored before there were data paths, or a distinct one
 * where it clashes.
 *
 * @param given The assets of the file, with the paths that they keep.
 */
export async function giveDataPaths(
  sql: Sql,
  fleet: ApiFleet,
  given: readonly Asset[],
): Promise<ApiFleet> {
  const { unpathedIds } = fleet;
  if (unpathedIds.size === 0) return fleet;
  const isUnpathed = ({ id }: Asset) => unpathedIds.has(id);
  const claims = createPathClaims<Asset>();
  for (const asset of [...given, ...fleet.assets.filter((it) => !isUnpathed(it))])
    claims.claim(asset.dataPath, asset);
  const inOrder = fleet.assets.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const assets = inOrder.map((asset) => {
    if (!isUnpathed(asset) || claims.claim(asset.dataPath, asset) === undefined) return asset;
    const distinct = { ...asset, dataPath: distinctDataPath(asset) };
    claims.claim(distinct.dataPath, distinct);
    return distinct;
  });
  const rows = assets.filter(isUnpathed).map(({ id, dataPath }) => ({ id, path: dataPath }));
  await sql`
    update assets set data_path = given.path
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as given (id uuid, path text)
    where assets.id = given.id`;
  return { ...fleet, assets };
}
