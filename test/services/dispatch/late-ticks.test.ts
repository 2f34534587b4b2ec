// Dispatches where ticks run late or are left out, and where the fleet changes with a tick.
import { describe, expect, test } from "vitest";
import { telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { CATCH_UP_TICKS } from "../../../src/services/telemetry/ticker.ts";
import { clockWithLateTimers, dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { assetOf, fleetFixture } from "../../support/fleet-fixture.ts";
import { pause, slowStore } from "../../support/slow-dispatch-store.ts";
import { ASSET, DT_S } from "../../support/tick-tables.ts";

const DT_MS = DT_S * 1000;
const request = { assetId: ASSET.id, mw: 5, durationS: null };
const [FIRST, SECOND] = ["id-1000-1", "id-1000-2"];
const at = (s: number) => NOW_MS + s * 1000;

type Fixture = ReturnType<typeof dispatchFixture>;

describe("where a tick is due and late, it comes first", () => {
  const late = () => dispatchFixture(undefined, undefined, undefined, clockWithLateTimers(500));

  test("before a decision: that begins with the instant after it", async () => {
    const { dispatch, clock, telemetry, history } = late();
    clock.advance(4_200);
    expect(telemetry.latest().timestampMs).toBe(at(0));
    expect(await dispatch.dispatch(request)).toMatchObject({ dispatch: { startMs: at(8) } });
    expect(telemetry.latest().timestampMs).toBe(at(4));
    clock.advance(8_000);
    expect(history()).toEqual([`4.2 ${FIRST} accepted`, `8 ${FIRST} active STARTED`]);
  });

  test("before a preview, which has the state of its end", async () => {
    const { dispatch, clock, telemetry } = late();
    await dispatch.dispatch(request);
    clock.advance(4_200);
    await dispatch.preview(request);
    expect(telemetry.latest().timestampMs).toBe(at(4));
  });

  test("before a decision at the very instant: that begins with it, after the frame", async () => {
    const { dispatch, clock, telemetry, history } = late();
    clock.advance(4_000);
    expect(await dispatch.dispatch(request)).toMatchObject({ dispatch: { startMs: at(4) } });
    expect(telemetry.latest().timestampMs).toBe(at(4));
    expect(history()).toEqual([`4 ${FIRST} accepted`, `4 ${FIRST} active STARTED`]);
    clock.advance(4_000 + 500);
    expect(telemetry.latest().setpointMw[0]).toBe(5);
  });

  test("before a cancel: what ended at that instant has completed, and is not cancelled", async () => {
    const { dispatch, clock, history } = late();
    await dispatch.dispatch({ ...request, durationS: 4 });
    clock.advance(4_200);
    expect(await dispatch.cancel(FIRST)).toMatchObject({ refusal: { code: "DISPATCH_ENDED" } });
    expect(history().at(-1)).toBe(`4 ${FIRST} completed ENDED`);
  });

  test("before a renewal: a lease that ended at that instant is lost", async () => {
    const { dispatch, clock, history } = late();
    await dispatch.dispatch({ ...request, validForS: 4 });
    clock.advance(4_200);
    expect(await dispatch.renew(FIRST)).toMatchObject({ refusal: { code: "DISPATCH_ENDED" } });
    expect(history().at(-1)).toBe(`4 ${FIRST} expired LEASE_LOST`);
  });

  test("before a commit: what was decided before that instant begins there", async () => {
    const { slow, keep } = slowStore();
    const clock = clockWithLateTimers(500);
    const { dispatch, history, telemetry } = dispatchFixture(slow, undefined, undefined, clock);
    clock.advance(3_000);
    const answer = dispatch.dispatch(request);
    await pause();
    clock.advance(1_200);
    await keep();
    await answer;
    expect(telemetry.latest().timestampMs).toBe(at(4));
    expect(history()).toEqual([`3 ${FIRST} accepted`, `4 ${FIRST} active STARTED`]);
  });
});

describe("after ticks that were left out", () => {
  const SKIPPED_TO_S = 4 + (CATCH_UP_TICKS + 2) * DT_S;

  /** Runs one tick, in which the server stands still until a second after the instant. */
  function standStill({ clock, telemetry }: Fixture): void {
    const thaw = telemetry.follow(() => {
      thaw();
      clock.advance((SKIPPED_TO_S - 4) * 1000 + 1_000);
    });
    clock.advance(DT_MS);
  }

  test("what ended meanwhile is closed at the start of the tick that runs next", async () => {
    const fixture = dispatchFixture();
    const { dispatch, clock, history, setpointsMw } = fixture;
    await dispatch.dispatch({ ...request, durationS: 20 });
    await dispatch.dispatch({ ...request, mw: 2, startAtMs: at(60), durationS: 3600 });
    standStill(fixture);
    expect(clock.nowMs()).toBe(at(SKIPPED_TO_S + 1));
    await dispatch.dispatch({ ...request, mw: 3 });
    expect(history().slice(3)).toEqual([
      `${SKIPPED_TO_S} ${FIRST} failed SERVER_DOWN`,
      `${SKIPPED_TO_S} ${SECOND} active STARTED`,
      `${SKIPPED_TO_S} ${SECOND} active SHORTFALL_EXPECTED`,
      // The alarm of the promise has the id before.
      `${SKIPPED_TO_S + 1} id-1000-4 accepted`,
    ]);
    const shortfall = { limitedBy: null, reason: "SERVER_DOWN" };
    // It ran for a tick of 2 MW of its ramp, of five.
    expect(await dispatch.find(FIRST)).toMatchObject({
      endedAtMs: at(SKIPPED_TO_S),
      shortfall: { ...shortfall, missingMwhr: expect.closeTo(((4 + 5 + 5 + 5) * 4) / 3600, 9) },
    });
    // It was to begin at 60 s, and began after the gap with its ramp of one tick.
    expect(await dispatch.find(SECOND)).toMatchObject({ shortfall: { ...shortfall } });
    expect(setpointsMw(2)).toEqual([2, 3]);
  });

  test("decisions count on the energy that was not used meanwhile", async () => {
    const fixture = dispatchFixture();
    const { dispatch, clock, telemetry } = fixture;
    await dispatch.dispatch({ ...request, mw: 10 });
    standStill(fixture);
    const decision = await dispatch.preview({
      ...request,
      mw: 30,
      durationS: 3600,
      onShortfall: "curtail",
    });
    if (!decision.accepted) throw new Error("refused");
    await dispatch.dispatch({ ...request, mw: 30, durationS: 3600, onShortfall: "curtail" });
    const limit = () => telemetryAt(telemetry.latest(), 0).limitedBy;
    while (limit() !== "energy" && clock.nowMs() < at(3600)) clock.advance(DT_MS);
    expect(decision.shortfall?.fromMs).toBe(telemetry.latest().timestampMs - DT_MS);
  });
});

describe("where the fleet changes at the instant too, it does so first", () => {
  const [A, B] = [assetOf(1), assetOf(2)];

  test("what was to begin or end at the instant at which its asset is retired has failed", async () => {
    const { dispatch, fleet, clock, announced, flushed, telemetry } = fleetFixture({
      origin: "api",
    });
    await dispatch.dispatch({ assetId: A.id, mw: 2, durationS: 4 });
    await dispatch.dispatch({ assetId: A.id, mw: 1, durationS: 4, startAtMs: at(4) });
    await dispatch.dispatch({ assetId: B.id, mw: 1, durationS: 4 });
    clock.advance(1_000);
    const answer = fleet.change([{ kind: "retireAsset", assetId: A.id }]);
    await flushed();
    announced.length = 0;
    clock.advance(3_000);
    expect((await answer).accepted).toBe(true);
    expect(announced.map(({ dispatchId, atMs, to }) => [dispatchId, atMs, to])).toEqual([
      ["id-1", at(4), "failed"],
      ["id-2", at(4), "failed"],
      ["id-3", at(4), "completed"],
    ]);
    // The frame of the tick has the asset, and its energy is counted.
    expect(telemetry.recent().at(-1)?.table.assets).toHaveLength(2);
    const retired = await dispatch.find("id-1");
    expect(retired).toMatchObject({ endedAtMs: at(4), heldFromMwhr: null });
    expect(retired?.deliveredMwhr).toBeCloseTo((2 * DT_S) / 3600, 12);
  });

  test("a decision while that tick is due and late is on the fleet as it is from there on", async () => {
    const timers = clockWithLateTimers(500);
    const { dispatch, fleet, flushed } = fleetFixture({ origin: "api", clock: timers });
    timers.advance(1_000);
    const answer = fleet.change([{ kind: "retireAsset", assetId: A.id }]);
    await flushed();
    timers.advance(3_200);
    expect(await dispatch.dispatch({ assetId: A.id, mw: 2, durationS: 4 })).toMatchObject({
      refusal: { code: "ASSET_RETIRED" },
    });
    expect(await answer).toMatchObject({ accepted: true });
  });

  test("an asset that is new can hold a dispatch from the instant on at which it comes", async () => {
    const { dispatch, fleet, clock, flushed, sampleOf, telemetry } = fleetFixture({ assets: [A] });
    clock.advance(1_000);
    const { retired: _, ...asset } = B;
    const answer = fleet.change([{ kind: "registerAsset", asset }]);
    await flushed();
    clock.advance(3_000);
    await answer;
    expect(telemetry.recent().at(-1)?.table.assets).toHaveLength(1);
    expect(sampleOf(B.id)).toMatchObject({ timestampMs: at(4), socMwhr: 18, currentMw: 0 });
    const result = await dispatch.dispatch({ assetId: B.id, mw: 2, durationS: 4 });
    expect(result).toMatchObject({ dispatch: { startMs: at(4) } });
    clock.advance(4_000);
    expect(sampleOf(B.id)).toMatchObject({ timestampMs: at(8), setpointMw: 2, currentMw: 2 });
    expect(await dispatch.find("id-1")).toMatchObject({ status: "completed", endedAtMs: at(8) });
  });
});
