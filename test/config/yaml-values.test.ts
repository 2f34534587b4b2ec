// Anchors, aliases and merge keys of an assets file, and the numbers of YAML beside decimal ones.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAssetsFile } from "../../src/config/assets-file.ts";
import { createAssetsFile } from "../../src/config/fleet.ts";

const SITE = `sites:
  - &home
    id: &site 5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01
    name: Valkeakoski
    location: Valkeakoski, Finland
`;
const DEFAULTS = `defaults: &defaults
  site_id: *site
  capacity_mwhr: 36
  max_mw: 30
  min_mw: -30
  ramp_rate_mw_per_min: 30
  efficiency: 0.92
`;
const idOf = (number: number) => `8f2b6c10-3d7e-4b9a-8c21-${String(number).padStart(12, "0")}`;
const merging = (number: number, more = "") =>
  `  - id: ${idOf(number)}\n    name: A${number}\n    <<: *defaults\n${more}`;

function soundOf(yaml: string) {
  const read = parseAssetsFile(yaml);
  if ("errors" in read) throw new Error(JSON.stringify(read.errors));
  return read;
}

function errorsOf(yaml: string): readonly string[] {
  const read = parseAssetsFile(yaml);
  if (!("errors" in read)) return [];
  return read.errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("aliases", () => {
  test.each([1, 150, 1_000])("may be as many as assets: %d", (count) => {
    const assets = Array.from({ length: count }, (_, n) =>
      merging(n).replace("<<: *defaults", DEFAULTS.split("\n").slice(1, 7).join("\n  ").trim()),
    );
    const { assets: read } = soundOf(`${SITE}assets:\n${assets.join("")}`);
    expect(read).toHaveLength(count);
    expect(new Set(read.map(({ siteId }) => siteId)).size).toBe(1);
  });

  test("mean the last anchor of their name before them", () => {
    const yaml = `${SITE}assets:\n${merging(1)}${merging(2)}`
      .replace("name: A1", "name: &name First")
      .replace("name: A2", "name: *name\n    data_path: Asset/A2")
      .replace("assets:", `${DEFAULTS}assets:`);
    expect(soundOf(yaml).assets.map(({ name }) => name)).toEqual(["First", "First"]);
  });

  test("may stand for whole assets and whole lists", () => {
    const yaml = `${SITE}${DEFAULTS}all: &all\n${merging(1)}assets: *all\n`;
    expect(soundOf(yaml).assets).toMatchObject([{ name: "A1", maxMw: 30 }]);
  });

  test.each([
    ["a: &a [*a]\n", "1:8 *a stands within itself"],
    ["a: &a {<<: *a}\n", "1:12 *a stands within itself"],
    ["x: *y\n", "1:4 *y has no anchor before it"],
    [`${SITE}assets:\n${merging(1)}${DEFAULTS}`, "9:9 *defaults has no anchor before it"],
  ])("are refused where they mean nothing: %j", (yaml, expected) => {
    expect(errorsOf(yaml)).toEqual([expected]);
  });

  test("are refused at once where they expand without bound, with the limit and the remedy", () => {
    const bomb = `a: &a [${"x,".repeat(50)}]\n${[..."bcdefghijklmnopqrstuvwxyz"]
      .map((name, n) => `${name}: &${name} [${`*${"abcdefghijklmnopqrstuvwxy"[n]},`.repeat(20)}]`)
      .join("\n")}\n`;
    const beganMs = performance.now();
    expect(errorsOf(bomb)).toEqual([
      "5:44 aliases make more than 5000000 values of the file: write fewer aliases of aliases",
    ]);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });

  test("go with errors that stand where the value is written", () => {
    const yaml = `${SITE}${DEFAULTS}assets:\n${merging(1)}${merging(2, "    max_mw: -1\n")}`;
    const wrong = yaml.replace("efficiency: 0.92", "efficiency: 2");
    expect(errorsOf(wrong)).toEqual([
      "12:3 assets[0].efficiency must be 0.01 to 1, not 2",
      "12:3 assets[1].efficiency must be 0.01 to 1, not 2",
      "20:5 assets[1].max_mw must be 0 to 1000000 MW, not -1",
    ]);
    expect(errorsOf(yaml.replace("efficiency: 0.92", "colour: red"))).toEqual([
      "12:3 assets[0].colour is not a known key",
      "12:3 assets[1].colour is not a known key",
      "14:5 assets[0].efficiency is missing: it must be a number",
      "17:5 assets[1].efficiency is missing: it must be a number",
    ]);
    const missing = yaml.replace("  efficiency: 0.92\n", "");
    expect(errorsOf(missing)[0]).toBe("13:5 assets[0].efficiency is missing: it must be a number");
    const misplaced = yaml
      .replace("  - &home\n    id: &site 5d", "  - &home\n    id: &site 6d")
      .replace("*site", "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01");
    expect(errorsOf(misplaced)[0]).toMatch(/^7:3 assets\[0\].site_id .* is the id of no site$/);
  });
});

describe("merge keys", () => {
  test("give the keys that a map does not have itself, from any place in it", () => {
    const yaml = `${SITE}${DEFAULTS}assets:\n${merging(1)}${merging(2, "    max_mw: 20\n")}`;
    expect(soundOf(yaml).assets).toMatchObject([
      { name: "A1", maxMw: 30, efficiency: 0.92 },
      { name: "A2", maxMw: 20, efficiency: 0.92 },
    ]);
  });

  test.each([
    "<<: [*small, *defaults]",
    "<<: [{ max_mw: 5, name: of the list }, *defaults]",
    "<<: *small\n    <<: *defaults",
    "<<: *both",
    '<<: *small\n    site_id: *site\n    "capacity_mwhr": 36\n    min_mw: -30\n    ramp_rate_mw_per_min: 30\n    efficiency: 0.92',
  ])("take the first of several: %j", (merge) => {
    const more = `small: &small { max_mw: 5 }\nboth: &both { <<: [*small, *defaults] }\n`;
    const asset = merging(1).replace("<<: *defaults", merge);
    expect(soundOf(`${SITE}${DEFAULTS}${more}assets:\n${asset}`).assets).toMatchObject([
      { name: "A1", maxMw: 5, minMw: -30 },
    ]);
  });

  test.each([
    ["<<: 5", "8:9 << must be followed by a map, an alias of one, or a list of them"],
    ["<<: [5]", "8:9 << must be followed by a map, an alias of one, or a list of them"],
    ["<<: *site", "8:9 << must be followed by a map, an alias of one, or a list of them"],
  ])("are refused where they name no map: %j", (merge, expected) => {
    const [error] = errorsOf(`${SITE}assets:\n  - id: x\n    ${merge}\n`);
    expect(error).toBe(expected);
  });

  test("in quotes are a key like any other", () => {
    expect(errorsOf(`${SITE}${DEFAULTS}assets:\n${merging(1).replace("<<", '"<<"')}`)).toContain(
      "16:5 assets[0].<< is not a known key",
    );
  });
});

test("a further key is accepted only for the anchors in it", () => {
  expect(errorsOf(`${SITE}${DEFAULTS}colours: []\nassets:\n${merging(1)}`)).toEqual([
    "13:1 colours is not a known key",
  ]);
});

test.each([
  ["0x10", '"0x10": write it in decimal, like 12.5'],
  ["0o17", '"0o17": write it in decimal, like 12.5'],
  ["0b11", '"0b11": write it in decimal, like 12.5'],
  ["1_000", '"1_000": write it in decimal, like 12.5'],
  ["1:30", '"1:30": write it in decimal, like 12.5'],
  [".inf", '".inf": write it in decimal, like 12.5'],
  [".nan", '".nan": write it in decimal, like 12.5'],
  ["1e400", '"1e400": write it in decimal, like 12.5'],
  ["36,5", '"36,5": write it in decimal, like 12.5'],
  ['"36"', '"36": write it without quotes'],
  ["36 MWh", '"36 MWh": write it in decimal, like 12.5'],
  ["", "null"],
  ["[36]", "a list"],
])("a capacity of %s is refused with what to write", (written, shown) => {
  const yaml = `${SITE}${DEFAULTS}assets:\n${merging(1)}`.replace(
    "capacity_mwhr: 36",
    `capacity_mwhr: ${written}`,
  );
  expect(errorsOf(yaml)).toEqual([`8:3 assets[0].capacity_mwhr must be a number, not ${shown}`]);
});

test.each(["36", "+36", "36.", "36.0", "3.6e1", "036", "!!int 36"])(
  "a capacity of %s is 36",
  (written) => {
    const yaml = `${SITE}${DEFAULTS}assets:\n${merging(1)}`.replace(
      "capacity_mwhr: 36",
      `capacity_mwhr: ${written}`,
    );
    expect(soundOf(yaml).assets[0]?.capacityMwhr).toBe(36);
  },
);

test("a document that nests too deep is refused", () => {
  expect(errorsOf(`a: ${"[".repeat(3_000)}${"]".repeat(3_000)}`).at(0)).toMatch(/nests too deep$/);
});

test.each([
  ["UTF-16", "utf16le", "1:1 the text is UTF-16: save it as UTF-8"],
  ["Latin-1", "latin1", "4:12 the text is Latin-1 or another encoding: save it as UTF-8"],
] as const)("a file in %s is refused by its name", async (_, encoding, expected) => {
  const directory = mkdtempSync(join(tmpdir(), "mando-encoding-"));
  const path = join(directory, "fleet.yaml");
  writeFileSync(path, Buffer.from(SITE.replace("Valkeakoski", "Jämsä"), encoding));
  const read = await createAssetsFile(path).read();
  const [error] = "errors" in read ? read.errors : [];
  expect(`${error?.line}:${error?.column} ${error?.message}`).toBe(expected);
  writeFileSync(path, `\ufeff${SITE}${DEFAULTS}assets:\n${merging(1)}`);
  expect(await createAssetsFile(path).read()).toHaveProperty("assets");
  rmSync(directory, { recursive: true });
});
