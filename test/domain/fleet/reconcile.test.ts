import { describe, expect, test } from "vitest";
import type { Asset, Site } from "../../../src/domain/fleet/asset.ts";
import type { Origin, Origins } from "../../../src/domain/fleet/change.ts";
import { createFleetTable, type FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { reconcileFleet } from "../../../src/domain/fleet/reconcile.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

const siteOf = (n: number, difference: Partial<Site> = {}) => ({
  ...SITE,
  id: bigAssetId(100 + n),
  ...difference,
});
const assetOf = (n: number, siteN: number, difference: Partial<Asset> = {}) => ({
  ...ASSET,
  id: bigAssetId(n),
  dataPath: `Asset/BESS-${n}`,
  siteId: bigAssetId(100 + siteN),
  ...difference,
});
const NOTHING = createFleetTable([], []);

function accepted(result: ReturnType<typeof reconcileFleet>) {
  if (!result.accepted) throw new Error(JSON.stringify(result.violations));
  return result;
}
/** A fleet of a file, with sites and assets of the API added. */
function fleetOf(sites: readonly Site[], assets: readonly Asset[], api: FleetTable = NOTHING) {
  const ofApi = [...api.sites, ...api.retiredSites, ...api.assets, ...api.retired];
  const origins: Origins = new Map(
    [...sites, ...assets]
      .map(({ id }): [string, Origin] => [id, "file"])
      .concat(ofApi.map(({ id }) => [id, "api"])),
  );
  const table = createFleetTable(
    [...sites, ...api.sites, ...api.retiredSites],
    [...assets, ...api.assets, ...api.retired],
  );
  return { table, origins };
}

describe("the file of a fleet", () => {
  test("takes the place of the one before; what did not change is shared", () => {
    const { table, origins } = fleetOf([siteOf(1), siteOf(2)], [assetOf(1, 1), assetOf(2, 2)]);
    const given = { sites: [siteOf(1)], assets: [assetOf(1, 1), assetOf(3, 1)] };
    const result = accepted(reconcileFleet(table, origins, given, "file"));
    expect(result.table.assets).toEqual(given.assets);
    expect(result.table.assets[0]).toBe(table.assets[0]);
    expect(result.table.sites[0]).toBe(table.sites[0]);
    expect(result.goneIds).toEqual([bigAssetId(2)]);
    expect([...result.origins.keys()].sort()).toEqual(
      [...given.assets, ...given.sites].map(({ id }) => id).sort(),
    );
  });

  test("does not retire a site at which assets of the API run, and does once they are retired", () => {
    const retire = (retired: boolean) => {
      const ofApi = { ...assetOf(9, 1), retired };
      const origins = new Map([
        ...fleetOf([siteOf(1)], [assetOf(1, 1)]).origins,
        [ofApi.id, "api" as const],
      ]);
      const table = createFleetTable([siteOf(1), siteOf(2)], [assetOf(1, 1), ofApi]);
      const given = { sites: [siteOf(2), siteOf(1, { retired: true })], assets: [assetOf(2, 2)] };
      return reconcileFleet(table, origins, given, "file");
    };
    const message = `must not be true: 1 assets of the API run at ${SITE.name}: retire them first`;
    const violations = [{ list: "sites", index: 1, field: "retired", message }];
    expect(retire(false)).toEqual({ accepted: false, violations });
    expect(accepted(retire(true)).table.retiredSites).toEqual([siteOf(1, { retired: true })]);
  });

  test("changes a field, and takes one away", () => {
    const { table, origins } = fleetOf([siteOf(1)], [assetOf(1, 1, { fallbackMw: 1 })]);
    const given = { sites: [siteOf(1, { name: "other" })], assets: [assetOf(1, 1)] };
    const result = accepted(reconcileFleet(table, origins, given, "default"));
    expect(result.table.assets).toEqual(given.assets);
    expect(result.table.sites).toEqual(given.sites);
    expect(result.origins.get(bigAssetId(1))).toBe("default");
  });

  test("may retire an asset and bring it back", () => {
    const { table, origins } = fleetOf([siteOf(1)], [assetOf(1, 1), assetOf(2, 1)]);
    const given = (retired: boolean) => ({
      sites: [siteOf(1)],
      assets: [assetOf(1, 1), assetOf(2, 1, { retired })],
    });
    const gone = accepted(reconcileFleet(table, origins, given(true), "file"));
    expect(gone.table.retired).toHaveLength(1);
    expect(gone.goneIds).toEqual([]);
    const back = accepted(reconcileFleet(gone.table, gone.origins, given(false), "file"));
    expect(back.table.assets).toHaveLength(2);
  });

  test("is refused with every id that came by the API, a retired one's too", () => {
    const api = createFleetTable([siteOf(2)], [assetOf(3, 2), assetOf(4, 2, { retired: true })]);
    const { table, origins } = fleetOf([siteOf(1)], [assetOf(1, 1)], api);
    const given = {
      sites: [siteOf(1), siteOf(2)],
      assets: [assetOf(4, 1), assetOf(1, 1), assetOf(3, 1)],
    };
    expect(reconcileFleet(table, origins, given, "file")).toMatchObject({
      accepted: false,
      violations: [
        { list: "sites", index: 1, field: "id" },
        { list: "assets", index: 0, field: "id" },
        { list: "assets", index: 2, field: "id" },
      ],
    });
  });

  test("leaves a site that it no longer names to the assets of the API at it", () => {
    const api = {
      ...NOTHING,
      assets: [assetOf(3, 2)],
      retired: [assetOf(4, 3, { retired: true })],
    };
    const sites = [siteOf(1), siteOf(2), siteOf(3), siteOf(4)];
    const { table, origins } = fleetOf(sites, [assetOf(1, 1)], api);
    const given = { sites: [siteOf(1)], assets: [assetOf(1, 1)] };
    const result = accepted(reconcileFleet(table, origins, given, "file"));
    expect(result.table.sites.map(({ id }) => id)).toEqual(sites.slice(0, 3).map(({ id }) => id));
    expect(result.origins.get(siteOf(2).id)).toBe("file");
    expect(result.origins.has(siteOf(4).id)).toBe(false);
    const later = accepted(
      reconcileFleet(result.table, result.origins, { ...given, sites }, "file"),
    );
    expect(later.table.sites).toEqual(sites);
  });

  test("never touches what came by the API, and says all else", () => {
    const numbers = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 6 });
    const ofApi = fc.array(fc.record({ siteN: fc.constantFrom(1, 3), retired: fc.boolean() }));
    const property = fc.property(numbers, numbers, ofApi, (before, after, come) => {
      const fleet = (ns: readonly number[]) => ({
        sites: [siteOf(1)],
        assets: ns.map((n) => assetOf(n, 1)),
      });
      const assets = come.map(({ siteN, retired }, n) => assetOf(10 + n, siteN, { retired }));
      const api = createFleetTable([siteOf(1), siteOf(3)], assets);
      const first = fleet(before);
      const { table, origins } = fleetOf(first.sites, first.assets, {
        ...api,
        sites: [siteOf(3)],
      });
      const given = fleet(after);
      const result = accepted(reconcileFleet(table, origins, given, "file"));
      for (const asset of assets) {
        expect(result.table.findAsset(asset.id)).toBe(table.findAsset(asset.id));
        expect(result.origins.get(asset.id)).toBe("api");
      }
      expect(result.table.findSite(siteOf(3).id)).toBe(table.findSite(siteOf(3).id));
      const all = [...result.table.assets, ...result.table.retired].map(({ id }) => id);
      expect(all.sort()).toEqual([...given.assets, ...assets].map(({ id }) => id).sort());
      expect(result.goneIds).toEqual(
        before
          .filter((n) => !after.includes(n))
          .map(bigAssetId)
          .sort(),
      );
      const again = accepted(reconcileFleet(result.table, result.origins, given, "file"));
      expect([again.table.assets, again.origins]).toEqual([result.table.assets, result.origins]);
    });
    fc.assert(property, { numRuns: 200 });
  });
});
