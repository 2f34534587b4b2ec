import { describe, expect, test } from "vitest";
import { fleetViolations } from "../../../src/domain/fleet/asset-rules.ts";
import { indexesIn } from "../../../src/domain/fleet/fleet-table.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, SITE, tableOf } from "../../support/tick-tables.ts";

const idOf = (n: number) => ASSET.id.replace(/1$/, String(n));

describe("a retired asset", () => {
  const table = tableOf(
    { id: idOf(4), retired: true },
    { id: idOf(3) },
    { id: idOf(2), retired: true },
    { id: idOf(1) },
  );
  const ids = (assets: readonly { id: string }[]) => assets.map(({ id }) => id);

  test("has no position, and stands in a list of its own in the order of ids", () => {
    expect(ids(table.assets)).toEqual([idOf(1), idOf(3)]);
    expect(ids(table.retired)).toEqual([idOf(2), idOf(4)]);
    expect(table.indexOf(idOf(3))).toBe(1);
    expect(table.indexOf(idOf(2))).toBeUndefined();
    expect(ids(table.assetsOfSite(SITE.id))).toEqual([idOf(1), idOf(3)]);
  });

  test("is found for queries of history, in either case, and not among the assets in use", () => {
    expect(table.assetOf(idOf(2))).toBeUndefined();
    expect(table.findAsset(idOf(2).toUpperCase())).toMatchObject({ id: idOf(2), retired: true });
    expect(table.findAsset(idOf(1))).toBe(table.assets[0]);
    expect(table.findAsset(idOf(9))).toBeUndefined();
  });

  test("obeys the same rules, and is not the only one", () => {
    const retired = { ...ASSET, retired: true };
    expect(fleetViolations([SITE], [ASSET, retired])).toMatchObject([{ index: 1, field: "id" }]);
    expect(
      fleetViolations(
        [SITE],
        [ASSET, { ...retired, id: idOf(2), dataPath: "Asset/2", efficiency: 2 }],
      ),
    ).toMatchObject([{ index: 1, field: "efficiency" }]);
    expect(fleetViolations([SITE], [retired])).toMatchObject([{ index: 0, field: "retired" }]);
    expect(fleetViolations([SITE], [retired, undefined])).toEqual([]);
  });
});

test("says where assets stood in another table", () => {
  const ids = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 10 });
  const property = fc.property(ids, ids, (before, after) => {
    const [from, to] = [before, after].map((numbers) =>
      tableOf(...numbers.map((n) => ({ id: idOf(n) }))),
    ) as [ReturnType<typeof tableOf>, ReturnType<typeof tableOf>];
    expect([...indexesIn(from, to)]).toEqual(to.assets.map(({ id }) => from.indexOf(id) ?? -1));
  });
  fc.assert(property, { numRuns: 200 });
});
