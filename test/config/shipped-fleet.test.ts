import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createAssetsFile, loadFleet } from "../../src/config/fleet.ts";
import { isShippedFleet } from "../../src/config/shipped-fleet.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import { silentLog } from "../support/silent-log.ts";

const SHIPPED = fileURLToPath(new URL("../../assets.yaml", import.meta.url));

test("the assets file as it is shipped is known, and one that was changed is not", async () => {
  const { table } = await loadFleet(createAssetsFile(SHIPPED), silentLog);
  const { sites, assets } = table;
  expect(isShippedFleet(table)).toBe(true);
  const changed = assets.map((asset, n) => (n === 3 ? { ...asset, maxMw: 11 } : asset));
  expect(isShippedFleet(createFleetTable(sites, changed))).toBe(false);
  expect(isShippedFleet(createFleetTable(sites, assets.slice(1)))).toBe(false);
});
