import { describe, expect, test } from "vitest";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { openCount } from "../../support/open-count.ts";
import { restartedFixture } from "../../support/restarted-fixture.ts";
import { ASSET, tableOf } from "../../support/tick-tables.ts";

const TABLE = tableOf({ fallbackMw: -1 });
const request = { assetId: ASSET.id, mw: 5, durationS: null };
const at = (s: number) => NOW_MS + s * 1000;

const fixture = () => dispatchFixture(undefined, TABLE);

/** A fleet whose dispatch was cancelled after two ticks, while it holds the third. */
async function cancelledInTick() {
  const before = fixture();
  await before.dispatch.dispatch(request);
  before.setpointsMw(2);
  before.clock.advance(1000);
  await before.dispatch.cancel("id-1000-1");
  return before;
}

describe("after a restart", () => {
  test("what has not ended continues, and its energy is counted whole", async () => {
    const before = fixture();
    await before.dispatch.dispatch({ ...request, durationS: 40 });
    before.setpointsMw(3);
    const after = await restartedFixture(before, 20);
    expect(after.setpointsMw(3)).toEqual([5, 5, 0]);
    expect(after.history()).toEqual([
      "0 id-1000-1 active SHORTFALL_EXPECTED",
      "8 id-1000-1 completed ENDED_SHORT",
    ]);
    const found = await after.dispatch.find("id-1000-1");
    expect(found?.deliveredMwhr).toBeCloseTo(((2 + 4 + 5 + 5 + 5) * 4) / 3600, 12);
    // Events that were announced and not stored may have had the numbers that follow.
    expect(after.announced[0]?.number).toBeGreaterThan(before.dispatch.events.lastNumber() + 1000);
    const missed = await after.dispatch.events.after(before.dispatch.events.lastNumber());
    expect(missed).toEqual(after.announced);
    // It had reached 5 MW, and ramps from there: the five ticks without a server are missing.
    expect(found?.shortfall).toEqual({
      ...{ fromMs: at(12), missingMwhr: expect.closeTo((5 * 5 * 4) / 3600, 9) },
      ...{ limitedBy: null, reason: "SERVER_DOWN" },
    });
  });

  test("what was stored without its first event is announced, before anything else of it", async () => {
    const store = { ...fixture().store, record: async () => {} };
    const before = dispatchFixture(store, TABLE);
    await before.dispatch.dispatch({ ...request, durationS: 40 });
    const after = await restartedFixture(before, 20);
    expect(after.announced.map(({ from, to, atMs }) => [from, to, (atMs - NOW_MS) / 1000])).toEqual(
      [
        [null, "accepted", 20],
        ["accepted", "active", 20],
        // As it lacks what was not delivered while no server ran.
        ["active", "active", 20],
      ],
    );
    const { status } = (await after.dispatch.find("id-1000-1")) ?? {};
    expect(status).toBe("active");
  });

  test("what ended in between is closed, and not applied again", async () => {
    const before = fixture();
    await before.dispatch.dispatch({ ...request, durationS: 20 });
    before.setpointsMw(3);
    const after = await restartedFixture(before, 20);
    expect(after.telemetry.latest().setpointMw[0]).toBe(0);
    expect(after.setpointsMw(2)).toEqual([0, 0]);
    expect(after.history()).toEqual(["0 id-1000-1 failed SERVER_DOWN"]);
    const found = await after.dispatch.find("id-1000-1");
    expect(found?.deliveredMwhr).toBeCloseTo(((2 + 4 + 5) * 4) / 3600, 12);
  });

  test("what began and ended in between was never held", async () => {
    const before = fixture();
    await before.dispatch.dispatch({ ...request, durationS: 4, startAtMs: at(8) });
    before.setpointsMw(1);
    const after = await restartedFixture(before, 20);
    expect(after.setpointsMw(1)).toEqual([0]);
    expect(after.history()).toEqual(["0 id-1000-1 failed SERVER_DOWN"]);
  });

  test("a lease that was lost in between lets the asset fall back", async () => {
    const before = fixture();
    await before.dispatch.dispatch({ ...request, validForS: 8 });
    before.setpointsMw(1);
    const after = await restartedFixture(before, 20);
    expect(after.setpointsMw(2)).toEqual([-1, -1]);
    expect(after.history()).toEqual(["0 id-1000-1 expired SERVER_DOWN"]);
    // And so after yet another one, though nothing is open.
    const again = await restartedFixture(after, 4);
    expect(again.setpointsMw(1)).toEqual([-1]);
  });

  test("an asset whose dispatch was cancelled before its next tick stands still", async () => {
    const before = await cancelledInTick();
    const after = await restartedFixture(before, 4);
    expect(after.setpointsMw(2)).toEqual([0, 0]);
    // It has what it delivered, though no server ran in the tick that it would have held last.
    const found = await after.dispatch.find("id-1000-1");
    const deliveredMwhr = ((2 + 4) * 4) / 3600;
    expect(found).toMatchObject({ status: "cancelled", heldFromMwhr: null, shortfall: null });
    expect(found?.deliveredMwhr).toBeCloseTo(deliveredMwhr, 12);
  });

  test("a cancelled dispatch stays so where its asset is retired before the next tick", async () => {
    const before = await cancelledInTick();
    const other = { id: `${ASSET.id.slice(0, -1)}f` };
    const after = await restartedFixture(before, 4, tableOf(other, { retired: true }));
    expect(after.history()).toEqual([]);
    const found = await after.store.find("id-1000-1");
    expect(found).toMatchObject({ status: "cancelled", heldFromMwhr: null });
  });

  test("the rest of a schedule runs, and only of the newest one", async () => {
    const before = fixture();
    const interval = (fromS: number, mw: number) => ({
      fromMs: at(fromS),
      untilMs: at(fromS + 4),
      mw,
    });
    const schedule = (...intervals: ReturnType<typeof interval>[]) =>
      before.dispatch.setSchedule({ assetId: ASSET.id, intervals });
    await schedule(interval(0, 3), interval(8, 4), interval(40, 9));
    const stale = (await before.store.list({ limit: 3 })).map(({ dispatch }) => dispatch);
    await schedule(interval(4, 5), interval(24, 6), interval(32, 7));
    before.setpointsMw(2);
    // The server was killed before it stored that the first schedule was replaced.
    await before.store.record(
      stale.map(({ id, status }) => ({ id, progress: { ...FRESH, status }, event: null })),
    );
    const after = await restartedFixture(before, 16);
    expect(after.setpointsMw(6)).toEqual([6, 0, 7, 0, 0, 0]);
    expect(after.history().filter((line) => line.includes("NEWER_SCHEDULE"))).toHaveLength(3);
  });

  test("dispatches of an asset that was retired are closed", async () => {
    const before = fixture();
    await before.dispatch.dispatch(request);
    before.setpointsMw(1);
    const other = { id: `${ASSET.id.slice(0, -1)}f` };
    const after = await restartedFixture(before, 4, tableOf(other, { retired: true }));
    expect(after.history()).toEqual(["0 id-1000-1 failed RETIRED"]);
    expect(openCount(after.dispatch)).toBe(0);
    expect(await after.store.find("id-1000-1")).toMatchObject({ status: "failed" });
  });
});

const FRESH = {
  reason: null,
  leaseUntilMs: null,
  endedAtMs: null,
  deliveredMwhr: 0,
  heldFromMwhr: null,
  heldFromMs: null,
  heldFromMw: null,
  demandedMwhr: 0,
  shortfall: null,
} satisfies Partial<Dispatch>;
