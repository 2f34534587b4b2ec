// Batteries of the fleet as the optimiser is given them.
import type { Asset, Site } from "../fleet/asset.ts";
import { startMsOf } from "./calendar.ts";
import type { PlanAsset, PlanLimit, PlanPeriods } from "./input.ts";

/** What a plan adds to an asset. */
export type PlanTerms = Pick<
  PlanAsset,
  "endSocMwhr" | "endValueEurPerMwhr" | "wear" | "cycleLimit"
> & {
  /** null: that of its first start. */
  readonly startSocMwhr: number | null;
  /** The length of a tick; null: power steps. */
  readonly tickS: number | null;
};

/** An asset of the fleet, which begins at rest. */
export function planAssetOf(asset: Asset, { startSocMwhr, tickS, ...terms }: PlanTerms): PlanAsset {
  const { id, capacityMwhr, minMw, maxMw, efficiency, rampRateMwPerMin } = asset;
  return {
    ...{ id, capacityMwhr, minMw, maxMw },
    chargeEfficiencyRatio: efficiency,
    dischargeEfficiencyRatio: efficiency,
    hourlyRetentionRatio: 1,
    minSocMwhr: asset.socMinRatio * capacityMwhr,
    maxSocMwhr: asset.socMaxRatio * capacityMwhr,
    startSocMwhr: startSocMwhr ?? (asset.initialSocPct / 100) * capacityMwhr,
    ramp: tickS === null ? null : { rateMwPerMin: rampRateMwPerMin, startMw: 0, tickS },
    ...terms,
  };
}

/** The limits of a site, throughout a plan. */
export function siteLimits({ maxExportMw, maxImportMw }: Site, periods: PlanPeriods): PlanLimit[] {
  if (maxExportMw === undefined && maxImportMw === undefined) return [];
  return [
    {
      kind: "connection",
      fromMs: periods.startMs,
      untilMs: startMsOf(periods, periods.count),
      ...(maxExportMw !== undefined && { maxExportMw }),
      ...(maxImportMw !== undefined && { maxImportMw }),
    },
  ];
}
