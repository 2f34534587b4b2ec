// `mando optimise`, as it is built.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { generatedPrices } from "../support/plan-input.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mando-optimise-"));
const file = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const rows = generatedPrices(96).map(
  (price, t) => `${new Date(Date.parse("2026-11-20") + t * 900_000).toISOString()},${price}`,
);
writeFileSync(file("prices.csv"), ["timestamp,price", ...rows].join("\n"));

const optimise = (...flags: readonly string[]) =>
  spawnSync(process.execPath, [MAIN, "optimise", ...flags], { encoding: "utf8" });

test("a battery of the options is planned, with a table, a chart and bids", () => {
  const flags = [
    "--power-mw",
    "30",
    "--capacity-mwhr",
    "60",
    "--end-soc-mwhr",
    "30",
    "--wear",
    "4",
  ];
  const outputs = [
    "--out",
    file("plan.csv"),
    "--chart",
    file("plan.svg"),
    "--bids",
    file("bids.json"),
  ];
  const { status, stdout } = optimise(file("prices.csv"), ...flags, "--cycles", "1.5", ...outputs);
  expect(status).toBe(0);
  // The known answer is a little less: its battery leaves 5 % unused at both ends.
  expect(Number(/total +([\d.]+) EUR/.exec(stdout)?.[1])).toBeGreaterThan(8217.38);
  const table = readFileSync(file("plan.csv"), "utf8").trimEnd().split("\n");
  expect(table[0]).toBe(
    "from,until,buy_eur_per_mwhr,sell_eur_per_mwhr,mw,energy_mwhr,soc_mwhr,energy_worth_eur_per_mwhr,traded_mw,export_worth_eur_per_mw,import_worth_eur_per_mw,revenue_eur",
  );
  expect(table).toHaveLength(97);
  expect(readFileSync(file("plan.svg"), "utf8")).toMatch(/^<svg [\s\S]+<rect [\s\S]+<\/svg>\n$/);
  const bids = JSON.parse(readFileSync(file("bids.json"), "utf8"));
  expect(bids.curves.length).toBeGreaterThan(0);
  expect(bids.pairs.length).toBeGreaterThan(0);
});

test("assets of the assets file are planned together, with their ramps", () => {
  const assets = ["--asset", "VALKEAKOSKI-1", "--asset", "VALKEAKOSKI-2"];
  const { status, stdout, stderr } = optimise(file("prices.csv"), ...assets);
  expect(status).toBe(0);
  expect(stdout.split("\n")[0]).toContain("VALKEAKOSKI-1_mw");
  expect(stderr).toMatch(/cycles [\d.]+, [\d.]+\ntotal/);
});

test.each([
  [["prices.csv"], /name a battery by --asset/],
  [["missing.csv"], /ENOENT/],
  [["prices.csv", "--asset", "NONE"], /has no asset NONE/],
  [["prices.csv", "--power-mw", "x", "--capacity-mwhr", "1"], /--power-mw must be a number/],
  [
    ["prices.csv", "--power-mw", "1", "--capacity-mwhr", "1", "--time-zone", "Nowhere"],
    /ZONE_UNKNOWN/,
  ],
  [
    [
      "prices.csv",
      "--power-mw",
      "1",
      "--capacity-mwhr",
      "9",
      "--start-soc-mwhr",
      "0",
      "--soc-target",
      "2@2026-11-20T01:00:00Z",
    ],
    /PLAN_INFEASIBLE: .+ by 1\.05 MWh/,
  ],
])("%j is refused with exit code 2", ([prices = "", ...flags], message) => {
  const { status, stderr } = optimise(file(prices), ...flags);
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
});
