// The rules on a selection of assets, as every edge applies them.
import { expect, test } from "vitest";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { refuseSelection } from "../../../src/services/fleet/selection.ts";
import { assetOf } from "../../support/fleet-fixture.ts";
import { SITE } from "../../support/tick-tables.ts";

const CLOSED = { ...SITE, id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02", retired: true };
const [retired, running] = [
  assetOf(1, { siteId: CLOSED.id, retired: true }),
  assetOf(2, { siteId: SITE.id }),
];
const table = createFleetTable([SITE, CLOSED], [retired, running]);
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

test.each([
  [{}, undefined],
  [{ assetIds: [running.id], siteIds: [SITE.id] }, undefined],
  [{ assetIds: [] }, { code: "EMPTY", list: "assetIds" }],
  [{ siteIds: [SITE.id, SITE.id, SITE.id] }, { code: "TOO_MANY_IDS", list: "siteIds" }],
  [{ assetIds: [UNKNOWN] }, { code: "ASSET_UNKNOWN", id: UNKNOWN }],
  [{ siteIds: [UNKNOWN] }, { code: "SITE_UNKNOWN", id: UNKNOWN }],
  [{ assetIds: [retired.id] }, { code: "ASSET_RETIRED" }],
  [{ siteIds: [CLOSED.id] }, { code: "SITE_RETIRED" }],
])("of %o is %o", (selection, violation) => {
  const rules = { maxListIds: 2, takesRetired: false, nameOf: (list: string) => list };
  const found = refuseSelection(table, selection, rules);
  if (violation === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(violation);
});

test("of retired ones is accepted where a client continues", () => {
  const rules = { maxListIds: 2, takesRetired: true, nameOf: (list: string) => list };
  const selection = { assetIds: [retired.id], siteIds: [CLOSED.id] };
  expect(refuseSelection(table, selection, rules)).toBeUndefined();
});
