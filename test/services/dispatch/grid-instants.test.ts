// Dispatches begin and end at instants of the grid, right after the frame of the tick that ends there.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import type { DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { CATCH_UP_TICKS } from "../../../src/services/telemetry/ticker.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { clockWithLateTimers, dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { assetOf, fleetFixture } from "../../support/fleet-fixture.ts";
import { ASSET, DT_S, TABLE_E, tableOf } from "../../support/tick-tables.ts";

const DT_MS = DT_S * 1000;
const request = { assetId: ASSET.id, mw: 5, durationS: null };
const [FIRST, SECOND] = ["id-1000-1", "id-1000-2"];
const at = (s: number) => NOW_MS + s * 1000;
const pause = () => new Promise((resolve) => setImmediate(resolve));

type Fixture = ReturnType<typeof dispatchFixture>;

/** A store that stores dispatches only when it is called to. */
function slowStore() {
  const store = createMemoryDispatchStore(1_000);
  const waiting: (() => void)[] = [];
  const slow: DispatchStore = {
    ...store,
    async add(...added) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await store.add(...added);
    },
  };
  const keep = async () => {
    for (const go of waiting.splice(0)) go();
    await pause();
  };
  return { slow, keep };
}

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
    dispatch.preview(request);
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
      `${SKIPPED_TO_S + 1} id-1000-3 accepted`,
    ]);
    expect(await dispatch.find(FIRST)).toMatchObject({ endedAtMs: at(SKIPPED_TO_S) });
    expect(setpointsMw(2)).toEqual([2, 3]);
  });

  test("decisions count on the energy that was not used meanwhile", async () => {
    const fixture = dispatchFixture();
    const { dispatch, clock, telemetry } = fixture;
    await dispatch.dispatch({ ...request, mw: 10 });
    standStill(fixture);
    const decision = dispatch.preview({
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

const [ONE, OTHER] = [bigAssetId(1), bigAssetId(2)];
const anyOperation = fc.record({
  afterMs: fc.constantFrom(0, 1, 700, 3_300, 4_000, 9_100),
  kind: fc.constantFrom(
    "dispatch" as const,
    "store",
    "dispatch",
    "store",
    "cancel",
    "cancel",
    "renew",
  ),
  assetId: fc.constantFrom(ONE, OTHER),
  mw: fc.integer({ min: -5, max: 5 }),
  durationS: fc.constantFrom(null, 3, 8, 30),
  startInS: fc.constantFrom(null, 0, 5, 14),
  validForS: fc.constantFrom(undefined, undefined, 4, 6),
  nth: fc.nat(6),
});

test("whatever comes when, instants never go back, and each dispatch holds the ticks from its start to its end", async () => {
  const counts = { held: 0, cancelled: 0 };
  const history = fc.asyncProperty(
    fc.array(anyOperation, { minLength: 6, maxLength: 20 }),
    fc.constantFrom(0, 300, 2_500),
    async (operations, lateMs) => {
      const { slow, keep } = slowStore();
      const clock = clockWithLateTimers(lateMs);
      const table = tableOf({ id: ONE }, { id: OTHER });
      const fixture = dispatchFixture(slow, table, undefined, clock);
      const { dispatch, telemetry, announced } = fixture;
      /** Net energy of the tick that starts at an instant, by asset. */
      const tickMwhr = new Map<string, number>();
      telemetry.follow((frame) => {
        for (const [index, { id }] of frame.table.assets.entries()) {
          const startMs = frame.timestampMs - DT_MS;
          tickMwhr.set(`${id} ${startMs}`, ((frame.currentMw[index] as number) * DT_S) / 3600);
        }
      });
      for (const { afterMs, kind, nth, startInS, ...fields } of operations) {
        clock.advance(afterMs);
        const startAtMs = startInS === null ? undefined : clock.nowMs() + startInS * 1000;
        const id = announced[nth]?.dispatchId;
        if (kind === "dispatch")
          void dispatch.dispatch({ ...fields, startAtMs, onShortfall: "curtail" });
        else if (kind === "store") await keep();
        else if (id !== undefined) await dispatch[kind](id);
        await pause();
      }
      for (let n = 0; n < operations.length; n++) await keep();
      clock.advance(60_000);

      const instantsMs = announced.map(({ atMs }) => atMs);
      expect(instantsMs).toEqual(instantsMs.toSorted((a, b) => a - b));
      for (const { dispatchId } of announced.filter(({ to }) => to === "active")) {
        const found = await dispatch.find(dispatchId);
        if (found === undefined) throw new Error("unknown");
        const events = await dispatch.eventsOf(dispatchId);
        const startMs = events.find(({ to }) => to === "active")?.atMs ?? 0;
        const endMs = found.endedAtMs ?? telemetry.latest().timestampMs;
        expect(endMs % DT_MS).toBe(0);
        let expectedMwhr = 0;
        for (let ms = Math.floor(startMs / DT_MS) * DT_MS; ms < endMs; ms += DT_MS)
          expectedMwhr += tickMwhr.get(`${found.assetId} ${ms}`) ?? Number.NaN;
        expect(found.deliveredMwhr).toBeCloseTo(expectedMwhr, 9);
        counts.held++;
        if (found.status === "cancelled") counts.cancelled++;
      }
    },
  );
  await fc.assert(history, { numRuns: 300 });
  expect(counts.held).toBeGreaterThan(300);
  expect(counts.cancelled).toBeGreaterThan(30);
});
