// The shape of an assets file. The rules of sites and assets are in the domain.
import { z } from "zod";
import {
  type GivenNumbers,
  givenText,
  isRequired,
  type NameIn,
  type NumberField,
  type NumberFields,
  numbersOf,
  outerNamesIn,
  type RequiredIn,
} from "../domain/base/number-field.ts";
import { describeIssue } from "../domain/base/shape-issue.ts";
import { type Snake, snakeCase } from "../domain/base/snake-case.ts";
import { isUuid } from "../domain/base/uuid.ts";
import { type Asset, assetNumbers, type Site } from "../domain/fleet/asset.ts";
import { fleetViolations, type Violation } from "../domain/fleet/asset-rules.ts";
import { defaultDataPath } from "../domain/fleet/data-path.ts";
import {
  ASSET_KEYS,
  ASSET_NUMBERS,
  type AssetNumber,
  SITE_KEYS,
  SITE_NUMBERS,
} from "../domain/fleet/fields.ts";
import type { GivenFleet } from "../domain/fleet/reconcile.ts";
import type { Path } from "./read-text.ts";

const id = z.string().refine(isUuid, { error: "must be a UUID" }).toLowerCase();

/** Numbers under their names in the file. */
function shapeOf<F extends NumberFields>(fields: F) {
  const entries = outerNamesIn(fields).map(([name, key]) => {
    const field = fields[name] as NumberField;
    const number = z.number().describe(givenText(field));
    return [key, isRequired(field) ? number : number.optional()];
  });
  return Object.fromEntries(entries) as {
    [N in NameIn<F> as Snake<N>]: N extends RequiredIn<F>
      ? z.ZodNumber
      : z.ZodOptional<z.ZodNumber>;
  };
}

const SiteShape = z.strictObject({
  id,
  name: z.string(),
  location: z.string(),
  ...shapeOf(SITE_NUMBERS),
  retired: z.boolean().optional(),
});

const AssetShape = z.strictObject({
  id,
  site_id: id,
  name: z.string(),
  data_path: z.string().optional(),
  ...shapeOf(ASSET_NUMBERS),
  retired: z.boolean().default(false),
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
  const given = read("assets", AssetShape);
  const assets = given.map((asset) => asset && toAsset(asset));
  const ownPathIds = new Set<string>();
  for (const asset of given) if (asset?.data_path !== undefined) ownPathIds.add(asset.id);
  const refusedSiteIds = entries(root, "sites").flatMap((site, index) =>
    sites[index] === undefined ? [String((site as { id?: unknown } | null)?.id).toLowerCase()] : [],
  );
  issues.push(...fleetViolations(sites, assets, refusedSiteIds).map(issueOf));
  if (issues.length > 0) return { issues };
  return { sites: sites as Site[], assets: assets as Asset[], ownPathIds };
}

/** A broken rule, at the path of its value in the file. */
export function issueOf({ list, index, field, message }: Violation): Issue {
  return { path: [list, index, snakeCase(field)], message };
}

function toSite(site: z.output<typeof SiteShape>): Site {
  const { id, name, location, retired } = site;
  const numbers = Object.fromEntries(SITE_KEYS.map(([field, key]) => [field, site[key]]));
  return { id, name, location, ...numbersOf(SITE_NUMBERS, numbers), ...(retired && { retired }) };
}

function toAsset(asset: z.output<typeof AssetShape>): Asset {
  const { id, site_id, name, data_path, retired } = asset;
  // Not by Object.fromEntries, which takes several times as long: a file may have 100,000 assets.
  const numbers: { [N in AssetNumber]?: number | undefined } = {};
  for (const [field, key] of ASSET_KEYS) numbers[field] = asset[key];
  return {
    id,
    siteId: site_id,
    name,
    dataPath: data_path ?? defaultDataPath({ id, name }),
    ...assetNumbers(numbers as GivenNumbers<typeof ASSET_NUMBERS>),
    retired,
  };
}

function entries(root: unknown, list: Violation["list"]): unknown[] {
  const value = (root as Record<string, unknown>)[list];
  return Array.isArray(value) ? value : [];
}
