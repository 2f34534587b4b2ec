// Validation of the stored assets and sites of the API: they may have been changed in the database.
import { snakeCase } from "../../domain/base/snake-case.ts";
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import { assetFindings, siteFindings } from "../../domain/fleet/asset-rules.ts";
import { createPathClaims } from "../../domain/fleet/data-path.ts";

/** How many findings a message names. */
const NAMED = 10;

/**
 * The broken rules of sites and assets of the API, each with its id and column; empty where all are valid.
 *
 * @param otherSites Sites of another origin, to which its assets may belong.
 */
export function findingsOf(
  sites: readonly Site[],
  assets: readonly Asset[],
  otherSites: readonly Site[],
): string[] {
  const findings: string[] = [];
  const siteById = new Map([...sites, ...otherSites].map((site) => [site.id, site]));
  for (const site of sites)
    for (const [field, message] of siteFindings(site))
      findings.push(finding("site", site.id, field, message));
  const paths = createPathClaims<Asset>();
  for (const asset of assets) {
    const other = paths.claim(asset.dataPath, asset);
    if (other !== undefined)
      findings.push(
        finding("asset", asset.id, "dataPath", `clashes with ${other.dataPath} of ${other.id}`),
      );
    for (const [field, message] of assetFindings(asset))
      findings.push(finding("asset", asset.id, field, message));
    const site = siteById.get(asset.siteId);
    if (site === undefined || (site.retired && !asset.retired))
      findings.push(
        finding(
          "asset",
          asset.id,
          "siteId",
          `must be the id of a site in use, not ${asset.siteId}`,
        ),
      );
  }
  return findings.slice(0, NAMED);
}

function finding(noun: string, id: string, field: string, message: string): string {
  return `${snakeCase(field)} of ${noun} ${id} ${message}`;
}
