import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const BIG_SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";

export const bigAssetId = (n: number) =>
  `8f2b6c10-3d7e-4b9a-8c21-${n.toString(16).padStart(12, "0")}`;

/** Writes an assets file of many batteries, and returns its path. JSON is YAML, and is read faster. */
export function writeBigFleet(directory: string, count: number): string {
  const assets = Array.from({ length: count }, (_, n) => ({
    id: bigAssetId(n),
    site_id: BIG_SITE,
    name: `BESS-${n}`,
    capacity_mwhr: 36,
    max_mw: 30,
    min_mw: -30,
    ramp_rate_mw_per_min: 30,
    efficiency: 0.92,
  }));
  const file = join(directory, "assets.yaml");
  const sites = [{ id: BIG_SITE, name: "Site", location: "Somewhere" }];
  writeFileSync(file, JSON.stringify({ sites, assets }));
  return file;
}
