// The rules that sites and assets must obey, wherever they come from: the file today, the API as well.
import type { Asset, Site } from "./asset.ts";
import { isUuid } from "./uuid.ts";

/** One broken rule: where (`list`, position in it, field) and what is wrong, with the value and what would be right. */
export interface Violation {
  readonly list: "sites" | "assets";
  readonly index: number;
  readonly field: keyof Site | keyof Asset;
  readonly message: string;
}

/** Larger than any battery that is built; keeps sums and products of a fleet exact enough. */
const LARGEST = 1e6;

/** In characters: as long as a line that people read. */
const LONGEST_TEXT = 200;
/** What no database keeps as it is: NUL, and halves of characters. */
const UNKEPT = /[\0\p{Surrogate}]/u;

type Finding<T> = readonly [field: keyof T, message: string];

/** Every rule that one site breaks by itself; empty for a sound one. */
export function siteFindings(site: Site): Finding<Site>[] {
  const findings: Finding<Site>[] = [];
  const must = (holds: boolean, field: keyof Site, message: string) => {
    if (!holds) findings.push([field, message]);
  };
  must(isUuid(site.id), "id", `must be a UUID, not ${site.id}`);
  must(site.name.trim() !== "", "name", "must not be empty");
  for (const field of ["name", "location"] as const)
    for (const message of textFindings(site[field])) findings.push([field, message]);
  for (const field of ["maxExportMw", "maxImportMw"] as const) {
    const mw = site[field];
    must(
      mw === undefined || (mw >= 0 && mw <= LARGEST),
      field,
      `must be 0 to ${LARGEST} MW, not ${mw}`,
    );
  }
  return findings;
}

function textFindings(text: string): string[] {
  if (text.length > LONGEST_TEXT)
    return [`may have ${LONGEST_TEXT} characters, not ${text.length}`];
  return UNKEPT.test(text) ? ["must not have NUL or half a character in it"] : [];
}

/** Every rule that one asset breaks by itself; empty for a sound one. */
export function assetFindings(asset: Asset): Finding<Asset>[] {
  const findings: Finding<Asset>[] = [];
  const must = (holds: boolean, field: keyof Asset, message: string) => {
    if (!holds) findings.push([field, `${message}, not ${asset[field]}`]);
  };
  const inRange = (value: number, low: number, high: number) => value >= low && value <= high;
  const { capacityMwhr, maxMw, minMw, rampRateMwPerMin, efficiency } = asset;
  const { socMinRatio, socMaxRatio, initialSocPct } = asset;

  must(isUuid(asset.id), "id", "must be a UUID");
  if (asset.name.trim() === "") findings.push(["name", "must not be empty"]);
  for (const message of textFindings(asset.name)) findings.push(["name", message]);
  must(
    capacityMwhr > 0 && capacityMwhr <= LARGEST,
    "capacityMwhr",
    `must be above 0 and at most ${LARGEST} MWh`,
  );
  must(inRange(maxMw, 0, LARGEST), "maxMw", `must be 0 to ${LARGEST} MW`);
  must(inRange(minMw, -LARGEST, 0), "minMw", `must be -${LARGEST} to 0 MW`);
  if (maxMw === 0 && minMw === 0)
    findings.push(["maxMw", "must not be 0 where the charge limit is 0 too"]);
  must(
    rampRateMwPerMin > 0 && rampRateMwPerMin <= LARGEST,
    "rampRateMwPerMin",
    `must be above 0 and at most ${LARGEST} MW/min`,
  );
  if (asset.fallbackMw !== undefined)
    must(
      inRange(asset.fallbackMw, minMw, maxMw),
      "fallbackMw",
      `must lie within the rating, ${minMw} to ${maxMw} MW`,
    );
  must(efficiency > 0 && efficiency <= 1, "efficiency", "must be above 0 and at most 1");
  must(inRange(socMinRatio, 0, 1), "socMinRatio", "must be 0 to 1");
  must(inRange(socMaxRatio, 0, 1), "socMaxRatio", "must be 0 to 1");
  if (!(socMinRatio < socMaxRatio)) {
    findings.push([
      "socMaxRatio",
      `must be above the lower bound, ${socMinRatio}, not ${socMaxRatio}`,
    ]);
  } else {
    must(
      inRange(initialSocPct, socMinRatio * 100, socMaxRatio * 100),
      "initialSocPct",
      `must lie within the SoC bounds, ${socMinRatio * 100} to ${socMaxRatio * 100} %`,
    );
  }
  return findings;
}

/**
 * Every rule that a fleet breaks, in the order of its lists: those of each asset, and those between
 * them (an id used twice, a `site_id` that no site has, one that runs at a retired site, none that runs). Empty for a sound fleet.
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
  const claimId = (list: Violation["list"], index: number, id: string) => {
    const place = `${list}[${index}]`;
    const first = seen.get(id);
    if (first === undefined) seen.set(id, place);
    else
      violations.push({
        list,
        index,
        field: "id",
        message: `${id} is used twice, first by ${first}`,
      });
  };

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
    claimId("assets", index, asset.id);
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
