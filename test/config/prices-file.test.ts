import { expect, test } from "vitest";
import { readPrices } from "../../src/config/prices-file.ts";

const HEAD = "timestamp,price\n2026-11-20T00:00:00Z,10\n2026-11-20T00:15:00Z,20\n";

test("prices are read with their periods", () => {
  expect(readPrices(HEAD, "Europe/Helsinki")).toMatchObject({
    periods: {
      startMs: Date.parse("2026-11-20"),
      count: 2,
      lengthMin: 15,
      timeZone: "Europe/Helsinki",
    },
    scenarios: [{ weightRatio: 1, buyEurPerMwhr: [10, 20], sellEurPerMwhr: [10, 20] }],
    ...{ reserves: [], fixedPositions: [] },
  });
});

test("other columns are two prices, reserves, what was sold, and scenarios", () => {
  const text = "timestamp,buy,sell,fcr_n,fixed\n2026-11-20T00:00:00Z,10,9,5,-3\n";
  expect(readPrices(text, "UTC")).toMatchObject({
    scenarios: [{ buyEurPerMwhr: [10], sellEurPerMwhr: [9] }],
    reserves: [{ product: { name: "fcr_n" }, eurPerMwPerHr: [5] }],
    fixedPositions: [{ mw: -3, untilMs: Date.parse("2026-11-20T01:00:00Z") }],
  });
  const two = readPrices("timestamp,price:low,price:high\n2026-11-20T00:00:00Z,10,90\n", "UTC");
  expect(two).toMatchObject({ scenarios: [{ weightRatio: 0.5 }, { sellEurPerMwhr: [90] }] });
});

test.each([
  [
    "PRICE_GAP",
    2,
    `${HEAD}2026-11-20T00:45:00Z,30\n`,
    "the period of 15 minutes at 2026-11-20T00:30:00Z has no price",
  ],
  [
    "PRICE_GAP",
    2,
    `${HEAD}2026-11-20T00:30:00Z,\n`,
    "price of row 3, at 2026-11-20T00:30:00Z, is missing",
  ],
  ["PRICE_INVALID", 2, `${HEAD}2026-11-20T00:30:00Z,NaN\n`, 'must be a number, not "NaN"'],
  ["PRICE_INVALID", 2, `${HEAD}tomorrow,30\n`, "Row 3: timestamp must be an instant"],
  ["PRICE_GAP", 0, "timestamp,price\n", "There are no prices"],
  [
    "PLAN_INVALID",
    null,
    "timestamp,spot\n2026-11-20T00:00:00Z,1\n",
    "The column spot is not known",
  ],
  ["PLAN_INVALID", null, "timestamp,buy\n2026-11-20T00:00:00Z,1\n", "price, or buy and sell"],
  ["PLAN_INVALID", null, 'timestamp,price\n"', "The prices are no CSV"],
])("%s in period %s", (code, period, text, message) => {
  const read = readPrices(text, "UTC");
  expect(read).toMatchObject({ refusal: { code, period } });
  expect("refusal" in read && read.refusal.message).toContain(message);
});
