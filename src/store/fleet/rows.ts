// Sites and assets as rows.
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import type { Origin } from "../../domain/fleet/change.ts";
import type { Sql } from "../database/client.ts";

/** The columns of a site, with their types. */
export const SITE_COLUMNS = {
  id: "uuid",
  name: "text",
  location: "text",
  max_export_mw: "float8",
  max_import_mw: "float8",
  retired: "boolean",
  origin: "text",
};

/** The columns of an asset; its location is that of its site. */
export const ASSET_COLUMNS = {
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

/** A site as a row. */
export function siteRow(site: Site, origin: Origin) {
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

/** An asset as a row, without its location. */
export function assetRow(asset: Asset, origin: Origin) {
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

/** The assets and sites of the API, with the other sites of its assets; valid or not. */
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
