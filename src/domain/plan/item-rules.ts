// The rules of one battery of a plan, and of one reserve product.
import type { PlanAsset } from "./input.ts";
import type { ReserveProduct } from "./reserve-product.ts";

/** Larger than any price, and any power, that is meant. */
export const MOST_EUR = 1e5;
export const MOST_MW = 1e6;
/** Shares that make up a whole are rounded where they are written. */
export const SHARE_TOLERANCE = 1e-6;

/** The field that breaks a rule, and the end of a sentence about it. */
type Finding = readonly [field: string, message: string];

/** The first rule that a battery breaks. @param lengthMin Of the periods. */
export function assetFinding(asset: PlanAsset, lengthMin: number): Finding | undefined {
  const { capacityMwhr, minMw, maxMw, minSocMwhr, maxSocMwhr, startSocMwhr, endSocMwhr } = asset;
  if (!(capacityMwhr > 0 && capacityMwhr <= MOST_MW))
    return ["capacityMwhr", `the capacity must lie above 0, not be ${capacityMwhr}`];
  if (!(minMw <= 0 && minMw >= -MOST_MW))
    return ["minMw", `the charge power must be 0 or negative, not ${minMw}`];
  if (!(maxMw >= 0 && maxMw <= MOST_MW))
    return ["maxMw", `the discharge power must be 0 or more, not ${maxMw}`];
  for (const field of [
    "chargeEfficiencyRatio",
    "dischargeEfficiencyRatio",
    "hourlyRetentionRatio",
  ] as const)
    if (!(asset[field] > 0 && asset[field] <= 1))
      return [field, `${field} must lie above 0, and be 1 at most, not ${asset[field]}`];
  if (!(minSocMwhr >= 0 && minSocMwhr <= maxSocMwhr && maxSocMwhr <= capacityMwhr))
    return ["minSocMwhr", `the bounds of SoC must lie in 0 to ${capacityMwhr} MWh, in this order`];
  if (!(startSocMwhr >= minSocMwhr && startSocMwhr <= maxSocMwhr))
    return [
      "startSocMwhr",
      `the SoC at the start must lie in ${minSocMwhr} to ${maxSocMwhr} MWh, not be ${startSocMwhr}`,
    ];
  if (endSocMwhr !== null && !(endSocMwhr >= 0 && endSocMwhr <= maxSocMwhr))
    return [
      "endSocMwhr",
      `the SoC at the end must lie in 0 to ${maxSocMwhr} MWh, not be ${endSocMwhr}`,
    ];
  if (!(Math.abs(asset.endValueEurPerMwhr) <= MOST_EUR))
    return [
      "endValueEurPerMwhr",
      `the worth at the end must be a number, not ${asset.endValueEurPerMwhr}`,
    ];
  return wearFinding(asset) ?? limitFinding(asset, lengthMin);
}

function wearFinding({ wear }: PlanAsset): Finding | undefined {
  if (!(wear.eurPerMwhr >= 0 && wear.eurPerMwhr <= MOST_EUR))
    return ["wear.eurPerMwhr", `the price of wear must be 0 or more, not ${wear.eurPerMwhr}`];
  if (wear.bands.length === 0) return undefined;
  let lastEur = 0;
  let sum = 0;
  for (const { capacityRatio, eurPerMwhr } of wear.bands) {
    if (!(capacityRatio > 0 && eurPerMwhr >= lastEur && eurPerMwhr <= MOST_EUR))
      return [
        "wear.bands",
        "bands of wear must have a part of the capacity each, and rising prices",
      ];
    lastEur = eurPerMwhr;
    sum += capacityRatio;
  }
  if (Math.abs(sum - 1) <= SHARE_TOLERANCE) return undefined;
  return ["wear.bands", `bands of wear must fill the capacity, not ${sum} of it`];
}

function limitFinding(
  { cycleLimit, ramp, minMw, maxMw }: PlanAsset,
  lengthMin: number,
): Finding | undefined {
  if (cycleLimit !== null && !(cycleLimit.dailyCount >= 0))
    return ["cycleLimit", `the limit of cycles must be 0 or more, not ${cycleLimit.dailyCount}`];
  if (ramp === null) return undefined;
  if (!(ramp.rateMwPerMin > 0))
    return ["ramp", `the ramp must lie above 0 MW per minute, not be ${ramp.rateMwPerMin}`];
  if (!(ramp.startMw >= minMw && ramp.startMw <= maxMw))
    return ["ramp", `the power at the start must lie within the rating, not be ${ramp.startMw}`];
  const ticks = (lengthMin * 60) / ramp.tickS;
  if (ramp.tickS === 0 || (ramp.tickS >= 0.1 && Math.abs(ticks - Math.round(ticks)) < 1e-9))
    return undefined;
  return ["ramp", `a tick must be 0.1 s at least and divide the period, not be ${ramp.tickS} s`];
}

/** The first rule that a product breaks. @param lengthMin Of the periods. */
export function productFinding(product: ReserveProduct, lengthMin: number): string | undefined {
  const { isUp, isDown, powerRatio, oppositePowerRatio, enduranceHr, activationRatio } = product;
  if (!isUp && !isDown) return "it must act in a direction";
  if (!(powerRatio >= 0 && powerRatio <= 10 && oppositePowerRatio >= 0 && oppositePowerRatio <= 10))
    return "the power held per MW must be 0 to 10";
  if (!(enduranceHr >= 0 && enduranceHr <= 24)) return "the endurance must be 0 to 24 hours";
  if (!(activationRatio >= 0 && activationRatio <= 1))
    return "the share of activation must be 0 to 1";
  if (!(product.lengthMin > 0 && product.lengthMin <= 1440 && product.lengthMin % lengthMin === 0))
    return `its length must be a multiple of ${lengthMin} minutes, a day at most`;
  if (!(product.lotMw > 0 && product.lotMw <= MOST_MW)) return "the lot must lie above 0 MW";
  if (product.maxMw !== null && !(product.maxMw >= 0))
    return "the highest volume must be 0 MW or more";
  return undefined;
}
