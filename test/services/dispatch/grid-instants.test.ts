// Dispatches begin and end at instants of the grid, right after the frame of the tick that ends there.
import { describe, expect, test } from "vitest";
import { telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { pause, slowStore } from "../../support/slow-dispatch-store.ts";
import { ASSET, DT_S, TABLE_E } from "../../support/tick-tables.ts";

const DT_MS = DT_S * 1000;
const request = { assetId: ASSET.id, mw: 5, durationS: null };
const [FIRST, SECOND] = ["id-1000-1", "id-1000-2"];
const at = (s: number) => NOW_MS + s * 1000;

type Fixture = ReturnType<typeof dispatchFixture>;

/** Advances to each instant in turn, and returns the status of a dispatch there, with the setpoint of the tick before. */
async function statusesAt(
  { clock, dispatch, telemetry }: Fixture,
  id: string,
  seconds: readonly number[],
) {
  const rows: string[] = [];
  for (const s of seconds) {
    clock.advance(at(s) - clock.nowMs());
    const { status } = (await dispatch.find(id)) ?? { status: "unknown" };
    rows.push(`${s}: ${status}, ${telemetry.latest().setpointMw[0]} MW`);
  }
  return rows;
}

describe("a dispatch", () => {
  test("of an instant of the grid is active from it on, and completed at the one its window ends at: table E", async () => {
    const { dispatch, clock, telemetry, history } = dispatchFixture();
    const { mw, durationS, socMwhr, rows } = TABLE_E;
    expect(telemetry.latest().socMwhr[0]).toBe(socMwhr);
    await dispatch.dispatch({ ...request, mw, durationS });
    expect(await dispatch.find(FIRST)).toMatchObject({ status: "active", startMs: at(0) });
    const seen: string[] = [];
    for (const [n, row] of rows.entries()) {
      clock.advance(DT_MS);
      const sample = telemetryAt(telemetry.latest(), 0);
      expect(sample.setpointMw).toBe(row.setpointMw);
      expect(sample.currentMw).toBeCloseTo(row.powerMw, 9);
      expect(sample.socMwhr).toBeCloseTo(row.socMwhr, 10);
      expect([sample.limitedBy, sample.status]).toEqual([row.limitedBy, row.status]);
      seen.push(`${(n + 1) * DT_S} ${(await dispatch.find(FIRST))?.status}`);
    }
    expect(seen).toEqual(["4 active", "8 active", "12 completed", "16 completed", "20 completed"]);
    expect(history()).toEqual([
      `0 ${FIRST} accepted`,
      `0 ${FIRST} active STARTED`,
      `12 ${FIRST} completed ENDED`,
    ]);
    const found = await dispatch.find(FIRST);
    expect(found).toMatchObject({ endedAtMs: at(12), heldFromMwhr: null });
    expect(found?.deliveredMwhr).toBeCloseTo(((2 + 4 + 4) * DT_S) / 3600, 12);
  });

  test("of between two instants waits for the next one, and is seen active with it", async () => {
    const fixture = dispatchFixture();
    fixture.clock.advance(1_000);
    await fixture.dispatch.dispatch({ ...request, durationS: 10 });
    expect(await statusesAt(fixture, FIRST, [3.9, 4, 8, 12, 15.9, 16, 20])).toEqual([
      "3.9: accepted, 0 MW",
      "4: active, 0 MW",
      "8: active, 5 MW",
      "12: active, 5 MW",
      "15.9: active, 5 MW",
      "16: completed, 5 MW",
      "20: completed, 0 MW",
    ]);
    expect(fixture.history()).toEqual([
      `1 ${FIRST} accepted`,
      `4 ${FIRST} active STARTED`,
      `16 ${FIRST} completed ENDED`,
    ]);
  });

  test("changes after the frame of the tick that ends at the instant", async () => {
    const { dispatch, clock, telemetry, announced } = dispatchFixture();
    const order: string[] = [];
    telemetry.follow(({ timestampMs }) => order.push(`frame ${(timestampMs - NOW_MS) / 1000}`));
    dispatch.events.follow(({ to, atMs }) => order.push(`${to} ${(atMs - NOW_MS) / 1000}`));
    await dispatch.dispatch({ ...request, durationS: 4, startAtMs: at(8) });
    clock.advance(12_000);
    expect(order).toEqual([
      "accepted 0",
      "frame 4",
      "frame 8",
      "active 8",
      "frame 12",
      "completed 12",
    ]);
    const { deliveredMwhr } = announced.at(-1)?.dispatch ?? { deliveredMwhr: 0 };
    expect(deliveredMwhr).toBeCloseTo((2 * DT_S) / 3600, 12);
  });

  test("that is replaced before it begins ends at the instant at which the other one begins", async () => {
    const { dispatch, clock, history } = dispatchFixture();
    clock.advance(1_000);
    await dispatch.dispatch(request);
    clock.advance(1_000);
    await dispatch.dispatch({ ...request, mw: 3 });
    expect(await dispatch.find(FIRST)).toMatchObject({ status: "superseded", endedAtMs: at(4) });
    expect(history()).toEqual([
      `1 ${FIRST} accepted`,
      `2 ${SECOND} accepted`,
      `2 ${FIRST} superseded NEWER_DISPATCH`,
    ]);
  });

  test("that waits is cancelled at once, and ended at the next instant", async () => {
    const { dispatch, clock, history } = dispatchFixture();
    await dispatch.dispatch({ ...request, startAtMs: at(100) });
    clock.advance(1_000);
    expect(await dispatch.cancel(FIRST)).toMatchObject({
      dispatch: { status: "cancelled", endedAtMs: at(4) },
    });
    expect(history().at(-1)).toBe(`1 ${FIRST} cancelled CANCELLED`);
  });

  test("that is cancelled at an instant holds no tick from it on, and has its energy at once", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    await dispatch.dispatch(request);
    setpointsMw(1);
    const cancelled = await dispatch.cancel(FIRST);
    expect(cancelled).toMatchObject({
      dispatch: { status: "cancelled", endedAtMs: at(4), heldFromMwhr: null },
    });
    if (!cancelled.accepted) throw new Error("refused");
    expect(cancelled.dispatch.deliveredMwhr).toBeCloseTo((2 * DT_S) / 3600, 12);
    expect(setpointsMw(1)).toEqual([0]);
  });
});

describe("a dispatch that is stored late", () => {
  test("begins at the instant after its decision, if the tick from there on has not run", async () => {
    const { slow, keep } = slowStore();
    const fixture = dispatchFixture(slow);
    const { clock, dispatch, history, setpointsMw } = fixture;
    clock.advance(3_000);
    const answer = dispatch.dispatch({ ...request, durationS: 8 });
    await pause();
    clock.advance(2_000);
    await keep();
    expect(await answer).toMatchObject({ dispatch: { startMs: at(4), endMs: at(12) } });
    expect(await dispatch.find(FIRST)).toMatchObject({ status: "active" });
    clock.advance(3_000);
    expect(fixture.telemetry.latest().setpointMw[0]).toBe(5);
    expect(setpointsMw(2)).toEqual([5, 0]);
    expect(history()).toEqual([
      `3 ${FIRST} accepted`,
      `4 ${FIRST} active STARTED`,
      `12 ${FIRST} completed ENDED`,
    ]);
  });

  test("loses the ticks that ran meanwhile, and begins at the last instant", async () => {
    const { slow, keep } = slowStore();
    const { clock, dispatch, history, setpointsMw, telemetry } = dispatchFixture(slow);
    clock.advance(3_000);
    const answer = dispatch.dispatch({ ...request, durationS: 12 });
    await pause();
    clock.advance(6_000);
    await keep();
    await answer;
    expect(telemetry.latest().setpointMw[0]).toBe(0);
    clock.advance(3_000);
    expect([telemetry.latest().setpointMw[0], ...setpointsMw(2)]).toEqual([5, 5, 0]);
    expect(history().slice(1)).toEqual([
      `8 ${FIRST} active STARTED`,
      `16 ${FIRST} completed ENDED`,
    ]);
  });

  test("replaces a schedule from the last instant on", async () => {
    const { slow, keep } = slowStore();
    const { clock, dispatch, setpointsMw, telemetry, history } = dispatchFixture(slow);
    const assetId = ASSET.id;
    const interval = (mw: number) => ({ fromMs: at(0), untilMs: at(40), mw });
    const first = dispatch.setSchedule({ assetId, intervals: [interval(2)] });
    await pause();
    await keep();
    await first;
    clock.advance(3_000);
    const second = dispatch.setSchedule({ assetId, intervals: [interval(3)] });
    await pause();
    clock.advance(2_000);
    await keep();
    await second;
    expect(history().slice(2)).toEqual([
      "3 id-1000-4 accepted",
      `3 ${SECOND} superseded NEWER_SCHEDULE`,
      "4 id-1000-4 active STARTED",
    ]);
    expect(await dispatch.find(SECOND)).toMatchObject({
      endedAtMs: at(4),
      deliveredMwhr: (2 * DT_S) / 3600,
    });
    expect(telemetry.latest().setpointMw[0]).toBe(2);
    clock.advance(3_000);
    expect([telemetry.latest().setpointMw[0], ...setpointsMw(1)]).toEqual([3, 3]);
  });
});

describe("a lease", () => {
  const leased = { ...request, validForS: 4 };

  test("that is renewed before its end lasts over the instant that follows", async () => {
    const fixture = dispatchFixture();
    await fixture.dispatch.dispatch(leased);
    fixture.clock.advance(3_999);
    expect(await fixture.dispatch.renew(FIRST)).toMatchObject({
      dispatch: { leaseUntilMs: at(7.999) },
    });
    expect(await statusesAt(fixture, FIRST, [4, 7.9, 8])).toEqual([
      "4: active, 5 MW",
      "7.9: active, 5 MW",
      "8: expired, 5 MW",
    ]);
    expect(fixture.history().at(-1)).toBe(`8 ${FIRST} expired LEASE_LOST`);
  });

  test("cannot be renewed at the very instant of its end", async () => {
    const { dispatch, clock, setpointsMw } = dispatchFixture();
    await dispatch.dispatch(leased);
    clock.advance(4_000);
    expect(await dispatch.renew(FIRST)).toMatchObject({ refusal: { code: "DISPATCH_ENDED" } });
    expect(setpointsMw(1)).toEqual([0]);
  });

  test("that ends within a tick holds it to its end, and cannot be renewed any more", async () => {
    const fixture = dispatchFixture();
    await fixture.dispatch.dispatch({ ...request, validForS: 2 });
    fixture.clock.advance(3_000);
    expect(await fixture.dispatch.renew(FIRST)).toMatchObject({
      refusal: { code: "DISPATCH_ENDED" },
    });
    expect(await statusesAt(fixture, FIRST, [3.9, 4])).toEqual([
      "3.9: active, 0 MW",
      "4: expired, 5 MW",
    ]);
  });
});
