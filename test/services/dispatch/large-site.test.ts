// A decision on a site of many assets: what it reads grows with their number, and each step is small.
import { expect, test } from "vitest";
import { makePlan } from "../../../src/domain/dispatch/asset-plan.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { decideSiteRequest } from "../../../src/services/dispatch/decide.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { ASSET, DT_S, LINEAR, SITE } from "../../support/tick-tables.ts";

const COUNT = 200;
const NOW_MS = 4_000_000;

test("reads the state of each asset once, and goes on after a few shares", () => {
  const site = { ...SITE, maxExportMw: 1000, maxImportMw: 1000 };
  const assets = Array.from({ length: COUNT }, (_, n) => ({ ...ASSET, id: bigAssetId(n) }));
  let reads = 0;
  const steps = decideSiteRequest(
    { siteId: site.id, mw: 100, durationS: 3600 },
    {
      ...{ table: createFleetTable([site], assets), nowMs: NOW_MS, clockMs: NOW_MS },
      newId: () => "new",
      stateOf() {
        throw new Error("the load of the site is that of all shares together");
      },
      ownStateOf(index) {
        reads++;
        const asset = assets[index] ?? ASSET;
        const { tick, dtS } = { tick: 1000, dtS: DT_S };
        return { asset, ...LINEAR, plan: makePlan([]), socMwhr: 18, currentMw: 0, tick, dtS };
      },
    },
  );
  let count = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) count++;
  expect(step.value).toMatchObject({ accepted: true, scheduleOf: null });
  expect(reads).toBe(COUNT);
  // The headroom of each, the shares of eight at a time, and the sums of eight at a time.
  expect(count).toBeGreaterThan(2 * Math.floor(COUNT / 8));
});
