// A tick holds what was in force at its start, whatever is changed before it ends.
import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { ASSET, SITE, tableOf } from "../../support/tick-tables.ts";

const request = { assetId: ASSET.id, mw: 2, durationS: null };
const at = (s: number) => NOW_MS + s * 1000;
const FIRST = "id-1000-1";

type Application = ReturnType<typeof dispatchFixture>;

/** An application in which 2 MW began with the tick that has been under way for 3.9 s. */
async function begun(more: { readonly durationS?: number; readonly validForS?: number } = {}) {
  const fixture = dispatchFixture();
  await fixture.dispatch.dispatch({ ...request, ...more });
  fixture.clock.advance(3900);
  return fixture;
}

/** The setpoints of the tick under way and of the one after. */
function twoTicks({ clock, setpointsMw, telemetry }: Application) {
  clock.advance(100);
  return [telemetry.latest().setpointMw[0], ...setpointsMw(1)];
}

function expectOrder({ announced }: Application): void {
  const instantsMs = announced.map(({ atMs }) => atMs);
  expect(instantsMs).toEqual(instantsMs.toSorted((a, b) => a - b));
  const numbers = announced.map(({ number }) => number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
}

describe("in the middle of a tick, the tick is left as it began", () => {
  test("by a cancel", async () => {
    const fixture = await begun();
    expect(await fixture.dispatch.cancel(FIRST)).toMatchObject({
      dispatch: { status: "cancelled", endedAtMs: at(3.9) },
    });
    expect(twoTicks(fixture)).toEqual([2, 0]);
    expect(fixture.history()).toEqual([
      `0 ${FIRST} accepted`,
      `0 ${FIRST} active STARTED`,
      `3.9 ${FIRST} cancelled CANCELLED`,
    ]);
    const found = await fixture.dispatch.find(FIRST);
    expect(found?.deliveredMwhr).toBeCloseTo((2 * 4) / 3600, 12);
    expectOrder(fixture);
  });

  test("by another dispatch", async () => {
    const fixture = await begun();
    await fixture.dispatch.dispatch({ ...request, mw: 3 });
    expect(twoTicks(fixture)).toEqual([2, 3]);
    expectOrder(fixture);
  });

  test("by a dispatch of the site", async () => {
    const fixture = await begun();
    await fixture.dispatch.dispatchSite({ siteId: SITE.id, mw: 3, durationS: null });
    expect(twoTicks(fixture)).toEqual([2, 3]);
    expectOrder(fixture);
  });

  test("by a renewal, and by a lease that ends in it", async () => {
    const fixture = await begun({ validForS: 3 });
    expect(await fixture.dispatch.renew(FIRST)).toMatchObject({ accepted: false });
    expect(twoTicks(fixture)).toEqual([2, 0]);
    expectOrder(fixture);
    const renewed = await begun({ validForS: 4 });
    expect(await renewed.dispatch.renew(FIRST)).toMatchObject({
      dispatch: { status: "active", leaseUntilMs: at(7.9) },
    });
    expect(twoTicks(renewed)).toEqual([2, 2]);
    expectOrder(renewed);
  });

  test.each([
    ["another schedule", [{ fromMs: at(0), untilMs: at(12), mw: 3 }], 3],
    ["none", [], 0],
  ])("by %s in the place of its schedule", async (_, intervals, nextMw) => {
    const fixture = dispatchFixture();
    const [assetId, mw] = [ASSET.id, 2];
    await fixture.dispatch.setSchedule({
      ...{ assetId, intervals: [{ fromMs: at(0), untilMs: at(12), mw }] },
    });
    fixture.clock.advance(3900);
    expect(await fixture.dispatch.setSchedule({ assetId, intervals })).toMatchObject({
      accepted: true,
    });
    expect(twoTicks(fixture)).toEqual([2, nextMw]);
    expect(fixture.history().slice(0, 2)).toEqual([
      `0 ${FIRST.replace(/1$/, "2")} accepted`,
      `0 ${FIRST.replace(/1$/, "2")} active STARTED`,
    ]);
    expectOrder(fixture);
  });

  test("by what ended with its start: that is over, and not cancelled", async () => {
    const fixture = dispatchFixture();
    await fixture.dispatch.dispatch({ ...request, durationS: 4 });
    fixture.clock.advance(7900);
    expect(await fixture.dispatch.cancel(FIRST)).toMatchObject({
      accepted: false,
      refusal: { code: "DISPATCH_ENDED" },
    });
    expect(fixture.history().at(-1)).toBe(`4 ${FIRST} completed ENDED`);
  });
});

test("what is retired for a tick that began before the last event does not end before that event", async () => {
  const other = ASSET.id.replace(/1$/, "2");
  const store = createMemoryDispatchStore(100);
  const fixture = dispatchFixture(store, tableOf({}, { id: other }));
  const { dispatch, simulator, clock } = fixture;
  await dispatch.dispatch(request);
  await dispatch.dispatch({ ...request, assetId: other });
  clock.advance(3900);
  await dispatch.cancel(FIRST);
  const table = tableOf({}, { id: other, retired: true });
  const { state } = simulator.replaceTable(table);
  dispatch.replaceTable(table, state, NOW_MS);
  expect(fixture.history().at(-1)).toBe("3.9 id-1000-2 failed RETIRED");
  expect((await dispatch.list({ limit: 1 }))[0]?.dispatch.endedAtMs).toBe(at(3.9));
  expectOrder(fixture);
});
