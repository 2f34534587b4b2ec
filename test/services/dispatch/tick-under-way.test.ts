// A tick holds what was in force at its start, whatever is changed before it ends.
import { describe, expect, test } from "vitest";
import { telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { openCount } from "../../support/open-count.ts";
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
  test("by a cancel: it is cancelled at once, and ends with the tick", async () => {
    const fixture = await begun();
    const { dispatch, clock, telemetry, setpointsMw } = fixture;
    expect(await dispatch.cancel(FIRST)).toMatchObject({
      dispatch: { status: "cancelled", endedAtMs: at(4), deliveredMwhr: 0 },
    });
    expect(await dispatch.cancel(FIRST)).toMatchObject({ refusal: { code: "DISPATCH_ENDED" } });
    expect(openCount(dispatch)).toBe(0);
    clock.advance(100);
    expect(telemetry.latest().setpointMw[0]).toBe(2);
    const ended = { status: "cancelled", endedAtMs: at(4), heldFromMwhr: null };
    const deliveredMwhr = (2 * 4) / 3600;
    expect(await dispatch.find(FIRST)).toMatchObject({ ...ended, deliveredMwhr });
    expect(setpointsMw(2)).toEqual([0, 0]);
    expect(await dispatch.find(FIRST)).toMatchObject({ ...ended, deliveredMwhr });
    expect(fixture.history()).toEqual([
      `0 ${FIRST} accepted`,
      `0 ${FIRST} active STARTED`,
      `3.9 ${FIRST} cancelled CANCELLED`,
    ]);
    expectOrder(fixture);
  });

  test("by a cancel, after which decisions count on what is left at the end of the tick", async () => {
    const table = tableOf({ rampRateMwPerMin: 6_000 });
    const { dispatch, clock, telemetry } = dispatchFixture(undefined, table);
    await dispatch.dispatch({ ...request, mw: 30 });
    clock.advance(3900);
    await dispatch.cancel(FIRST);
    const hour = { ...request, mw: 30, durationS: 3600, onShortfall: "curtail" as const };
    const decision = await dispatch.preview(hour);
    if (!decision.accepted) throw new Error("refused");
    await dispatch.dispatch(hour);
    const limit = () => telemetryAt(telemetry.latest(), 0).limitedBy;
    while (limit() !== "energy" && clock.nowMs() < at(3600)) clock.advance(4000);
    expect(decision.shortfall?.fromMs).toBe(telemetry.latest().timestampMs - 4000);
  });

  test("by another dispatch", async () => {
    const fixture = await begun();
    await fixture.dispatch.dispatch({ ...request, mw: 3 });
    expect(twoTicks(fixture)).toEqual([2, 3]);
    expect(fixture.history().slice(2)).toEqual([
      "3.9 id-1000-2 accepted",
      `4 ${FIRST} superseded NEXT_DISPATCH`,
      "4 id-1000-2 active STARTED",
    ]);
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
    const replaced = fixture.announced.find(
      ({ reason }) => reason !== null && reason !== "STARTED",
    );
    expect(replaced).toMatchObject({
      atMs: at(3.9),
      dispatch: { status: replaced?.to, endedAtMs: at(4), deliveredMwhr: 0 },
    });
    expect(twoTicks(fixture)).toEqual([2, nextMw]);
    const found = await fixture.dispatch.find(replaced?.dispatchId ?? "");
    expect(found).toMatchObject({ endedAtMs: at(4), deliveredMwhr: (2 * 4) / 3600 });
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
