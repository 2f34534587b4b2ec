// The baseline of bench/tick: the same law on a Map of asset objects, with a telemetry object for each asset and tick.
import type { Asset } from "../src/domain/fleet/asset.ts";
import { statusOf } from "../src/domain/telemetry/frame.ts";

interface PlainAsset extends Asset {
  siteName: string;
  socMwhr: number;
  currentMw: number;
  setpointMw: number;
  energyInMwhr: number;
  energyOutMwhr: number;
}

export interface PlainTelemetry {
  assetId: string;
  siteId: string;
  siteName: string;
  timestamp: string;
  socMwhr: number;
  socPct: number;
  capacityMwhr: number;
  currentMw: number;
  setpointMw: number;
  maxMw: number;
  minMw: number;
  status: string;
  limitedBy: string | null;
  energyInMwhr: number;
  energyOutMwhr: number;
}

export function createPlainFleet(assets: readonly Asset[], dtS: number) {
  const fleet = new Map<string, PlainAsset>();
  for (const asset of assets) {
    fleet.set(asset.id, {
      ...asset,
      siteName: "Bench",
      socMwhr: (asset.initialSocPct / 100) * asset.capacityMwhr,
      currentMw: 0,
      setpointMw: 0,
      energyInMwhr: 0,
      energyOutMwhr: 0,
    });
  }
  return {
    setSetpoint(id: string, mw: number): void {
      const asset = fleet.get(id);
      if (asset) asset.setpointMw = mw;
    },
    tick(timestampMs: number): PlainTelemetry[] {
      const timestamp = new Date(timestampMs).toISOString();
      const frame: PlainTelemetry[] = [];
      for (const asset of fleet.values()) frame.push(step(asset, timestamp, dtS));
      return frame;
    },
  };
}

function step(asset: PlainAsset, timestamp: string, dtS: number): PlainTelemetry {
  let limitedBy: string | null = null;
  const stepMw = (asset.rampRateMwPerMin / 60) * dtS;
  let powerMw = asset.setpointMw;
  if (Math.abs(powerMw - asset.currentMw) > stepMw) {
    powerMw = asset.currentMw + Math.sign(powerMw - asset.currentMw) * stepMw;
    limitedBy = "ramp";
  }
  const ratedMw = Math.min(Math.max(powerMw, asset.minMw), asset.maxMw);
  if (ratedMw !== powerMw) limitedBy = "power";
  powerMw = ratedMw;
  const energyMwhr = (powerMw * dtS) / 3600;
  if (powerMw > 0 && energyMwhr / asset.efficiency > asset.socMwhr) {
    powerMw = (asset.socMwhr * asset.efficiency * 3600) / dtS;
    asset.socMwhr = 0;
    limitedBy = "energy";
  } else if (powerMw < 0 && -energyMwhr * asset.efficiency > asset.capacityMwhr - asset.socMwhr) {
    powerMw = (-(asset.capacityMwhr - asset.socMwhr) / asset.efficiency) * (3600 / dtS);
    asset.socMwhr = asset.capacityMwhr;
    limitedBy = "energy";
  } else if (powerMw > 0) asset.socMwhr -= energyMwhr / asset.efficiency;
  else asset.socMwhr -= energyMwhr * asset.efficiency;
  asset.currentMw = powerMw;
  const terminalMwhr = (powerMw * dtS) / 3600;
  if (terminalMwhr > 0) asset.energyOutMwhr += terminalMwhr;
  else asset.energyInMwhr -= terminalMwhr;
  return {
    assetId: asset.id,
    siteId: asset.siteId,
    siteName: asset.siteName,
    timestamp,
    socMwhr: asset.socMwhr,
    socPct: (asset.socMwhr / asset.capacityMwhr) * 100,
    capacityMwhr: asset.capacityMwhr,
    currentMw: powerMw,
    setpointMw: asset.setpointMw,
    maxMw: asset.maxMw,
    minMw: asset.minMw,
    status: statusOf(powerMw, asset.minMw, asset.maxMw),
    limitedBy,
    energyInMwhr: asset.energyInMwhr,
    energyOutMwhr: asset.energyOutMwhr,
  };
}
