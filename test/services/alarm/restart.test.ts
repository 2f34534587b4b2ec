// Alarms that were open when a server ended: those whose condition still holds stay, the others are cleared.
import { expect, test } from "vitest";
import { createMemoryAlarmStore } from "../../../src/adapters/memory/alarm-store.ts";
import { type AlarmSubject, SERVER } from "../../../src/domain/alarm/alarm.ts";
import type { AlarmCode } from "../../../src/domain/alarm/codes.ts";
import { alarmFixture, START_TICK, turns } from "../../support/alarm-fixture.ts";
import { alarmOf } from "../../support/alarms.ts";
import { ASSET, DT_S } from "../../support/tick-tables.ts";

const ABOUT: Partial<Record<AlarmCode, Partial<AlarmSubject>>> = {
  ASSET_LIMITED: { assetId: ASSET.id, siteId: ASSET.siteId },
  PROMISE_AT_RISK: { assetId: ASSET.id, siteId: ASSET.siteId, dispatchId: "gone" },
};

/** A server that starts where an alarm of each of these codes was left open, and the codes of those open after a tick. */
async function restarted(codes: readonly AlarmCode[], status: object = {}) {
  const alarms = createMemoryAlarmStore(100);
  for (const [n, code] of codes.entries()) {
    const subject = { ...SERVER, ...ABOUT[code] };
    alarms.record([alarmOf({ id: `left-${code}`, code, raisedNumber: n + 1, ...subject })]);
  }
  const fixture = await alarmFixture({ stores: { alarms }, status });
  await turns();
  const openIds = async () => (await fixture.open()).map(({ id }) => id);
  return { ...fixture, openIds, atStart: await openIds() };
}

test("alarms of the server whose condition is over are cleared at the start", async () => {
  const { atStart, events } = await restarted(["STORE_DEGRADED", "CLOCK_AHEAD", "DATA_STALE"]);
  expect(atStart).toEqual([]);
  expect(events.map(({ alarm, atMs }) => [alarm.id, alarm.clearedAtMs === atMs])).toEqual([
    ["left-STORE_DEGRADED", true],
    ["left-CLOCK_AHEAD", true],
    ["left-DATA_STALE", true],
  ]);
});

test("an alarm whose condition still holds stays, with its id", async () => {
  const { atStart, openIds, degrade, clock } = await restarted(["STORE_DEGRADED"], {
    degraded: true,
  });
  expect(atStart).toEqual(["left-STORE_DEGRADED"]);
  clock.advance(60_000);
  expect(await openIds()).toEqual(["left-STORE_DEGRADED"]);
  degrade({});
  clock.advance(1_000);
  expect(await openIds()).toEqual([]);
});

test("an alarm of skipped ticks stays for an hour of ticks from the start", async () => {
  const { run, openIds, events } = await restarted(["TICKS_SKIPPED"]);
  await run(3600 / DT_S - 1);
  expect(await openIds()).toEqual(["left-TICKS_SKIPPED"]);
  await run(2);
  expect(await openIds()).toEqual([]);
  expect(events).toHaveLength(1);
});

test("an alarm of a limited asset stays until its first sample that is not limited", async () => {
  const { run, atStart, openIds } = await restarted(["ASSET_LIMITED"]);
  expect(atStart).toEqual(["left-ASSET_LIMITED"]);
  await run(1);
  expect(await openIds()).toEqual([]);
});

test("an alarm of a dispatch that is gone is cleared", async () => {
  const { atStart } = await restarted(["PROMISE_AT_RISK"]);
  expect(atStart).toEqual([]);
});

test("numbers go on after those of the run before", async () => {
  const { events, degrade, clock } = await restarted(["DATA_STALE"]);
  degrade({ degraded: true });
  clock.advance(1_000);
  expect(events.map(({ number }) => number > 1)).toEqual([true, true]);
  expect(clock.nowMs()).toBeGreaterThan(START_TICK);
});
