// Inputs that no optimiser is given.
import { expect, test } from "vitest";
import type { PlanAsset, PlanInput } from "../../../src/domain/plan/input.ts";
import { RESERVE_PRODUCTS, type ReserveProduct } from "../../../src/domain/plan/reserve-product.ts";
import { MOST_PERIODS, refuseInput } from "../../../src/domain/plan/rules.ts";
import { HOURLY, planInput } from "../../support/plan-input.ts";

const PRICES = [10, 20, 30, 40];
const valid = planInput(PRICES);
const prices = (buy: readonly number[], sell = buy): Partial<PlanInput> => ({
  scenarios: [{ weightRatio: 1, buyEurPerMwhr: buy, sellEurPerMwhr: sell }],
});
const asset = (fields: Partial<PlanAsset>): Partial<PlanInput> => ({
  assets: planInput(PRICES, fields).assets,
});
const periods = (fields: Partial<PlanInput["periods"]>): Partial<PlanInput> => ({
  periods: { ...valid.periods, ...fields },
});
const offer = (fields: Partial<ReserveProduct>, eur = PRICES) => ({
  product: { ...(RESERVE_PRODUCTS.fcr_n as ReserveProduct), ...fields },
  eurPerMwPerHr: eur,
  activationEurPerMwhr: null,
});
const window = { fromMs: HOURLY.startMs, untilMs: HOURLY.startMs + 900_000 };
const long = Array.from({ length: MOST_PERIODS + 1 }, () => 1);

test("a valid input is taken", () => expect(refuseInput(valid)).toBeUndefined());

test.each<[code: string, field: string, period: number | null, change: Partial<PlanInput>]>([
  ["PERIOD_INVALID", "periods", null, periods({ lengthMin: 20 })],
  ["PERIOD_INVALID", "periods", 0, periods({ startMs: HOURLY.startMs + 1 })],
  ["PERIOD_INVALID", "periods", null, periods({ count: 0 })],
  ["TOO_MANY_PERIODS", "periods", null, { ...periods({ count: long.length }), ...prices(long) }],
  [
    "TOO_MANY_PERIODS",
    "periods",
    null,
    {
      ...periods({ count: 9000 }),
      assets: Array.from({ length: 50 }, (_, n) => ({
        ...(valid.assets[0] as PlanAsset),
        id: `${n}`,
      })),
    },
  ],
  ["PRICE_INVALID", "scenarios[0].buyEurPerMwhr", 1, prices([10, Number.NaN, 30, 40])],
  ["PRICE_INVALID", "scenarios[0].buyEurPerMwhr", 2, prices([10, 20, Infinity, 40])],
  ["PRICE_GAP", "scenarios[0].buyEurPerMwhr", 3, prices([10, 20, 30])],
  ["PRICES_CROSSED", "scenarios[0].sellEurPerMwhr", 2, prices(PRICES, [10, 20, 31, 40])],
  ["PLAN_INVALID", "scenarios", null, { scenarios: [] }],
  [
    "PLAN_INVALID",
    "scenarios",
    null,
    {
      scenarios: [{ ...(valid.scenarios[0] as PlanInput["scenarios"][number]), weightRatio: 0.5 }],
    },
  ],
  ["PLAN_INVALID", "assets", null, { assets: [] }],
  ["PLAN_INVALID", "assets", null, { assets: [...valid.assets, ...valid.assets] }],
  ["PLAN_INVALID", "assets[0].capacityMwhr", null, asset({ capacityMwhr: Number.NaN })],
  ["PLAN_INVALID", "assets[0].minMw", null, asset({ minMw: 1 })],
  ["PLAN_INVALID", "assets[0].maxMw", null, asset({ maxMw: -1 })],
  ["PLAN_INVALID", "assets[0].chargeEfficiencyRatio", null, asset({ chargeEfficiencyRatio: 1.1 })],
  ["PLAN_INVALID", "assets[0].minSocMwhr", null, asset({ minSocMwhr: 58 })],
  ["PLAN_INVALID", "assets[0].startSocMwhr", null, asset({ startSocMwhr: 2 })],
  ["PLAN_INVALID", "assets[0].endSocMwhr", null, asset({ endSocMwhr: 58 })],
  [
    "PLAN_INVALID",
    "assets[0].wear.eurPerMwhr",
    null,
    asset({ wear: { eurPerMwhr: -1, bands: [] } }),
  ],
  [
    "PLAN_INVALID",
    "assets[0].wear.bands",
    null,
    asset({ wear: { eurPerMwhr: 0, bands: [{ capacityRatio: 0.5, eurPerMwhr: 1 }] } }),
  ],
  [
    "PLAN_INVALID",
    "assets[0].wear.bands",
    null,
    asset({
      wear: {
        eurPerMwhr: 0,
        bands: [
          { capacityRatio: 0.5, eurPerMwhr: 2 },
          { capacityRatio: 0.5, eurPerMwhr: 1 },
        ],
      },
    }),
  ],
  [
    "PLAN_INVALID",
    "assets[0].cycleLimit",
    null,
    asset({ cycleLimit: { dailyCount: -1, side: "both" } }),
  ],
  [
    "PLAN_INVALID",
    "assets[0].ramp",
    null,
    asset({ ramp: { rateMwPerMin: 0, startMw: 0, tickS: 4 } }),
  ],
  [
    "PLAN_INVALID",
    "assets[0].ramp",
    null,
    asset({ ramp: { rateMwPerMin: 1, startMw: 0, tickS: 7 } }),
  ],
  [
    "PLAN_INVALID",
    "assets[0].ramp",
    null,
    asset({ ramp: { rateMwPerMin: 1, startMw: 31, tickS: 4 } }),
  ],
  ["PLAN_INVALID", "reserves[0].product", null, { reserves: [offer({ lengthMin: 20 })] }],
  ["PLAN_INVALID", "reserves[0].product", null, { reserves: [offer({ lotMw: 0 })] }],
  ["PLAN_INVALID", "reserves[1]", null, { reserves: [offer({}), offer({})] }],
  ["PRICE_GAP", "reserves[0].eurPerMwPerHr", 2, { reserves: [offer({}, [1, 2])] }],
  ["PLAN_INVALID", "limits[0]", null, { limits: [{ kind: "noTrade", fromMs: 0, untilMs: 1 }] }],
  [
    "PLAN_INVALID",
    "limits[0]",
    null,
    { limits: [{ kind: "soc", assetId: "OTHER", ...window, minSocMwhr: 1 }] },
  ],
  [
    "PLAN_INVALID",
    "limits[0]",
    null,
    { limits: [{ kind: "connection", ...window, maxExportMw: -1 }] },
  ],
  [
    "PLAN_INVALID",
    "limits[0]",
    null,
    { limits: [{ kind: "obligation", product: "fcr", ...window, mw: 1 }] },
  ],
  [
    "PLAN_INVALID",
    "limits[0]",
    null,
    { limits: [{ kind: "socTarget", assetId: "BESS-1", atMs: HOURLY.startMs, minSocMwhr: 1 }] },
  ],
  ["PLAN_INVALID", "fixedPositions[0]", null, { fixedPositions: [{ ...window, mw: Number.NaN }] }],
  ["PLAN_INVALID", "feeEurPerMwhr", null, { feeEurPerMwhr: -1 }],
  ["PLAN_INVALID", "lots", null, { lots: { ...valid.lots, energyLotMw: 0 } }],
  ["PLAN_INVALID", "timeLimitS", null, { timeLimitS: 601 }],
  ["PLAN_INVALID", "profileCount", null, { profileCount: 21 }],
])("%s at %s, period %s", (code, field, period, change) => {
  const refusal = refuseInput({ ...valid, ...change });
  expect(refusal).toMatchObject({ code, field, period });
  expect(refusal?.message).toMatch(/^\S.+[^.]$/);
});
