// The rules of what the optimiser is given: the first that is broken is the refusal.
import { MINUTE_MS } from "./calendar.ts";
import type { PlanInput, PlanLimit, Window } from "./input.ts";
import { assetFinding, MOST_EUR, MOST_MW, productFinding, SHARE_TOLERANCE } from "./item-rules.ts";
import { type PlanRefusal, refusalOf } from "./refusal.ts";

/** A quarter of a year in quarter-hours, and a few hours more. */
export const MOST_PERIODS = 9_000;
/** Periods times batteries times scenarios, and times what each of them has beside: reserves and bands of wear. */
export const MOST_CELLS = 400_000;
const MOST_LIMITS = 10_000;
const MOST_TIME_S = 600;
const MOST_PROFILES = 20;
const LENGTHS_MIN = [15, 30, 60];

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
  if (Math.abs(sum - 1) <= SHARE_TOLERANCE) return undefined;
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

function refuseReserves({ reserves, periods }: PlanInput): PlanRefusal | undefined {
  const names = new Set<string>();
  for (const [o, offer] of reserves.entries()) {
    const { name } = offer.product;
    const at = `reserves[${o}]`;
    if (names.has(name)) return invalid(at, `The product ${name} is there twice`);
    names.add(name);
    const wrong = productFinding(offer.product, periods.lengthMin);
    if (wrong !== undefined) return invalid(`${at}.product`, `${name}: ${wrong}`);
    const refusal =
      refuseSeries(`${at}.eurPerMwPerHr`, offer.eurPerMwPerHr, periods.count) ??
      (offer.activationEurPerMwhr &&
        refuseSeries(`${at}.activationEurPerMwhr`, offer.activationEurPerMwhr, periods.count));
    if (refusal) return refusal;
  }
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
