import { describe, expect, test } from "vitest";
import { parseAssetsFile, writeAssetsFile } from "../../src/config/assets-file.ts";
import { DEFAULT_FLEET } from "../../src/config/default-fleet.ts";
import type { Asset, Site } from "../../src/domain/fleet/asset.ts";
import { fleetViolations } from "../../src/domain/fleet/asset-rules.ts";
import { defaultDataPath } from "../../src/domain/fleet/data-path.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../src/domain/fleet/reconcile.ts";
import fc from "../support/fast-check.ts";

const LARGEST = 1e6;
const number = (min: number, max: number) =>
  fc.oneof(
    fc.double({ min, max, noNaN: true }).filter((n) => n === 0 || Math.abs(n) >= 1e-6),
    fc
      .constantFrom(min, max, 1e-6, 1.1e-6, 0.1 + 0.2, 123456.789)
      .filter((n) => n <= max && n >= min),
  );
const name = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1 }),
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom(
      "yes",
      "null",
      "1e5",
      "- a",
      "a: b",
      "a #b",
      "'\"\\",
      "a\n  b\r\n\tc",
      " a ",
      "🔋",
    ),
  )
  .filter((text) => text.trim() !== "");

const anySite: fc.Arbitrary<Site> = fc.record(
  {
    id: fc.uuid(),
    name,
    location: fc.oneof(name, fc.constant("")),
    maxExportMw: number(0, LARGEST),
    maxImportMw: number(0, LARGEST),
    retired: fc.constant(true),
  },
  { requiredKeys: ["id", "name", "location"] },
);

const anyAsset = (sites: readonly Site[]): fc.Arbitrary<Asset> =>
  fc
    .record({
      id: fc.uuid(),
      site: fc.constantFrom(...sites),
      name,
      capacityMwhr: number(1e-6, LARGEST),
      maxMw: number(1e-6, LARGEST),
      minMw: fc.oneof(number(-LARGEST, -0), fc.constantFrom(0, -0)),
      rampRateMwPerMin: number(1e-6, LARGEST),
      efficiency: number(0.01, 1),
      bounds: fc.constantFrom([0, 1], [0.05, 0.95], [0.6, 0.9], [0, 1e-6], [-0, 0.3]),
      initial: fc.constantFrom(0, 0.5, 1, undefined),
      retired: fc.boolean(),
      fallback: fc.constantFrom(undefined, "minMw", "maxMw"),
      folder: fc.constantFrom(undefined, "Fleet", "a.b/C_d-e"),
    })
    .map(({ site, bounds, initial, fallback, folder, ...fields }) => {
      const [socMinRatio = 0, socMaxRatio = 1] = bounds;
      const [low, high] = [socMinRatio * 100, socMaxRatio * 100];
      const initialSocPct =
        initial === undefined ? Math.min(Math.max(50, low), high) : low + (high - low) * initial;
      return {
        ...fields,
        dataPath: folder ? `${folder}/${fields.id}` : defaultDataPath(fields),
        siteId: site.id,
        socMinRatio,
        socMaxRatio,
        initialSocPct,
        retired: fields.retired || site.retired === true,
        ...(fallback && { fallbackMw: fields[fallback] }),
      };
    });

const soundFleet: fc.Arbitrary<GivenFleet> = fc
  .array(anySite, { minLength: 1, maxLength: 4 })
  .chain((sites) => fc.record({ sites: fc.constant(sites), assets: fc.array(anyAsset(sites)) }))
  .filter(({ sites, assets }) => assets.length > 0 && fleetViolations(sites, assets).length === 0);

const inOrder = <T extends { readonly id: string }>(items: readonly T[]) =>
  items.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** A fleet that was written and read: as plain YAML, or as any YAML where an end of document follows. */
function loadedBack({ sites, assets }: GivenFleet, end: "" | "...\n"): GivenFleet {
  const text = writeAssetsFile(createFleetTable(sites, assets)) + end;
  const read = parseAssetsFile(text);
  if ("errors" in read) throw new Error(`${text}\n${JSON.stringify(read.errors)}`);
  return { sites: inOrder(read.sites), assets: inOrder(read.assets) };
}

describe("a fleet that is written", () => {
  test("is read as the same fleet, whatever it is", () => {
    fc.assert(
      fc.property(soundFleet, ({ sites, assets }) => {
        const fleet = { sites: inOrder(sites), assets: inOrder(assets) };
        expect(loadedBack(fleet, "")).toEqual(fleet);
        expect(loadedBack(fleet, "...\n")).toEqual(fleet);
      }),
      { numRuns: 500 },
    );
  });

  test("has the needed fields, and those that differ from their default", () => {
    const [site, asset] = [DEFAULT_FLEET.sites[0] as Site, DEFAULT_FLEET.assets[0] as Asset];
    const past = { ...site, id: asset.id.replace("101", "002"), name: "on: hold", retired: true };
    const gone = { ...asset, id: asset.id.replace("101", "102"), siteId: past.id, retired: true };
    const bounded = { ...gone, socMaxRatio: 0.4, initialSocPct: 10, fallbackMw: 0 };
    const full = { ...asset, socMinRatio: 0.6, initialSocPct: 60 };
    const text = writeAssetsFile(createFleetTable([past, site], [bounded, full]));
    expect(
      text,
    ).toBe(`# A fleet of Mando. Power in MW (discharge positive), energy in MWh, SoC in per cent.
sites:
  - id: 00000000-0000-4000-8000-000000000001
    name: Default site
    location: Helsinki, Finland
  - id: 00000000-0000-4000-8000-000000000002
    name: "on: hold"
    location: Helsinki, Finland
    retired: true
assets:
  - id: 00000000-0000-4000-8000-000000000101
    site_id: 00000000-0000-4000-8000-000000000001
    name: BESS-1
    capacity_mwhr: 120
    max_mw: 60
    min_mw: -60
    ramp_rate_mw_per_min: 60
    efficiency: 0.92
    soc_min_ratio: 0.6
  - id: 00000000-0000-4000-8000-000000000102
    site_id: 00000000-0000-4000-8000-000000000002
    name: BESS-1
    capacity_mwhr: 120
    max_mw: 60
    min_mw: -60
    ramp_rate_mw_per_min: 60
    efficiency: 0.92
    soc_max_ratio: 0.4
    initial_soc_pct: 10
    fallback_mw: 0
    retired: true
`);
  });
});
