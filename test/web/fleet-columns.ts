// Assets and frames as the dashboard gets them.
import type { FleetAsset } from "../../web/dashboard/live/asset-list.ts";
import type { Frame } from "../../web/dashboard/live/frame-reader.ts";

type Sample = Frame["samples"][number];

export function asset(id: string, name: string, siteName: string): FleetAsset {
  return {
    id,
    name,
    location: "Finland",
    capacityMwhr: 10,
    maxMw: 10,
    minMw: -10,
    site: { id: `site of ${siteName}`, name: siteName },
  };
}

export function sample(assetId: string, values: Partial<Sample>): Sample {
  return {
    assetId,
    socPct: 50,
    socMwhr: 5,
    capacityMwhr: 10,
    currentMw: 0,
    setpointMw: 0,
    status: "IDLE",
    limitedBy: null,
    availableMinMw: -10,
    availableMaxMw: 10,
    ...values,
  };
}

export function frame(tick: number, samples: readonly Sample[]): Frame {
  const timestamp = new Date(tick * 4000).toISOString();
  return { cursor: String(tick), timestamp, kind: "TICK", missedTicks: 0, samples };
}
