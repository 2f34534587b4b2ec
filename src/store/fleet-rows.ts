// Sites and assets as rows.
import type { Asset, Site } from "../domain/asset.ts";
import type { Origin } from "../domain/fleet-change.ts";
import type { FleetDifference } from "../domain/ports/fleet-store.ts";
import type { Sql } from "./client.ts";
import { idList } from "./id-list.ts";

type Cell = string | number | boolean | null;
/** Names and types. */
type Columns = Readonly<Record<string, string>>;

/** The columns that a site comes with, with their types. */
const SITE_COLUMNS = {
  id: "uuid",
  name: "text",
  location: "text",
  max_export_mw: "float8",
  max_import_mw: "float8",
  retired: "boolean",
  origin: "text",
};

/** The columns that an asset comes with; its location is that of its site. */
const ASSET_COLUMNS = {
  id: "uuid",
  site_id: "uuid",
  name: "text",
  capacity_mwhr: "float8",
  max_mw: "float8",
  min_mw: "float8",
  efficiency: "float8",
  ramp_rate_mw_per_min: "float8",
  soc_min_ratio: "float8",
  soc_max_ratio: "float8",
  initial_soc_pct: "float8",
  fallback_mw: "float8",
  retired: "boolean",
  origin: "text",
};

const PUT_SITES = putSql("sites", SITE_COLUMNS, "select * from given");
const PUT_ASSETS = putSql(
  "assets",
  { ...ASSET_COLUMNS, location: "text" },
  "select given.*, sites.location from given left join sites on sites.id = given.site_id",
  ASSET_COLUMNS,
);

/** What came by the API stays the API's, and nothing else becomes it. */
export class IdsStillStored extends Error {}

/**
 * Writes sites and assets, those that differ from what is stored.
 *
 * @throws IdsStillStored where the API brings what is stored as one of the file or of the default fleet, or
 *         the reverse. Then some are written: it is for a transaction.
 */
export async function putFleet(sql: Sql, difference: FleetDifference): Promise<void> {
  const { originOf } = difference;
  const sites = difference.sites.map((site) => siteRow(site, originOf(site.id)));
  const assets = difference.assets.map((asset) => assetRow(asset, originOf(asset.id)));
  const others = [
    ...(await put(sql, PUT_SITES, SITE_COLUMNS, sites)),
    ...(await put(sql, PUT_ASSETS, ASSET_COLUMNS, assets)),
  ];
  if (others.length > 0)
    throw new IdsStillStored(
      `stored already, and not brought by the same: ${idList(others.map(({ id }) => id))}: take ids that were never used, or wait until those that the assets file no longer names are removed`,
    );
  if (sites.length > 0)
    await sql`
      update assets set location = sites.location from sites
      where sites.id = assets.site_id and assets.location <> sites.location`;
}

/** What came by the API, with the sites of others that its assets are at. As it is stored, sound or not. */
export async function readApiFleet(sql: Sql) {
  const sites = await sql<(SiteRow & { origin: Origin })[]>`
    select * from sites
    where origin = 'api' or id in (select site_id from assets where origin = 'api')`;
  const assets = await sql<AssetRow[]>`select * from assets where origin = 'api'`;
  return {
    sites: sites.map(toSite),
    assets: assets.map(toAsset),
    origins: new Map<string, Origin>([
      ...sites.map(({ id, origin }) => [id, origin] as const),
      ...assets.map(({ id }) => [id, "api"] as const),
    ]),
  };
}

/**
 * Writes rows and returns the ids of those that it did not, as SQL with a list for each column. Rows that are
 * as they were are left alone: at most starts these are all.
 */
function putSql(
  table: "sites" | "assets",
  columns: Columns,
  rows: string,
  given = columns,
): string {
  const names = Object.keys(columns);
  const listOf = (of: string) => names.map((name) => `${of}.${name}`).join(", ");
  const lists = Object.values(given).map((type, n) => `$${n + 1}::text::${type}[]`);
  return `
    with given as (
      select * from unnest(${lists.join(", ")}) as given (${Object.keys(given).join(", ")})
    ), rows as (${rows}),
    changed as (
      select rows.* from rows left join ${table} on ${table}.id = rows.id
      where (${listOf("rows")}) is distinct from (${listOf(table)})
    ), written as (
      insert into ${table} (${names.join(", ")}) select ${names.join(", ")} from changed
      on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(", ")}
      where (${table}.origin = 'api') = (excluded.origin = 'api')
      returning id
    )
    select id from changed where id not in (select id from written)`;
}

/** @returns The ids that were not written. */
async function put(
  sql: Sql,
  text: string,
  columns: Columns,
  rows: readonly Record<string, Cell>[],
): Promise<{ id: string }[]> {
  if (rows.length === 0) return [];
  // By column, not as JSON: of 100,000 rows that is a third as long, and read in half the time.
  const lists = Object.keys(columns).map(
    (name) => `{${rows.map((row) => cellText(row[name])).join()}}`,
  );
  return sql.unsafe<{ id: string }[]>(text, lists);
}

/** A value as it stands in the text of an array. */
function cellText(cell: Cell | undefined): string {
  if (typeof cell === "string") return `"${cell.replace(/["\\]/g, "\\$&")}"`;
  return String(cell ?? null);
}

function siteRow(site: Site, origin: Origin) {
  return {
    id: site.id,
    name: site.name,
    location: site.location,
    max_export_mw: site.maxExportMw ?? null,
    max_import_mw: site.maxImportMw ?? null,
    retired: site.retired ?? false,
    origin,
  };
}

function assetRow(asset: Asset, origin: Origin) {
  return {
    id: asset.id,
    site_id: asset.siteId,
    name: asset.name,
    capacity_mwhr: asset.capacityMwhr,
    max_mw: asset.maxMw,
    min_mw: asset.minMw,
    efficiency: asset.efficiency,
    ramp_rate_mw_per_min: asset.rampRateMwPerMin,
    soc_min_ratio: asset.socMinRatio,
    soc_max_ratio: asset.socMaxRatio,
    initial_soc_pct: asset.initialSocPct,
    fallback_mw: asset.fallbackMw ?? null,
    retired: asset.retired,
    origin,
  };
}

type SiteRow = ReturnType<typeof siteRow>;
type AssetRow = ReturnType<typeof assetRow>;

function toSite(row: SiteRow): Site {
  const { id, name, location, max_export_mw, max_import_mw, retired } = row;
  return {
    id,
    name,
    location,
    ...(max_export_mw !== null && { maxExportMw: max_export_mw }),
    ...(max_import_mw !== null && { maxImportMw: max_import_mw }),
    ...(retired && { retired }),
  };
}

function toAsset(row: AssetRow): Asset {
  return {
    id: row.id,
    siteId: row.site_id,
    name: row.name,
    capacityMwhr: row.capacity_mwhr,
    maxMw: row.max_mw,
    minMw: row.min_mw,
    rampRateMwPerMin: row.ramp_rate_mw_per_min,
    efficiency: row.efficiency,
    socMinRatio: row.soc_min_ratio,
    socMaxRatio: row.soc_max_ratio,
    initialSocPct: row.initial_soc_pct,
    retired: row.retired,
    ...(row.fallback_mw !== null && { fallbackMw: row.fallback_mw }),
  };
}
