import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAssetsFile } from "../../src/config/assets-file.ts";
import { DEFAULT_FLEET } from "../../src/config/default-fleet.ts";
import { fleetViolations } from "../../src/domain/fleet/asset-rules.ts";

const SHIPPED = readFileSync(new URL("../../assets.yaml", import.meta.url), "utf8");

const ONE = `sites:
  - id: 5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01
    name: Valkeakoski
    location: Valkeakoski, Finland
assets:
  - id: 8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01
    site_id: 5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01
    name: VALKEAKOSKI-1
    capacity_mwhr: 36
    max_mw: 30
    min_mw: -30
    ramp_rate_mw_per_min: 30
    efficiency: 0.92
`;

function errorsOf(yaml: string): string[] {
  const fleet = parseAssetsFile(yaml);
  return "errors" in fleet
    ? fleet.errors.map(({ line, column, message }) => `${line}:${column} ${message}`)
    : [];
}

describe("the assets file", () => {
  test("of the package has 3 sites and 7 batteries, one of 30 MW and 36 MWh in Valkeakoski", () => {
    const fleet = parseAssetsFile(SHIPPED);
    if ("errors" in fleet) throw new Error(JSON.stringify(fleet.errors));
    expect(fleet.sites).toHaveLength(3);
    expect(fleet.assets).toHaveLength(7);
    expect(new Set(fleet.assets.map((asset) => asset.maxMw / asset.capacityMwhr)).size).toBe(7);
    const asset = fleet.assets.find(
      ({ capacityMwhr, maxMw }) => capacityMwhr === 36 && maxMw === 30,
    );
    expect(fleet.sites.find(({ id }) => id === asset?.siteId)?.location).toBe(
      "Valkeakoski, Finland",
    );
  });

  test("starts half full, or at the bound that is nearest to it", () => {
    const starting = (more: string) => {
      const fleet = parseAssetsFile(`${ONE}${more}`);
      return "errors" in fleet ? fleet.errors : fleet.assets[0]?.initialSocPct;
    };
    expect(starting("")).toBe(50);
    expect(starting("    soc_min_ratio: 0.6\n")).toBe(60);
    expect(starting("    initial_soc_pct: 12.5\n")).toBe(12.5);
  });

  test("distinguishes retired assets from running ones, which are the default", () => {
    const asset = ONE.slice(ONE.indexOf("  - id: 8f2b"))
      .replace("2b01", "2b02")
      .replace("VALKEAKOSKI-1", "VALKEAKOSKI-2");
    const fleet = parseAssetsFile(`${ONE}${asset}    retired: true\n`);
    expect("errors" in fleet || fleet.assets.map(({ retired }) => retired)).toEqual([false, true]);
  });

  test("distinguishes retired sites from those in use, which are the default", () => {
    const site = ONE.slice(ONE.indexOf("  - id: 5d0c"), ONE.indexOf("assets:"));
    const [past, used] = ["7c02", "7c03"].map((end) => site.replace("7c01", end));
    const more = `${past}    retired: true\n${used}    retired: false\n`;
    const fleet = parseAssetsFile(ONE.replace("assets:", `${more}assets:`));
    if ("errors" in fleet) throw new Error(JSON.stringify(fleet.errors));
    expect(fleet.sites.map(({ retired }) => retired)).toEqual([undefined, true, undefined]);
  });

  test("gives data paths by name, or as the file has them, and refuses those that clash", () => {
    const asset = ONE.slice(ONE.indexOf("  - id: 8f2b")).replace("2b01", "2b02");
    const read = (more: string) => parseAssetsFile(`${ONE}${asset}${more}`);
    expect(errorsOf(`${ONE}${asset}`)).toEqual([
      "14:5 assets[1].data_path Asset/VALKEAKOSKI-1 clashes with Asset/VALKEAKOSKI-1 of assets[0]: give one of them another data_path, neither equal to nor below another",
    ]);
    const fleet = read("    data_path: Asset/FI/2\n");
    if ("errors" in fleet) throw new Error(JSON.stringify(fleet.errors));
    expect(fleet.assets.map(({ dataPath }) => dataPath)).toEqual([
      "Asset/VALKEAKOSKI-1",
      "Asset/FI/2",
    ]);
    expect(fleet.ownPathIds).toEqual(new Set([fleet.assets[1]?.id]));
  });

  test("lets retired assets be at a retired site", () => {
    const site = ONE.slice(ONE.indexOf("  - id: 5d0c"), ONE.indexOf("assets:"));
    const past = `${site.replace("7c01", "7c02")}    retired: true\n`;
    const asset = ONE.slice(ONE.indexOf("  - id: 8f2b"))
      .replace("2b01", "2b02")
      .replace("VALKEAKOSKI-1", "VALKEAKOSKI-2");
    const gone = `${asset.replace("7c01", "7c02")}    retired: true\n`;
    expect(errorsOf(ONE.replace("assets:", `${past}assets:`) + gone)).toEqual([]);
  });

  test("returns the places of broken rules of another fleet, in plain YAML or any other", () => {
    const violations = [
      { list: "assets", index: 0, field: "siteId", message: "is elsewhere" },
      { list: "sites", index: 0, field: "retired", message: "must not be true" },
    ] as const;
    for (const text of [ONE, `${ONE}...\n`]) {
      const fleet = parseAssetsFile(text);
      if ("errors" in fleet) throw new Error(JSON.stringify(fleet.errors));
      expect(fleet.errorsOf(violations)).toEqual([
        { line: 2, column: 5, message: "sites[0].retired must not be true" },
        { line: 7, column: 5, message: "assets[0].site_id is elsewhere" },
      ]);
    }
  });

  test("accepts a fallback and the limits of a meter, and leaves out missing fields", () => {
    const more = ONE.replace("assets:", "    max_export_mw: 40\n    max_import_mw: 0\nassets:");
    const fleet = parseAssetsFile(`${more}    fallback_mw: -2.5\n`);
    if ("errors" in fleet) throw new Error(JSON.stringify(fleet.errors));
    expect(fleet.sites[0]).toMatchObject({ maxExportMw: 40, maxImportMw: 0 });
    expect(fleet.assets[0]?.fallbackMw).toBe(-2.5);
    const plain = parseAssetsFile(ONE);
    if ("errors" in plain) throw new Error(JSON.stringify(plain.errors));
    expect(Object.keys(plain.sites[0] ?? {})).toEqual(["id", "name", "location"]);
    expect(Object.keys(plain.assets[0] ?? {})).not.toContain("fallbackMw");
  });

  test("accepts ids in either case", () => {
    const fleet = parseAssetsFile(ONE.replace(/8f2b6c10/, "8F2B6C10"));
    expect("errors" in fleet || fleet.assets[0]?.id).toBe("8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01");
  });

  test.each([
    [
      "an unknown key",
      ["max_mw: 30", "max_mw: 30\n    colour: red"],
      "11:5 assets[0].colour is not a known key",
    ],
    [
      "a data path that is none",
      ["max_mw: 30", "max_mw: 30\n    data_path: Asset//1"],
      "11:5 assets[0].data_path must be segments of letters, digits, _, - and ., separated by /: Asset/FI/Battery/SoC",
    ],
    ["a missing key", ["    max_mw: 30\n", ""], "6:5 assets[0].max_mw is missing"],
    [
      "a wrong type",
      ["max_mw: 30", "max_mw: thirty"],
      '10:5 assets[0].max_mw must be a number, not "thirty"',
    ],
    ["not a UUID", ["8f2b6c10-3d7e", "8f2b"], "6:5 assets[0].id must be a UUID"],
    [
      "an unknown site",
      ["site_id: 5d0c7a52", "site_id: 00000000"],
      "7:5 assets[0].site_id 00000000-6a3e-4c0b-9d54-0f6b1f2a7c01 is the id of no site",
    ],
    [
      "no capacity",
      ["capacity_mwhr: 36", "capacity_mwhr: 0"],
      "9:5 assets[0].capacity_mwhr must be 0.000001 to 1000000 MWh, not 0",
    ],
    [
      "a negative maximum",
      ["max_mw: 30", "max_mw: -1"],
      "10:5 assets[0].max_mw must be 0 to 1000000 MW, not -1",
    ],
    [
      "a positive minimum",
      ["min_mw: -30", "min_mw: 3"],
      "11:5 assets[0].min_mw must be -1000000 to 0 MW, not 3",
    ],
    [
      "no power at all",
      ["max_mw: 30\n    min_mw: -30", "max_mw: 0\n    min_mw: 0"],
      "10:5 assets[0].max_mw must not be 0 where the charge limit is 0 too",
    ],
    [
      "no ramp",
      ["min: 30", "min: 0"],
      "12:5 assets[0].ramp_rate_mw_per_min must be 0.000001 to 1000000 MW/min, not 0",
    ],
    [
      "an efficiency of 0",
      ["efficiency: 0.92", "efficiency: 0"],
      "13:5 assets[0].efficiency must be 0.01 to 1, not 0",
    ],
    [
      "an efficiency above 1",
      ["efficiency: 0.92", "efficiency: 1.01"],
      "13:5 assets[0].efficiency must be 0.01 to 1, not 1.01",
    ],
    [
      "NaN",
      ["capacity_mwhr: 36", "capacity_mwhr: .nan"],
      '9:5 assets[0].capacity_mwhr must be a number, not ".nan": write it in decimal, like 12.5',
    ],
    [
      "infinity",
      ["max_mw: 30", "max_mw: .inf"],
      '10:5 assets[0].max_mw must be a number, not ".inf": write it in decimal, like 12.5',
    ],
    [
      "bounds of SoC that cross",
      ["efficiency: 0.92", "efficiency: 0.92\n    soc_min_ratio: 0.9\n    soc_max_ratio: 0.2"],
      "15:5 assets[0].soc_max_ratio must be above the lower bound, 0.9, not 0.2",
    ],
    [
      "a start outside the bounds",
      ["efficiency: 0.92", "efficiency: 0.92\n    initial_soc_pct: 101"],
      "14:5 assets[0].initial_soc_pct must lie within the SoC bounds, 0 to 100 %, not 101",
    ],
    [
      "a fallback outside the rating",
      ["efficiency: 0.92", "efficiency: 0.92\n    fallback_mw: 31"],
      "14:5 assets[0].fallback_mw must lie within the rating, -30 to 30 MW, not 31",
    ],
    [
      "an export limit below 0",
      ["assets:", "    max_export_mw: -1\nassets:"],
      "5:5 sites[0].max_export_mw must be 0 to 1000000 MW, not -1",
    ],
    [
      "an import limit that is no number",
      ["assets:", "    max_import_mw: none\nassets:"],
      '5:5 sites[0].max_import_mw must be a number, not "none"',
    ],
    [
      "an empty list of assets",
      [/assets:[\s\S]*/, "assets: []"],
      "5:1 assets must name at least one asset",
    ],
    [
      "one that is neither retired nor not",
      ["efficiency: 0.92", "efficiency: 0.92\n    retired: maybe"],
      '14:5 assets[0].retired must be true or false, not "maybe"',
    ],
    [
      "one that runs at a retired site",
      ["assets:", "    retired: true\nassets:"],
      "8:5 assets[0].site_id 5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01 is the id of a retired site: no asset runs there",
    ],
    [
      "assets that are all retired",
      ["efficiency: 0.92", "efficiency: 0.92\n    retired: true"],
      "14:5 assets[0].retired must not be true for every asset: at least one must run",
    ],
    ["an unknown list", ["sites:", "colours: []\nsites:"], "1:1 colours is not a known key"],
    ["broken YAML", ["name: Valkeakoski\n", "name: [\n"], "4:5 Flow sequence"],
  ])("is refused for %s", (_, [from, to], expected) => {
    const text = ONE.replace(from as string, to as string);
    const errors = errorsOf(text);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(expected);
    // With an indicator that only the whole language has.
    expect(errorsOf(`${text}\n...\n`)[0]).toContain(expected);
  });

  test("is refused for an id that is used twice", () => {
    const asset = ONE.slice(ONE.indexOf("  - id: 8f2b"));
    expect(errorsOf(ONE + asset)).toEqual([
      "14:5 assets[1].id 8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01 is used twice, first by assets[0]",
    ]);
  });

  test("is refused for an id that is used by a retired asset as well", () => {
    const asset = ONE.slice(ONE.indexOf("  - id: 8f2b"));
    expect(errorsOf(`${ONE}${asset}    retired: true\n`)[0]).toContain("14:5 assets[1].id");
  });

  test("returns every error at once, of shape and of rule, in the order of the file", () => {
    const broken = ONE.replace("capacity_mwhr: 36", "capacity_mwhr: -1")
      .replace("location: Valkeakoski, Finland", "place: here")
      .replace("efficiency: 0.92", "efficiency: 3");
    expect(errorsOf(broken).map((error) => error.split(" ").slice(0, 2).join(" "))).toEqual([
      "2:5 sites[0].location",
      "4:5 sites[0].place",
      "9:5 assets[0].capacity_mwhr",
      "13:5 assets[0].efficiency",
    ]);
  });

  test.each(["", "- 1\n", "42", "a: &a [*a]\n", "x: *y\n"])("never throws, given %j", (yaml) => {
    expect(errorsOf(yaml)).not.toEqual([]);
  });

  test("is not blown up by aliases", () => {
    const bomb = `a: &a [${"x,".repeat(50)}]\n${["b", "c", "d", "e", "f"]
      .map((name, n) => `${name}: &${name} [${`*${"abcdef"[n]},`.repeat(20)}]`)
      .join("\n")}\n`;
    expect(errorsOf(bomb)).toHaveLength(1);
  });
});

test("the default fleet obeys the rules", () => {
  expect(fleetViolations(DEFAULT_FLEET.sites, DEFAULT_FLEET.assets)).toEqual([]);
});
