// The rules of sites and assets, of the file and of the API alike.

import { isZeroOrLeast, LEAST_MW, LEAST_PCT, LEAST_RATIO } from "../base/least-values.ts";
import { type NumberFields, type NumbersOf, namesIn } from "../base/number-field.ts";
import { pctOf } from "../base/per-cent.ts";
import { isUuid } from "../base/uuid.ts";
import type { Asset, Site } from "./asset.ts";
import { createPathClaims, wrongDataPath } from "./data-path.ts";
import { ASSET_NUMBERS, SITE_NUMBERS } from "./fields.ts";

/** One broken rule: its place (`list`, index in it, field) and the message, with the value and the rule. */
export interface Violation {
  readonly list: "sites" | "assets";
  readonly index: number;
  readonly field: keyof Site | keyof Asset;
  readonly message: string;
}

const LEAST_POWER_TEXT = `must be 0, or at least ${LEAST_MW.toFixed(6)} MW (1 W) in size`;

/** Length of a text in characters: that of a readable line. */
const LONGEST_TEXT = 200;
/** Characters that a database cannot store: NUL, and halves of surrogate pairs. */
const UNKEPT = /[\0\p{Surrogate}]/u;

/** A character that is neither a space nor invisible. */
const VISIBLE = /[^\p{Z}\p{C}\s]/u;
const NOT_VISIBLE = "must have a character that can be seen";

type Finding<T> = readonly [field: keyof T, message: string];

/** Every rule that one site breaks by itself; empty for a valid one. */
export function siteFindings(site: Site): Finding<Site>[] {
  const findings: Finding<Site>[] = [];
  const must = (holds: boolean, field: keyof Site, message: string) => {
    if (!holds) findings.push([field, message]);
  };
  must(isUuid(site.id), "id", `must be a UUID, not ${site.id}`);
  must(VISIBLE.test(site.name), "name", NOT_VISIBLE);
  for (const field of ["name", "location"] as const)
    for (const message of textFindings(site[field])) findings.push([field, message]);
  findings.push(...rangeFindings(SITE_NUMBERS, site));
  for (const field of namesIn(SITE_NUMBERS)) {
    const { [field]: mw = 0 } = site;
    must(isZeroOrLeast(mw, LEAST_MW), field, `${LEAST_POWER_TEXT}, not ${mw}`);
  }
  return findings;
}

function textFindings(text: string): string[] {
  if (text.length > LONGEST_TEXT)
    return [`may have ${LONGEST_TEXT} characters, not ${text.length}`];
  return UNKEPT.test(text) ? ["must not have NUL or half a character in it"] : [];
}

/** The numbers outside their ranges. */
function rangeFindings<F extends NumberFields>(fields: F, item: NumbersOf<F>) {
  return namesIn(fields).flatMap((field): [typeof field, string][] => {
    const value = (item as Readonly<Record<string, number | undefined>>)[field];
    const range = fields[field]?.range;
    if (value === undefined || range === undefined) return [];
    const [least, most, unit] = range;
    if (value >= least && value <= most) return [];
    return [[field, `must be ${least} to ${`${most} ${unit}`.trim()}, not ${value}`]];
  });
}

/** Every rule that one asset breaks by itself; empty for a valid one. */
export function assetFindings(asset: Asset): Finding<Asset>[] {
  const findings: Finding<Asset>[] = [];
  const must = (holds: boolean, field: keyof Asset, message: string) => {
    if (!holds) findings.push([field, `${message}, not ${asset[field]}`]);
  };
  const { maxMw, minMw, fallbackMw } = asset;

  must(isUuid(asset.id), "id", "must be a UUID");
  if (!VISIBLE.test(asset.name)) findings.push(["name", NOT_VISIBLE]);
  for (const message of textFindings(asset.name)) findings.push(["name", message]);
  const wrongPath = wrongDataPath(asset.dataPath);
  if (wrongPath !== undefined) findings.push(["dataPath", wrongPath]);
  findings.push(...rangeFindings(ASSET_NUMBERS, asset));
  for (const field of ["maxMw", "minMw", "fallbackMw"] as const)
    must(isZeroOrLeast(asset[field] ?? 0, LEAST_MW), field, LEAST_POWER_TEXT);
  if (maxMw === 0 && minMw === 0)
    findings.push(["maxMw", "must not be 0 where the charge limit is 0 too"]);
  if (fallbackMw !== undefined)
    must(
      fallbackMw >= minMw && fallbackMw <= maxMw,
      "fallbackMw",
      `must lie within the rating, ${minMw} to ${maxMw} MW`,
    );
  return [...findings, ...socFindings(asset)];
}

/** The rules of the bounds of stored energy. */
function socFindings({ socMinRatio, socMaxRatio, initialSocPct }: Asset): Finding<Asset>[] {
  const findings: Finding<Asset>[] = [];
  const isRatio = (ratio: number) => ratio <= 1 && ratio >= 0 && isZeroOrLeast(ratio, LEAST_RATIO);
  const range = `must be 0, or ${LEAST_RATIO.toFixed(6)} to 1`;
  if (!isRatio(socMinRatio)) findings.push(["socMinRatio", `${range}, not ${socMinRatio}`]);
  if (!isRatio(socMaxRatio)) findings.push(["socMaxRatio", `${range}, not ${socMaxRatio}`]);
  const [lowPct, highPct] = [pctOf(socMinRatio), pctOf(socMaxRatio)];
  if (!(socMinRatio < socMaxRatio))
    findings.push([
      "socMaxRatio",
      `must be above the lower bound, ${socMinRatio}, not ${socMaxRatio}`,
    ]);
  else if (!(initialSocPct >= lowPct && initialSocPct <= highPct))
    findings.push([
      "initialSocPct",
      `must lie within the SoC bounds, ${lowPct} to ${highPct} %, not ${initialSocPct}`,
    ]);
  else if (!isZeroOrLeast(initialSocPct, LEAST_PCT))
    findings.push(["initialSocPct", `must be 0, or at least ${LEAST_PCT} %, not ${initialSocPct}`]);
  return findings;
}

/**
 * Every rule that a fleet breaks, in the order of its lists: those of each asset, and those between
 * them (an id used twice, data paths that clash, a `site_id` without a site, an asset in use at a retired site, no asset in use). Empty for a valid fleet.
 *
 * @param sites  Undefined entries are ones whose shape was already refused; they are passed over.
 * @param assets Likewise.
 * @param refusedSiteIds Ids of the sites whose shape was refused, so that their assets are not blamed as well.
 */
export function fleetViolations(
  sites: readonly (Site | undefined)[],
  assets: readonly (Asset | undefined)[],
  refusedSiteIds: readonly string[] = [],
): Violation[] {
  const violations: Violation[] = [];
  const seen = new Map<string, string>();
  /** @returns Whether it is the first of this id. */
  const claimId = (list: Violation["list"], index: number, id: string): boolean => {
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, `${list}[${index}]`);
      return true;
    }
    const message = `${id} is used twice, first by ${first}`;
    violations.push({ list, index, field: "id", message });
    return false;
  };

  const paths = createPathClaims<number>();
  const siteIds = new Set(refusedSiteIds);
  const retiredSiteIds = new Set<string>();
  sites.forEach((site, index) => {
    if (site === undefined) return;
    for (const [field, message] of siteFindings(site))
      violations.push({ list: "sites", index, field, message });
    claimId("sites", index, site.id);
    siteIds.add(site.id);
    if (site.retired) retiredSiteIds.add(site.id);
  });
  assets.forEach((asset, index) => {
    if (asset === undefined) return;
    for (const [field, message] of assetFindings(asset))
      violations.push({ list: "assets", index, field, message });
    const isFirst = claimId("assets", index, asset.id);
    const other = isFirst ? paths.claim(asset.dataPath, index) : undefined;
    if (other !== undefined)
      violations.push(pathViolation(index, asset, `assets[${other}]`, assets[other] as Asset));
    if (!siteIds.has(asset.siteId))
      violations.push({
        list: "assets",
        index,
        field: "siteId",
        message: `${asset.siteId} is the id of no site`,
      });
    else if (!asset.retired && retiredSiteIds.has(asset.siteId))
      violations.push({
        list: "assets",
        index,
        field: "siteId",
        message: `${asset.siteId} is the id of a retired site: no asset runs there`,
      });
  });
  if (assets.length > 0 && assets.every((asset) => asset?.retired)) {
    const message = "must not be true for every asset: at least one must run";
    violations.push({ list: "assets", index: 0, field: "retired", message });
  }
  return violations;
}

/**
 * The violation of an asset of a list whose data path clashes.
 *
 * @param place Where the other asset comes from.
 */
export function pathViolation(
  index: number,
  { dataPath }: Asset,
  place: string,
  other: Asset,
): Violation {
  const message = `${dataPath} clashes with ${other.dataPath} of ${place}: give one of them another data_path, neither equal to nor below another`;
  return { list: "assets", index, field: "dataPath", message };
}
