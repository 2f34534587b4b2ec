// The file of sites and assets: its shape, and where in it each error stands.
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { ASSET_DEFAULTS, type Asset, defaultInitialSocPct, type Site } from "../domain/asset.ts";
import { fleetViolations } from "../domain/asset-rules.ts";
import { isUuid } from "../domain/uuid.ts";

const id = z.string().refine(isUuid, { error: "must be a UUID" }).toLowerCase();

const SiteShape = z.strictObject({
  id,
  name: z.string(),
  location: z.string(),
  max_export_mw: z.number().optional(),
  max_import_mw: z.number().optional(),
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

/** An error of the file, with where it stands; line and column count from 1. */
export interface FileError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedFleet =
  | { readonly sites: readonly Site[]; readonly assets: readonly Asset[] }
  | { readonly errors: readonly FileError[] };

type Path = readonly PropertyKey[];

/** Reads the text of an assets file. Either a sound fleet, or every error at once in the order of the file. */
export function parseAssetsFile(yaml: string): ParsedFleet {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const errors: FileError[] = [];
  const addAt = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    errors.push({ line: Math.max(1, line), column: Math.max(1, col), message });
  };
  const add = (path: Path, message: string) =>
    addAt(offsetOf(document, path), `${pathText(path)}${message}`);
  const addIssues = (at: Path, { issues }: z.ZodError) => {
    for (const issue of issues) {
      if (issue.code !== "unrecognized_keys") add([...at, ...issue.path], plain(issue.message));
      else for (const key of issue.keys) add([...at, ...issue.path, key], "is not a known key");
    }
  };

  for (const error of document.errors) addAt(error.pos[0], error.message);
  if (errors.length > 0) return { errors };

  const root = toPlain(document, (message) => addAt(0, message));
  if (root === undefined) return { errors };
  const file = FileShape.safeParse(root);
  if (!file.success) addIssues([], file.error);
  const read = <S extends z.ZodType>(list: "sites" | "assets", shape: S) =>
    entries(root, list).map((entry, index) => {
      const parsed = shape.safeParse(entry);
      if (!parsed.success) addIssues([list, index], parsed.error);
      return parsed.data;
    });
  const sites = read("sites", SiteShape).map((site) => site && toSite(site));
  const assets = read("assets", AssetShape).map((asset) => asset && toAsset(asset));

  const refusedSiteIds = entries(root, "sites").flatMap((site, index) =>
    sites[index] === undefined ? [String((site as { id?: unknown } | null)?.id).toLowerCase()] : [],
  );
  for (const { list, index, field, message } of fleetViolations(sites, assets, refusedSiteIds))
    add([list, index, snakeCase(field)], message);

  if (errors.length > 0)
    return { errors: errors.sort((a, b) => a.line - b.line || a.column - b.column) };
  return { sites: sites as Site[], assets: assets as Asset[] };
}

function toPlain(document: Document, report: (message: string) => void): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // The library refuses aliases that would expand without bound.
    report((error as Error).message);
    return undefined;
  }
}

function toSite(site: z.output<typeof SiteShape>): Site {
  const { id, name, location, max_export_mw, max_import_mw } = site;
  return {
    id,
    name,
    location,
    ...(max_export_mw !== undefined && { maxExportMw: max_export_mw }),
    ...(max_import_mw !== undefined && { maxImportMw: max_import_mw }),
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

function entries(root: unknown, list: "sites" | "assets"): unknown[] {
  const value = (root as Record<string, unknown>)[list];
  return Array.isArray(value) ? value : [];
}

/** Where a path stands in the text: at its key, or at the nearest thing around it that is there. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (length > 0 && isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && String(item.key) === key);
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    }
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function pathText(path: Path): string {
  const text = path.reduce<string>(
    (whole, key) =>
      whole + (typeof key === "number" ? `[${key}]` : `${whole && "."}${String(key)}`),
    "",
  );
  return text === "" ? "" : `${text} `;
}

/** Zod's own words without their preface: "Invalid input: expected number, received string". */
function plain(message: string): string {
  return message.replace(
    /^Invalid input: expected (\S+), received (\S+)/,
    (_, expected, received) =>
      received === "undefined" ? "is missing" : `must be a ${expected}, not ${received}`,
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
