// Sites and assets as rows: fields and columns are those of the schema, which has the names of the domain.
import { eq, getTableColumns, inArray, or } from "drizzle-orm";
import { numbersOf } from "../../domain/base/number-field.ts";
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import type { Origin } from "../../domain/fleet/change.ts";
import { defaultDataPath } from "../../domain/fleet/data-path.ts";
import { ASSET_NUMBERS, SITE_NUMBERS } from "../../domain/fleet/fields.ts";
import type { Sql } from "../database/client.ts";
import { query } from "../database/query.ts";
import { assets, sites } from "../database/schema.ts";

export const SITE_FIELDS = getTableColumns(sites);
/** All fields of a row of an asset; its location is that of its site. */
export const ASSET_ROW_FIELDS = getTableColumns(assets);
const { location: _, ...assetFields } = ASSET_ROW_FIELDS;
export const ASSET_FIELDS = assetFields;

function toSite(row: typeof sites.$inferSelect): Site {
  const { id, name, location, retired } = row;
  return { id, name, location, ...numbersOf(SITE_NUMBERS, row), ...(retired && { retired }) };
}

/** An asset of the API always has a site, though the column may be empty. */
function toAsset(row: typeof assets.$inferSelect): Asset {
  const { id, siteId, name, retired } = row;
  const dataPath = row.dataPath ?? defaultDataPath(row);
  return {
    id,
    siteId: siteId as string,
    name,
    dataPath,
    ...numbersOf(ASSET_NUMBERS, row),
    retired,
  };
}

export interface ApiFleet {
  readonly sites: readonly Site[];
  readonly assets: readonly Asset[];
  readonly origins: ReadonlyMap<string, Origin>;
  /** Ids of the assets that are stored without a data path: they are read with the default one. */
  readonly unpathedIds: ReadonlySet<string>;
}

/** The assets and sites of the API, with the other sites of its assets; valid or not. */
export async function readApiFleet(sql: Sql): Promise<ApiFleet> {
  const assetRows = await query(sql, (db) =>
    db.select().from(assets).where(eq(assets.origin, "api")),
  );
  const siteRows = await query(sql, (db) => {
    const siteIds = db.select({ id: assets.siteId }).from(assets).where(eq(assets.origin, "api"));
    return db
      .select()
      .from(sites)
      .where(or(eq(sites.origin, "api"), inArray(sites.id, siteIds)));
  });
  return {
    sites: siteRows.map(toSite),
    assets: assetRows.map(toAsset),
    origins: new Map([...siteRows, ...assetRows].map(({ id, origin }) => [id, origin])),
    unpathedIds: new Set(assetRows.filter((it) => it.dataPath === null).map(({ id }) => id)),
  };
}
