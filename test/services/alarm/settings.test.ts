// Alarms and the health by their settings, which change while the fleet runs.
import { expect, test } from "vitest";
import type { Json } from "../../../src/domain/audit/record.ts";
import { alarmFixture, DT_MS, turns } from "../../support/alarm-fixture.ts";
import { ASSET, SITE, tableOf } from "../../support/tick-tables.ts";

type Fixture = Awaited<ReturnType<typeof alarmFixture>>;
const OTHER_ID = ASSET.id.replace(/1$/, "2");

/** Stores versions one after the other, as another server would. */
function createSetter({ storeSetting }: Fixture) {
  const versions = new Map<string, number>();
  return async (id: string, value: Json, scope = "platform") => {
    const version = (versions.get(`${id} ${scope}`) ?? 0) + 1;
    versions.set(`${id} ${scope}`, version);
    await storeSetting({ id, scope, version, value });
  };
}

/** Two empty batteries that are limited from now on. */
async function limitedFleet() {
  const empty = { initialSocPct: 0 };
  const table = tableOf(empty, { ...empty, id: OTHER_ID });
  const fixture = await alarmFixture({ table });
  for (const assetId of [ASSET.id, OTHER_ID])
    await fixture.dispatch.dispatch({ assetId, mw: 30, durationS: null, onShortfall: "curtail" });
  const limitedIds = async () =>
    (await fixture.open()).filter(({ code }) => code === "ASSET_LIMITED").map((it) => it.assetId);
  return { ...fixture, set: createSetter(fixture), limitedIds };
}

test("asset_limited_s is of the asset, else of its site, else of the platform", async () => {
  const { run, set, limitedIds } = await limitedFleet();
  await set("asset_limited_s", 40, `site:${SITE.id}`);
  await set("asset_limited_s", 80, `asset:${OTHER_ID}`);
  await run(9);
  expect(await limitedIds()).toEqual([]);
  await run(3);
  expect(await limitedIds()).toEqual([ASSET.id]);
  await run(10);
  expect(await limitedIds()).toEqual([ASSET.id, OTHER_ID]);
});

test("asset_limited_s holds from the next tick on: a longer time clears, a shorter one raises", async () => {
  const { run, set, limitedIds } = await limitedFleet();
  await run(20);
  expect(await limitedIds()).toEqual([]);
  await set("asset_limited_s", 40);
  expect(await limitedIds()).toEqual([]);
  await run(1);
  expect(await limitedIds()).toEqual([ASSET.id, OTHER_ID]);
  await set("asset_limited_s", 400, `asset:${OTHER_ID}`);
  await run(1);
  expect(await limitedIds()).toEqual([ASSET.id]);
  await run(80);
  expect(await limitedIds()).toEqual([ASSET.id, OTHER_ID]);
});

const codes = async ({ open }: Fixture) => (await open()).map(({ code }) => code);

async function advance({ clock }: Fixture, s: number): Promise<void> {
  for (let second = 0; second < s; second++) {
    clock.advance(1_000);
    await turns();
  }
}

test("stale_s and stale_ticks hold within a second", async () => {
  const fixture = await alarmFixture();
  const set = createSetter(fixture);
  await fixture.run(1);
  fixture.ticker.stop();
  await set("stale_s", 30);
  await advance(fixture, 29);
  expect(await codes(fixture)).toEqual([]);
  await advance(fixture, 2);
  expect(await codes(fixture)).toEqual(["DATA_STALE"]);
  await set("stale_ticks", 20);
  await advance(fixture, 1);
  expect(await codes(fixture)).toEqual([]);
  await advance(fixture, 50);
  expect(await codes(fixture)).toEqual(["DATA_STALE"]);
});

test("unskipped_s and event_shown_s end a skip", async () => {
  const fixture = await alarmFixture();
  const set = createSetter(fixture);
  await set("event_shown_s", 60);
  const thaw = fixture.telemetry.follow(() => {
    thaw();
    fixture.clock.advance(17 * DT_MS);
  });
  await fixture.run(1);
  await advance(fixture, 2);
  expect(await codes(fixture)).toContain("TICKS_SKIPPED");
  expect(fixture.health.reasons().map(({ code }) => code)).toEqual(["TICKS_SKIPPED"]);
  await advance(fixture, 60);
  expect(fixture.health.reasons()).toEqual([]);
  await set("unskipped_s", 30);
  await advance(fixture, 2);
  expect(await codes(fixture)).toEqual([]);
});

test("SETTING_INVALID names what is not accepted now: another alarm where that changed", async () => {
  const fixture = await alarmFixture();
  const set = createSetter(fixture);
  const named = async () =>
    (await fixture.open())
      .filter(({ code }) => code === "SETTING_INVALID")
      .map(({ message }) => message.match(/max_\w+|stale_s/g)?.join(" "));
  await set("stale_s", -1);
  await advance(fixture, 1);
  expect(await named()).toEqual(["stale_s"]);
  await set("max_sockets", -1);
  await advance(fixture, 1);
  expect(await named()).toEqual(["max_sockets stale_s"]);
  const [before] = await fixture.open();
  await advance(fixture, 3);
  expect((await fixture.open())[0]?.id).toBe(before?.id);
  await set("stale_s", 60);
  await advance(fixture, 1);
  expect(await named()).toEqual(["max_sockets"]);
  await set("max_sockets", 60);
  await advance(fixture, 1);
  expect(await named()).toEqual([]);
});
