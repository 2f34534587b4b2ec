// The registration of sites and assets, as every edge uses it.
import { expect, test } from "vitest";
import type { FleetChange } from "../../../src/domain/fleet/change.ts";
import { createRegistration, MOST_ASSETS } from "../../../src/services/fleet/registration.ts";
import { assetOf } from "../../support/fleet-fixture.ts";
import { tableOf } from "../../support/tick-tables.ts";

function registrationUnderTest() {
  const changes: FleetChange[] = [];
  const registration = createRegistration(
    {
      change: async (given) => {
        changes.push(...given);
        return { accepted: true, table: tableOf(), clamps: [] };
      },
    },
    () => "new-id",
  );
  return { changes, registration };
}

const { id: _, socMinRatio, socMaxRatio, initialSocPct, fallbackMw, ...given } = assetOf(1);

test("an asset has the defaults of the file and a new id", async () => {
  const { changes, registration } = registrationUnderTest();
  expect(await registration.asset({ ...given, socMinRatio: null })).toMatchObject({ id: "new-id" });
  expect(changes).toMatchObject([
    {
      kind: "registerAsset",
      asset: { id: "new-id", socMinRatio: 0, socMaxRatio: 1, initialSocPct: 50 },
    },
  ]);
  expect(changes[0]).not.toHaveProperty("asset.fallbackMw");
});

test("a site without limits has none", async () => {
  const { changes, registration } = registrationUnderTest();
  await registration.site({ id: "own", name: "A", location: "B", maxExportMw: null });
  expect(changes).toEqual([
    { kind: "registerSite", site: { id: "own", name: "A", location: "B" } },
  ]);
});

test.each([0, MOST_ASSETS + 1])("a list of %i assets is refused as a whole", async (count) => {
  const { changes, registration } = registrationUnderTest();
  const list = Array.from({ length: count }, () => given);
  expect(await registration.assets(list)).toEqual({ count, most: MOST_ASSETS });
  expect(changes).toEqual([]);
});
