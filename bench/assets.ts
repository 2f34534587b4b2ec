// The fleet of the benchmarks, of any size, always the same.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeAssetsFile as fleetText } from "../src/config/assets-file.ts";
import type { Asset, Site } from "../src/domain/fleet/asset.ts";
import { createFleetTable } from "../src/domain/fleet/fleet-table.ts";

export const SITE: Site = {
  id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01",
  name: "Bench",
  location: "Bench",
};

export function makeAssets(count: number): Asset[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`,
    siteId: SITE.id,
    name: `BESS-${index}`,
    dataPath: `Asset/BESS-${index}`,
    capacityMwhr: 10 + (index % 7),
    maxMw: 5 + (index % 3),
    minMw: -5,
    rampRateMwPerMin: 10 + (index % 11),
    efficiency: 0.92,
    socMinRatio: 0,
    socMaxRatio: 1,
    initialSocPct: 50,
    retired: false,
  }));
}

/** Writes the assets file of a server into a new folder, and returns its path. */
export function writeAssetsFile(assets: readonly Asset[]): string {
  const file = join(mkdtempSync(join(tmpdir(), "mando-bench-")), "assets.yaml");
  writeFileSync(file, assetsText(assets));
  return file;
}

/** The text of the assets file. */
export function assetsText(assets: readonly Asset[]): string {
  return fleetText(createFleetTable([SITE], assets));
}
