// A tick holds what was in force at its start, whatever is changed before it ends.
import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import { dispatchHouse, NOW_MS } from "../../dispatch-house.ts";
import { ASSET, SITE, tableOf } from "../../tick-tables.ts";

const request = { assetId: ASSET.id, mw: 2, durationS: null };
const at = (s: number) => NOW_MS + s * 1000;
const FIRST = "id-1000-1";

type House = ReturnType<typeof dispatchHouse>;

/** A house in which 2 MW began with the tick that has been under way for 3.9 s. */
async function begun(more: { readonly durationS?: number; readonly validForS?: number } = {}) {
  const house = dispatchHouse();
  await house.dispatch.dispatch({ ...request, ...more });
  house.clock.advance(3900);
  return house;
}

/** The setpoints of the tick under way and of the one after. */
function twoTicks({ clock, setpointsMw, telemetry }: House) {
  clock.advance(100);
  return [telemetry.latest().setpointMw[0], ...setpointsMw(1)];
}

function expectOrder({ told }: House): void {
  const instantsMs = told.map(({ atMs }) => atMs);
  expect(instantsMs).toEqual(instantsMs.toSorted((a, b) => a - b));
  const numbers = told.map(({ number }) => number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
}

describe("in the middle of a tick, the tick is left as it began", () => {
  test("by a cancel", async () => {
    const house = await begun();
    expect(await house.dispatch.cancel(FIRST)).toMatchObject({
      dispatch: { status: "cancelled", endedAtMs: at(3.9) },
    });
    expect(twoTicks(house)).toEqual([2, 0]);
    expect(house.story()).toEqual([
      `0 ${FIRST} accepted`,
      `0 ${FIRST} active STARTED`,
      `3.9 ${FIRST} cancelled CANCELLED`,
    ]);
    const found = await house.dispatch.find(FIRST);
    expect(found?.deliveredMwhr).toBeCloseTo((2 * 4) / 3600, 12);
    expectOrder(house);
  });

  test("by another dispatch", async () => {
    const house = await begun();
    await house.dispatch.dispatch({ ...request, mw: 3 });
    expect(twoTicks(house)).toEqual([2, 3]);
    expectOrder(house);
  });

  test("by a dispatch of the site", async () => {
    const house = await begun();
    await house.dispatch.dispatchSite({ siteId: SITE.id, mw: 3, durationS: null });
    expect(twoTicks(house)).toEqual([2, 3]);
    expectOrder(house);
  });

  test("by a renewal, and by a lease that ends in it", async () => {
    const house = await begun({ validForS: 3 });
    expect(await house.dispatch.renew(FIRST)).toMatchObject({ accepted: false });
    expect(twoTicks(house)).toEqual([2, 0]);
    expectOrder(house);
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
    const house = dispatchHouse();
    const [assetId, mw] = [ASSET.id, 2];
    await house.dispatch.setSchedule({
      ...{ assetId, intervals: [{ fromMs: at(0), untilMs: at(12), mw }] },
    });
    house.clock.advance(3900);
    expect(await house.dispatch.setSchedule({ assetId, intervals })).toMatchObject({
      accepted: true,
    });
    expect(twoTicks(house)).toEqual([2, nextMw]);
    expect(house.story().slice(0, 2)).toEqual([
      `0 ${FIRST.replace(/1$/, "2")} accepted`,
      `0 ${FIRST.replace(/1$/, "2")} active STARTED`,
    ]);
    expectOrder(house);
  });

  test("by what ended with its start: that is over, and not cancelled", async () => {
    const house = dispatchHouse();
    await house.dispatch.dispatch({ ...request, durationS: 4 });
    house.clock.advance(7900);
    expect(await house.dispatch.cancel(FIRST)).toMatchObject({
      accepted: false,
      refusal: { code: "DISPATCH_OVER" },
    });
    expect(house.story().at(-1)).toBe(`4 ${FIRST} completed ENDED`);
  });
});

test("what is taken away for a tick that began before the last event is not said to be before it", async () => {
  const other = ASSET.id.replace(/1$/, "2");
  const store = createMemoryDispatchStore(100);
  const house = dispatchHouse(store, tableOf({}, { id: other }));
  const { dispatch, simulator, clock } = house;
  await dispatch.dispatch(request);
  await dispatch.dispatch({ ...request, assetId: other });
  clock.advance(3900);
  await dispatch.cancel(FIRST);
  const table = tableOf({}, { id: other, retired: true });
  const { state } = simulator.retable(table);
  dispatch.retable(table, state, NOW_MS);
  expect(house.story().at(-1)).toBe("3.9 id-1000-2 failed RETIRED");
  expect((await dispatch.list({ limit: 1 }))[0]?.dispatch.endedAtMs).toBe(at(3.9));
  expectOrder(house);
});
