// The metrics of a fleet that changes.
import { expect, test } from "vitest";
import { createMetrics } from "../../../src/api/rest/health/metrics.ts";
import type { Site } from "../../../src/domain/fleet/asset.ts";
import { WHOLE } from "../../../src/domain/identity/scope.ts";
import { assetOf, fleetFixture, registration } from "../../support/fleet-fixture.ts";
import { createFleet } from "../../support/hub-under-test.ts";
import { SITE } from "../../support/tick-tables.ts";

const OTHER_SITE: Site = { ...SITE, id: SITE.id.replace(/^./, "e"), name: 'Other "site"' };

function metricsUnderTest(metricsAssets = 100) {
  const sites = [SITE, OTHER_SITE];
  const assets = [assetOf(1), assetOf(2, { siteId: OTHER_SITE.id })];
  const fixture = fleetFixture({ sites, assets });
  const { telemetry, dispatch, alarms, audit, fleet, health, ticker } = fixture;
  const services = {
    ...{ telemetry, dispatch, alarms, audit, fleet, health },
    ...{ tickerStats: ticker.stats, onTick: ticker.onTick },
    ...{ writerStats: () => undefined, storeUsage: () => undefined },
    ...{ workTurns: { next: async () => {} }, isReady: () => true },
  };
  const { stats: hubStats } = createFleet().hub;
  const metrics = createMetrics({
    ...{
      services,
      hubStats,
      openSockets: () => 0,
      slowClientsClosed: () => 0,
      version: "1.2.3",
      limits: { metricsAssets },
    },
  });
  const lines = async () =>
    (await metrics.text({ visible: WHOLE, latest: telemetry.latest })).split("\n");
  /** The value of the metric with these labels. */
  async function shown(name: string): Promise<number> {
    const found = (await lines()).filter((line) => line.startsWith(`${name} `));
    expect(found).toHaveLength(1);
    return Number(found[0]?.slice(name.length + 1));
  }
  return { ...fixture, lines, shown };
}

test("metrics count assets and changes as they are now", async () => {
  const { fleet, change, reload, lines } = metricsUnderTest();
  await change(registration(3));
  await fleet.change([registration(3), registration(4, { maxMw: -1 })]);
  await reload([assetOf(1), assetOf(2), assetOf(5)], [SITE]);
  const found = await lines();
  expect(found).toContain("mando_assets 4");
  expect(found).toContain(`mando_build_info{version="1.2.3",node="${process.versions.node}"} 1`);
  expect(found.filter((line) => line.startsWith("mando_fleet_changes_total{"))).toEqual([
    'mando_fleet_changes_total{kind="registerAsset",outcome="accepted"} 1',
    'mando_fleet_changes_total{kind="registerAsset",outcome="ASSET_EXISTS"} 1',
    'mando_fleet_changes_total{kind="registerAsset",outcome="ASSET_INVALID"} 1',
    'mando_fleet_changes_total{kind="reload",outcome="accepted"} 1',
  ]);
});

test("what the batteries do is in W and J, by asset, by site and of the fleet", async () => {
  const { dispatch, tick, sampleOf, shown, lines, telemetry } = metricsUnderTest();
  const [one, two] = [assetOf(1), assetOf(2)];
  await Promise.all([dispatch.dispatch({ assetId: one.id, mw: 2, durationS: 3600 }), tick()]);
  await Promise.all([dispatch.dispatch({ assetId: two.id, mw: -1, durationS: 3600 }), tick()]);
  for (let n = 0; n < 20; n++) await tick();
  const [first, second] = [sampleOf(one.id), sampleOf(two.id)];
  if (first === undefined || second === undefined) throw new Error("no samples");
  const asset = `{asset_id="${one.id}",asset="BESS-1",site_id="${SITE.id}"}`;
  const site = `{site_id="${OTHER_SITE.id}",site="Other \\"site\\""}`;
  expect(await shown(`mando_asset_power_watts${asset}`)).toBe(2e6);
  expect(await shown(`mando_asset_setpoint_watts${asset}`)).toBe(2e6);
  expect(await shown(`mando_site_power_watts${site}`)).toBe(-1e6);
  expect(await shown("mando_fleet_power_watts")).toBeCloseTo(1e6, 3);
  const storedJ = (first.socMwhr + second.socMwhr) * 3.6e9;
  expect((await shown("mando_fleet_stored_joules")) / storedJ).toBeCloseTo(1, 12);
  const capacityMwhr = first.capacityMwhr + second.capacityMwhr;
  const ratio = (first.socMwhr + second.socMwhr) / capacityMwhr;
  expect(await shown("mando_fleet_soc_ratio")).toBeCloseTo(ratio, 12);
  expect(await shown(`mando_asset_discharged_joules_total${asset}`)).toBeCloseTo(
    first.energyOutMwhr * 3.6e9,
    3,
  );
  expect(await shown(`mando_site_charged_joules_total${site}`)).toBeCloseTo(
    second.energyInMwhr * 3.6e9,
    3,
  );
  expect(await shown("mando_fleet_available_max_watts")).toBe(
    telemetry.latest().table.assets.reduce((sum, { maxMw }) => sum + maxMw * 1e6, 0),
  );
  expect(await lines()).toContain('mando_dispatches_open{status="active"} 2');
});

test("energy of the fleet and of a site does not fall where an asset leaves, and not jump where it returns", async () => {
  const { dispatch, tick, reload, shown } = metricsUnderTest();
  const [leaving, staying] = [assetOf(1), assetOf(2, { siteId: OTHER_SITE.id })];
  await Promise.all([dispatch.dispatch({ assetId: leaving.id, mw: 2, durationS: 3600 }), tick()]);
  for (let n = 0; n < 20; n++) await tick();
  const names = [
    "mando_fleet_discharged_joules_total",
    `mando_site_discharged_joules_total{site_id="${SITE.id}",site="${SITE.name}"}`,
  ];
  const valuesNow = () => Promise.all(names.map(shown));
  const before = await valuesNow();
  expect(before[0]).toBeGreaterThan(1e8);
  await reload([staying]);
  for (const [n, value] of (await valuesNow()).entries())
    expect(value / (before[n] ?? 0)).toBeCloseTo(1, 12);
  await reload([leaving, staying]);
  await tick();
  for (const [n, value] of (await valuesNow()).entries())
    expect(value / (before[n] ?? 0)).toBeCloseTo(1, 12);
});

test("a fleet with more assets than have metrics of their own has those of the sites and its own", async () => {
  const { change, lines } = metricsUnderTest(2);
  expect((await lines()).join("\n")).toContain("mando_asset_power_watts{");
  await change(registration(3));
  const text = (await lines()).join("\n");
  expect(text).not.toContain("mando_asset_power_watts{");
  expect(text).toContain("mando_site_power_watts{");
  expect(text).toMatch(/^mando_fleet_power_watts 0$/m);
});
