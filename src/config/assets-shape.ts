// The shape of an assets file. The rules of sites and assets are in the domain.
import { z } from "zod";
import { describeIssue } from "../domain/base/shape-issue.ts";
import { snakeCase } from "../domain/base/snake-case.ts";
import { isUuid } from "../domain/base/uuid.ts";
import {
  ASSET_DEFAULTS,
  type Asset,
  defaultInitialSocPct,
  type Site,
} from "../domain/fleet/asset.ts";
import { fleetViolations, type Violation } from "../domain/fleet/asset-rules.ts";
import type { GivenFleet } from "../domain/fleet/reconcile.ts";
import type { Path } from "./read-text.ts";

const id = z.string().refine(isUuid, { error: "must be a UUID" }).toLowerCase();

const SiteShape = z.strictObject({
  id,
  name: z.string(),
  location: z.string(),
  max_export_mw: z.number().optional(),
  max_import_mw: z.number().optional(),
  retired: z.boolean().optional(),
});

const AssetShape = z.strictObject({
  id,
  site_id: id,
  name: z.string(),
  capacity_mwhr: z.number(),
  max_mw: z.number(),
  min_mw: z.number(),
  ramp_rate_mw_per_min: z.number(),
  efficiency: z.number(),
  soc_min_ratio: z.number().default(ASSET_DEFAULTS.socMinRatio),
  soc_max_ratio: z.number().default(ASSET_DEFAULTS.socMaxRatio),
  initial_soc_pct: z.number().optional(),
  fallback_mw: z.number().optional(),
  retired: z.boolean().default(ASSET_DEFAULTS.retired),
});

const FileShape = z.strictObject({
  sites: z.array(z.unknown()),
  assets: z.array(z.unknown()).min(1, "must name at least one asset"),
});

/** An error of the shape, and the path of its value. */
export interface Issue {
  readonly path: Path;
  readonly message: string;
}

/**
 * The fleet that a file gives, or every issue at once.
 *
 * @param anchored Further keys that the file may have at the top.
 */
export function fleetOf(
  root: unknown,
  anchored: ReadonlySet<string> = new Set(),
): GivenFleet | { readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const addIssues = (at: Path, error: z.ZodError, given: unknown) => {
    for (const issue of error.issues) {
      if (issue.code !== "unrecognized_keys")
        issues.push({ path: [...at, ...issue.path], message: describeIssue(issue, given) });
      else
        for (const key of issue.keys)
          if (at.length > 0 || !anchored.has(key))
            issues.push({ path: [...at, ...issue.path, key], message: "is not a known key" });
    }
  };
  const file = FileShape.safeParse(root);
  if (!file.success) addIssues([], file.error, root);
  const read = <S extends z.ZodType>(list: Violation["list"], shape: S) =>
    entries(root, list).map((entry, index) => {
      const parsed = shape.safeParse(entry);
      if (!parsed.success) addIssues([list, index], parsed.error, entry);
      return parsed.data;
    });
  const sites = read("sites", SiteShape).map((site) => site && toSite(site));
  const assets = read("assets", AssetShape).map((asset) => asset && toAsset(asset));
  const refusedSiteIds = entries(root, "sites").flatMap((site, index) =>
    sites[index] === undefined ? [String((site as { id?: unknown } | null)?.id).toLowerCase()] : [],
  );
  issues.push(...fleetViolations(sites, assets, refusedSiteIds).map(issueOf));
  return issues.length > 0 ? { issues } : { sites: sites as Site[], assets: assets as Asset[] };
}

/** A broken rule, at the path of its value in the file. */
export function issueOf({ list, index, field, message }: Violation): Issue {
  return { path: [list, index, snakeCase(field)], message };
}

function toSite(site: z.output<typeof SiteShape>): Site {
  const { id, name, location, max_export_mw, max_import_mw, retired } = site;
  return {
    id,
    name,
    location,
    ...(max_export_mw !== undefined && { maxExportMw: max_export_mw }),
    ...(max_import_mw !== undefined && { maxImportMw: max_import_mw }),
    ...(retired && { retired }),
  };
}

function toAsset(asset: z.output<typeof AssetShape>): Asset {
  return {
    id: asset.id,
    siteId: asset.site_id,
    name: asset.name,
    capacityMwhr: asset.capacity_mwhr,
    maxMw: asset.max_mw,
    minMw: asset.min_mw,
    rampRateMwPerMin: asset.ramp_rate_mw_per_min,
    efficiency: asset.efficiency,
    socMinRatio: asset.soc_min_ratio,
    socMaxRatio: asset.soc_max_ratio,
    initialSocPct:
      asset.initial_soc_pct ?? defaultInitialSocPct(asset.soc_min_ratio, asset.soc_max_ratio),
    retired: asset.retired,
    ...(asset.fallback_mw !== undefined && { fallbackMw: asset.fallback_mw }),
  };
}

function entries(root: unknown, list: Violation["list"]): unknown[] {
  const value = (root as Record<string, unknown>)[list];
  return Array.isArray(value) ? value : [];
}
