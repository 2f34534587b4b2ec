// A made-up fleet of any size, always the same.
import type { Asset, Site } from "../src/domain/asset.ts";

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
    capacityMwhr: 10 + (index % 7),
    maxMw: 5 + (index % 3),
    minMw: -5,
    rampRateMwPerMin: 10 + (index % 11),
    efficiency: 0.92,
    socMinRatio: 0,
    socMaxRatio: 1,
    initialSocPct: 50,
  }));
}
