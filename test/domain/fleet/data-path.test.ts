import { describe, expect, test } from "vitest";
import type { Asset } from "../../../src/domain/fleet/asset.ts";
import { fleetViolations } from "../../../src/domain/fleet/asset-rules.ts";
import type { FleetChange, Origin } from "../../../src/domain/fleet/change.ts";
import { changeFleet } from "../../../src/domain/fleet/changes.ts";
import {
  createPathClaims,
  defaultDataPath,
  wrongDataPath,
} from "../../../src/domain/fleet/data-path.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { reconcileFleet } from "../../../src/domain/fleet/reconcile.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

const assetOf = (n: number, difference: Partial<Asset> = {}): Asset => ({
  ...ASSET,
  id: bigAssetId(n),
  name: `BESS-${n}`,
  dataPath: `Asset/BESS-${n}`,
  ...difference,
});
/** Whether two paths clash, segment by segment. */
const areInConflict = (one: string, other: string) =>
  `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
const anyPath = fc
  .array(fc.constantFrom("a", "b", "ab"), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("/"));

describe("a default path", () => {
  test.each([
    ["BESS-1", "Asset/BESS-1"],
    ["Jyväskylä 1", "Asset/Jyvaskyla-1"],
    ["  Łódź / 2. ", "Asset/odz-2."],
    ["Ａ１²", "Asset/A12"],
    ["🔋", `Asset/${ASSET.id}`],
    ["Привет", `Asset/${ASSET.id}`],
    ["..", `Asset/${ASSET.id}`],
  ])("of %j is %s", (name, expected) => {
    expect(defaultDataPath({ id: ASSET.id, name })).toBe(expected);
  });

  test("is valid for every name", () => {
    const names = fc.string({ unit: "binary", maxLength: 200 });
    const property = fc.property(names, (name) => {
      expect(wrongDataPath(defaultDataPath({ id: ASSET.id, name }))).toBeUndefined();
    });
    fc.assert(property);
    expect(wrongDataPath(defaultDataPath({ id: ASSET.id, name: "㏘".repeat(200) }))).toBe(
      undefined,
    );
  });
});

test("a path has room for the names below it", () => {
  expect(wrongDataPath("a/b")).toBeUndefined();
  expect(wrongDataPath("a//b")).toContain("must be segments");
  expect(wrongDataPath("a".repeat(240))).toContain("/Schedule/InForce");
  expect(wrongDataPath(Array(15).fill("a").join("/"))).toContain("/Schedule/InForce");
});

test("claims are refused where the path is, or lies above or below, one that was claimed", () => {
  const property = fc.property(fc.array(anyPath), (paths) => {
    const claims = createPathClaims<string>();
    const held: string[] = [];
    for (const path of paths) {
      const other = claims.claim(path, path);
      if (other === undefined) {
        expect(held.filter((it) => areInConflict(it, path))).toEqual([]);
        held.push(path);
      } else expect(held.filter((it) => areInConflict(it, path))).toContain(other);
    }
  });
  fc.assert(property);
});

test("assets of one list are refused where their paths clash, with the place of the other", () => {
  const below = assetOf(3, { dataPath: "Asset/BESS-1/Cell" });
  const assets = [assetOf(1), assetOf(2, { dataPath: "Asset/BESS-1" }), below, assetOf(4)];
  const clash = (index: number, message: string) => ({
    ...{ list: "assets", index, field: "dataPath", message },
  });
  expect(fleetViolations([SITE], assets)).toEqual([
    clash(1, expect.stringContaining("Asset/BESS-1 clashes with Asset/BESS-1 of assets[0]")),
    clash(2, expect.stringContaining("give one of them another data_path")),
  ]);
});

describe("a change", () => {
  const table = createFleetTable([SITE], [assetOf(1), assetOf(2, { retired: true })]);
  const origins = new Map<string, Origin>(
    [SITE, assetOf(1), assetOf(2)].map(({ id }) => [id, "api"]),
  );
  const register = (n: number, difference: Partial<Asset> = {}): FleetChange => ({
    kind: "registerAsset",
    asset: assetOf(n, difference),
  });
  const update = (n: number, fields: Partial<Asset>): FleetChange => ({
    ...{ kind: "updateAsset", assetId: bigAssetId(n), update: fields },
  });
  const codesOf = (...changes: FleetChange[]) => {
    const result = changeFleet(table, origins, changes);
    return result.accepted ? [] : result.refusals.map(({ index, code }) => [index, code]);
  };

  test.each(["Asset/BESS-1", "Asset", "Asset/BESS-1/Cell", "Asset/BESS-2"])(
    "is refused with a path %s that clashes, a retired asset's too",
    (dataPath) => {
      expect(codesOf(register(3, { dataPath }))).toEqual([[0, "DATA_PATH_TAKEN"]]);
    },
  );

  test("takes the path that another one of the same request leaves, and gives up its own", () => {
    const moved = update(1, { dataPath: "Asset/Moved" });
    expect(codesOf(moved, register(3, { dataPath: "Asset/BESS-1" }))).toEqual([]);
    expect(codesOf(register(3, { dataPath: "Asset/BESS-1" }), moved)).toEqual([
      [0, "DATA_PATH_TAKEN"],
    ]);
    expect(codesOf(update(1, { dataPath: "Asset/BESS-1/Below" }))).toEqual([]);
    expect(codesOf(register(3), register(4, { dataPath: "Asset/BESS-3" }))).toEqual([
      [1, "DATA_PATH_TAKEN"],
    ]);
  });

  test("without a path gets that of its name, with its id where that is taken", () => {
    const { dataPath: _, ...unpathed } = assetOf(3, { name: "BESS-1" });
    const result = changeFleet(table, origins, [{ kind: "registerAsset", asset: unpathed }]);
    expect(result).toMatchObject({ accepted: true });
    if (result.accepted)
      expect(result.table.findAsset(bigAssetId(3))?.dataPath).toBe(`Asset/BESS-1-${bigAssetId(3)}`);
  });

  test("of the name leaves the path", () => {
    const result = changeFleet(table, origins, [update(1, { name: "Other" })]);
    expect(result).toMatchObject({ accepted: true });
    if (result.accepted)
      expect(result.table.findAsset(bigAssetId(1))).toMatchObject({
        ...{ name: "Other", dataPath: "Asset/BESS-1" },
      });
  });

  test("is refused for its path exactly where another asset has a path that clashes", () => {
    const step = fc.record({ n: fc.integer({ min: 1, max: 5 }), dataPath: anyPath });
    const property = fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let fleet = { table, origins: origins as ReadonlyMap<string, Origin> };
      for (const { n, dataPath } of steps) {
        const isThere = fleet.table.findAsset(bigAssetId(n)) !== undefined;
        if (n === 2) continue;
        const change = isThere ? update(n, { dataPath }) : register(n, { dataPath });
        const others = [...fleet.table.assets, ...fleet.table.retired];
        const isTaken = others.some(
          (it) => it.id !== bigAssetId(n) && areInConflict(it.dataPath, dataPath),
        );
        const result = changeFleet(fleet.table, fleet.origins, [change]);
        expect(result.accepted).toBe(!isTaken);
        if (result.accepted) fleet = result;
      }
    });
    fc.assert(property);
  });
});

describe("a file that is read again", () => {
  const origins = new Map<string, Origin>(
    [SITE, assetOf(1), assetOf(2)].map(({ id }) => [id, "file"]),
  );
  const table = createFleetTable([SITE], [assetOf(1), assetOf(2)]);
  const again = (assets: readonly Asset[], ownPathIds?: ReadonlySet<string>) =>
    reconcileFleet(table, origins, { sites: [SITE], assets, ownPathIds }, "file");
  const renamed = assetOf(1, { name: "Other", dataPath: "Asset/Other" });

  test("leaves the path of a renamed asset, unless it names another one", () => {
    expect(again([renamed])).toMatchObject({
      table: { assets: [{ name: "Other", dataPath: "Asset/BESS-1" }] },
    });
    expect(again([renamed], new Set([renamed.id]))).toMatchObject({
      table: { assets: [{ name: "Other", dataPath: "Asset/Other" }] },
    });
  });

  test("is refused at the new asset whose path a renamed one keeps", () => {
    const added = assetOf(0, { dataPath: "Asset/BESS-1" });
    expect(again([added, renamed])).toMatchObject({
      violations: [{ list: "assets", index: 0, field: "dataPath" }],
    });
  });

  test("gives the path of an asset that it no longer names to another one", () => {
    const added = assetOf(3, { dataPath: "Asset/BESS-2" });
    expect(again([assetOf(1), added])).toMatchObject({ accepted: true });
  });
});
