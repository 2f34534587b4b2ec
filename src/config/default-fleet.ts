// The default fleet.
import { type Asset, assetNumbers, type Site } from "../domain/fleet/asset.ts";

/** The fleet that runs where no assets file gives one: always the same. */
export const DEFAULT_FLEET: { readonly sites: readonly Site[]; readonly assets: readonly Asset[] } =
  {
    sites: [
      {
        id: "00000000-0000-4000-8000-000000000001",
        name: "Default site",
        location: "Helsinki, Finland",
      },
    ],
    assets: [
      battery(1, {
        name: "BESS-1",
        capacityMwhr: 120,
        maxMw: 60,
        minMw: -60,
        rampRateMwPerMin: 60,
      }),
      battery(2, { name: "BESS-2", capacityMwhr: 20, maxMw: 20, minMw: -20, rampRateMwPerMin: 40 }),
      battery(3, { name: "BESS-3", capacityMwhr: 5, maxMw: 10, minMw: -10, rampRateMwPerMin: 120 }),
    ],
  };

type Rating = Pick<Asset, "name" | "capacityMwhr" | "maxMw" | "minMw" | "rampRateMwPerMin">;

function battery(number: number, { name, ...rating }: Rating): Asset {
  return {
    id: `00000000-0000-4000-8000-00000000010${number}`,
    siteId: "00000000-0000-4000-8000-000000000001",
    name,
    dataPath: `Asset/${name}`,
    ...assetNumbers({ efficiency: 0.92, ...rating }),
    retired: false,
  };
}
