// The rules of what the optimiser is given: the first that is broken is the refusal.
import { MINUTE_MS } from "./calendar.ts";
import type { PlanAsset, PlanInput, PlanLimit, ReserveOffer, Window } from "./input.ts";
import { type PlanRefusal, refusalOf } from "./refusal.ts";

/** A quarter of a year in quarter-hours, and a few hours more. */
export const MOST_PERIODS = 9_000;
/** Periods times batteries times scenarios, and times what each of them has beside: reserves and bands of wear. */
export const MOST_CELLS = 400_000;
const MOST_LIMITS = 10_000;
/** Larger than any price, and any power, that is meant. */
const MOST_EUR = 1e5;
const MOST_MW = 1e6;
const MOST_TIME_S = 600;
const MOST_PROFILES = 20;
const LENGTHS_MIN = [15, 30, 60];
/** Weights of scenarios are rounded by those who give them. */
const WEIGHT_TOLERANCE = 1e-6;

type Rule = (input: PlanInput) => PlanRefusal | undefined;

/** The first broken rule; undefined where all are kept. The time zone is checked where it is looked up. */
export function refuseInput(input: PlanInput): PlanRefusal | undefined {
  const rules: readonly Rule[] = [
    refusePeriods,
    refuseSize,
    refuseScenarios,
    refusePrices,
    refuseAssets,
    refuseReserves,
    refuseLimits,
    refuseOthers,
  ];
  for (const rule of rules) {
    const refusal = rule(input);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refusePeriods({ periods }: PlanInput): PlanRefusal | undefined {
  const { startMs, count, lengthMin } = periods;
  if (!LENGTHS_MIN.includes(lengthMin))
    return refusalOf(
      "PERIOD_INVALID",
      `Periods of ${lengthMin} minutes: they must have 15, 30 or 60`,
      "periods",
    );
  if (!Number.isInteger(startMs) || startMs % (lengthMin * MINUTE_MS) !== 0)
    return refusalOf(
      "PERIOD_INVALID",
      `The first period must begin at a multiple of ${lengthMin} minutes`,
      "periods",
      0,
    );
  if (Number.isInteger(count) && count > 0) return undefined;
  return refusalOf("PERIOD_INVALID", "A plan must have a period at least", "periods");
}

function refuseSize({ periods, assets, scenarios, reserves, limits, fixedPositions }: PlanInput) {
  const { count } = periods;
  if (count > MOST_PERIODS) return tooMany(`${count} periods, and a plan may have ${MOST_PERIODS}`);
  const bands = assets.reduce((sum, { wear }) => sum + wear.bands.length, 0);
  const cells = count * scenarios.length * (assets.length * (1 + reserves.length) + bands);
  if (cells > MOST_CELLS)
    return tooMany(
      `${count} periods with ${assets.length} batteries, ${scenarios.length} scenarios, ${reserves.length} reserves and ${bands} bands of wear, which is ${cells} in all, and a plan may have ${MOST_CELLS}`,
    );
  if (limits.length + fixedPositions.length > MOST_LIMITS)
    return tooMany(
      `${limits.length + fixedPositions.length} limits and fixed positions, and a plan may have ${MOST_LIMITS}`,
    );
  return undefined;
}

const tooMany = (what: string) =>
  refusalOf("TOO_MANY_PERIODS", `There are ${what}: plan a part of it`, "periods");

function refuseScenarios({ scenarios }: PlanInput): PlanRefusal | undefined {
  if (scenarios.length === 0) return invalid("scenarios", "There must be prices");
  const weights = scenarios.map(({ weightRatio }) => weightRatio);
  const wrong = weights.findIndex((weight) => !(weight > 0 && weight <= 1));
  if (wrong >= 0)
    return invalid(
      `scenarios[${wrong}].weightRatio`,
      "A weight must lie above 0, and be 1 at most",
    );
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (Math.abs(sum - 1) <= WEIGHT_TOLERANCE) return undefined;
  return invalid("scenarios", `The weights of the scenarios must sum up to 1, not to ${sum}`);
}

function refusePrices({ scenarios, periods }: PlanInput): PlanRefusal | undefined {
  for (const [k, { buyEurPerMwhr, sellEurPerMwhr }] of scenarios.entries()) {
    const at = `scenarios[${k}]`;
    const refusal =
      refuseSeries(`${at}.buyEurPerMwhr`, buyEurPerMwhr, periods.count) ??
      refuseSeries(`${at}.sellEurPerMwhr`, sellEurPerMwhr, periods.count);
    if (refusal !== undefined) return refusal;
    const crossed = sellEurPerMwhr.findIndex((eur, t) => eur > (buyEurPerMwhr[t] as number));
    if (crossed >= 0)
      return refusalOf(
        "PRICES_CROSSED",
        `Period ${crossed} sells at ${sellEurPerMwhr[crossed]} EUR/MWh and buys at ${buyEurPerMwhr[crossed]}: energy must not bring more than it costs`,
        `${at}.sellEurPerMwhr`,
        crossed,
      );
  }
  return undefined;
}

/** One price for each period. */
function refuseSeries(field: string, prices: readonly number[], count: number) {
  const wrong = prices.findIndex((eur) => !(Math.abs(eur) <= MOST_EUR));
  if (wrong >= 0)
    return refusalOf(
      "PRICE_INVALID",
      `The price of period ${wrong} is ${prices[wrong]}: it must be a number from -${MOST_EUR} to ${MOST_EUR}`,
      field,
      wrong,
    );
  if (prices.length >= count && !prices.includes(undefined as never)) return undefined;
  return refusalOf(
    "PRICE_GAP",
    `Period ${prices.length} has no price: give one for each of the ${count} periods`,
    field,
    prices.length,
  );
}

function refuseAssets({ assets, periods }: PlanInput): PlanRefusal | undefined {
  if (assets.length === 0) return invalid("assets", "There must be a battery");
  if (new Set(assets.map(({ id }) => id)).size < assets.length)
    return invalid("assets", "Each battery must be there once");
  for (const [a, asset] of assets.entries()) {
    const found = assetFinding(asset, periods.lengthMin);
    if (found !== undefined) return invalid(`assets[${a}].${found[0]}`, `${asset.id}: ${found[1]}`);
  }
  return undefined;
}

type Finding = readonly [field: string, message: string];

function assetFinding(asset: PlanAsset, lengthMin: number): Finding | undefined {
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
  if (Math.abs(sum - 1) <= WEIGHT_TOLERANCE) return undefined;
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

function refuseReserves({ reserves, periods }: PlanInput): PlanRefusal | undefined {
  const names = new Set<string>();
  for (const [o, offer] of reserves.entries()) {
    const { name } = offer.product;
    const at = `reserves[${o}]`;
    if (names.has(name)) return invalid(at, `The product ${name} is there twice`);
    names.add(name);
    const wrong = productFinding(offer, periods.lengthMin);
    if (wrong !== undefined) return invalid(`${at}.product`, `${name}: ${wrong}`);
    const refusal =
      refuseSeries(`${at}.eurPerMwPerHr`, offer.eurPerMwPerHr, periods.count) ??
      (offer.activationEurPerMwhr &&
        refuseSeries(`${at}.activationEurPerMwhr`, offer.activationEurPerMwhr, periods.count));
    if (refusal) return refusal;
  }
  return undefined;
}

function productFinding({ product }: ReserveOffer, lengthMin: number): string | undefined {
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

function refuseLimits({ limits, fixedPositions, assets, reserves, periods }: PlanInput) {
  const endMs = periods.startMs + periods.count * periods.lengthMin * MINUTE_MS;
  const isWindow = ({ fromMs, untilMs }: Window) =>
    fromMs < untilMs && fromMs < endMs && untilMs > periods.startMs;
  for (const [n, limit] of limits.entries()) {
    const field = `limits[${n}]`;
    const isInPlan =
      limit.kind === "socTarget"
        ? limit.atMs > periods.startMs && limit.atMs <= endMs
        : isWindow(limit);
    if (!isInPlan) return invalid(field, "A limit must have a time within the plan");
    if ("assetId" in limit && !assets.some(({ id }) => id === limit.assetId))
      return invalid(field, `No battery of the plan is ${limit.assetId}`);
    if (
      limit.kind === "obligation" &&
      !reserves.some(({ product }) => product.name === limit.product)
    )
      return invalid(
        field,
        `No reserve of the plan is ${limit.product}: offer it, with prices of 0`,
      );
    if (amountsOf(limit).some((it) => !(it >= 0 && it <= MOST_MW)))
      return invalid(field, "Powers, energies and prices of limits must be 0 or more");
  }
  const wrong = fixedPositions.findIndex((it) => !isWindow(it) || !(Math.abs(it.mw) <= MOST_MW));
  if (wrong < 0) return undefined;
  return invalid(
    `fixedPositions[${wrong}]`,
    "A fixed position must have a time within the plan, and a power",
  );
}

/** The numbers of a limit, without its times. */
function amountsOf(limit: PlanLimit): number[] {
  return Object.entries(limit).flatMap(([name, value]) =>
    typeof value === "number" && !name.endsWith("Ms") ? [value] : [],
  );
}

function refuseOthers({ feeEurPerMwhr, lots, timeLimitS, profileCount }: PlanInput) {
  if (!(feeEurPerMwhr >= 0 && feeEurPerMwhr <= MOST_EUR))
    return invalid("feeEurPerMwhr", `The fee must be 0 or more, not ${feeEurPerMwhr}`);
  if (lots.energyLotMw !== null && !(lots.energyLotMw > 0 && lots.energyLotMw <= MOST_MW))
    return invalid("lots", `The lot must lie above 0 MW, not be ${lots.energyLotMw}`);
  if (!(timeLimitS > 0 && timeLimitS <= MOST_TIME_S))
    return invalid("timeLimitS", `The time must lie above 0, and be ${MOST_TIME_S} s at most`);
  if (Number.isInteger(profileCount) && profileCount >= 0 && profileCount <= MOST_PROFILES)
    return undefined;
  return invalid("profileCount", `There may be 0 to ${MOST_PROFILES} profiles`);
}

function invalid(field: string, message: string): PlanRefusal {
  return refusalOf("PLAN_INVALID", message, field);
}
