// The metrics of a fleet that changes.
import { expect, test } from "vitest";
import { createMetrics } from "../../../src/api/rest/health/metrics.ts";
import { assetOf, fleetFixture, registration } from "../../support/fleet-fixture.ts";
import { createFleet } from "../../support/hub-under-test.ts";

test("metrics count assets and changes as they are now", async () => {
  const { telemetry, dispatch, alarms, fleet, health, ticker, change, reload } = fleetFixture();
  const services = {
    ...{
      telemetry,
      dispatch,
      alarms,
      fleet,
      health,
      tickerStats: ticker.stats,
      onTick: ticker.onTick,
    },
    ...{ writerStats: () => undefined, storeUsage: () => undefined },
    ...{ workTurns: { next: async () => {} }, isReady: () => true },
  };
  const { stats: hubStats } = createFleet().hub;
  const { text } = createMetrics({
    ...{ services, hubStats, openSockets: () => 0, version: "1.2.3", metricsAssets: 100 },
  });
  await change(registration(3));
  await fleet.change([registration(3), registration(4, { maxMw: -1 })]);
  await reload([assetOf(1), assetOf(2), assetOf(5)]);
  const lines = (await text()).split("\n");
  expect(lines).toContain("mando_assets 4");
  expect(lines.filter((line) => line.startsWith("mando_fleet_changes_total{"))).toEqual([
    'mando_fleet_changes_total{kind="registerAsset",outcome="accepted"} 1',
    'mando_fleet_changes_total{kind="registerAsset",outcome="ASSET_EXISTS"} 1',
    'mando_fleet_changes_total{kind="registerAsset",outcome="ASSET_INVALID"} 1',
    'mando_fleet_changes_total{kind="reload",outcome="accepted"} 1',
  ]);
});
