import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import type { DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { openCount } from "../../support/open-count.ts";
import { ASSET, SITE, tableOf } from "../../support/tick-tables.ts";

const request = { assetId: ASSET.id, mw: 5, durationS: null };
const FIRST = "id-1000-1";
const at = (s: number) => NOW_MS + s * 1000;

/** A store that stores only once `keepNext` is called. */
function slowStore() {
  const store = createMemoryDispatchStore(100);
  const answers: (() => void)[] = [];
  const slow: DispatchStore = {
    ...store,
    async add(...added) {
      await new Promise<void>((resolve) => answers.push(resolve));
      await store.add(...added);
    },
  };
  return { slow, keepNext: () => answers.shift()?.() };
}
/** Lets all microtasks and immediates run. */
const pause = () => new Promise((resolve) => setImmediate(resolve));

describe("a dispatch", () => {
  test("is accepted with its decision, stored and in force from the next tick", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    const result = await dispatch.dispatch({ ...request, durationS: 60 });
    expect(result).toEqual({
      accepted: true,
      dispatch: {
        ...{ heldFromMs: null, heldFromMw: null, demandedMwhr: 0, shortfall: null },
        id: FIRST,
        assetId: ASSET.id,
        scheduleId: null,
        mw: 5,
        durationS: 60,
        startMs: NOW_MS,
        endMs: at(60),
        validForS: null,
        leaseUntilMs: null,
        onShortfall: "refuse",
        requestId: null,
        status: "accepted",
        reason: null,
        submittedAtMs: NOW_MS,
        endedAtMs: null,
        deliveredMwhr: 0,
        heldFromMwhr: null,
        rationale: {
          shortfall: null,
          windows: {
            power: { minMw: -30, maxMw: 30 },
            site: null,
            dispatches: { minMw: -30, maxMw: 30 },
            energy: { minMw: -30, maxMw: 30 },
          },
        },
      },
    });
    expect(await dispatch.find(FIRST.toUpperCase())).toMatchObject({ mw: 5 });
    expect(setpointsMw(1)).toEqual([5]);
  });

  test("holds every tick that starts in its window, then 0 MW, and announces each change", async () => {
    const { dispatch, setpointsMw, history, telemetry } = dispatchFixture();
    await dispatch.dispatch({ ...request, durationS: 10 });
    expect(setpointsMw(2)).toEqual([5, 5]);
    expect(await dispatch.find(FIRST)).toMatchObject({ status: "active", endedAtMs: null });
    expect(setpointsMw(3)).toEqual([5, 0, 0]);
    expect(history()).toEqual([
      `0 ${FIRST} accepted`,
      `0 ${FIRST} active STARTED`,
      `12 ${FIRST} completed ENDED`,
    ]);
    // Ramped by 2 MW a tick: 2, 4 and 5 MW, held for 4 s each.
    const deliveredMwhr = ((2 + 4 + 5) * 4) / 3600;
    const found = await dispatch.find(FIRST);
    expect(found).toMatchObject({ status: "completed", reason: "ENDED", endedAtMs: at(12) });
    expect(found?.deliveredMwhr).toBeCloseTo(deliveredMwhr, 12);
    // The ramp out is counted for no dispatch.
    expect(telemetry.latest().energyOutMwhr[0]).toBeGreaterThan(deliveredMwhr);
    expect((await dispatch.eventsOf(FIRST)).map(({ to }) => to)).toEqual([
      "accepted",
      "active",
      "completed",
    ]);
    expect(openCount(dispatch)).toBe(0);
  });

  test("has what it delivered while it is under way", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    await dispatch.dispatch(request);
    setpointsMw(2);
    const [listed] = await dispatch.list({ limit: 1 });
    expect(listed?.dispatch.deliveredMwhr).toBeCloseTo(((2 + 4) * 4) / 3600, 12);
    expect(await dispatch.find(FIRST)).toEqual(listed?.dispatch);
  });

  test("waits for its start", async () => {
    const { dispatch, setpointsMw, history } = dispatchFixture();
    await dispatch.dispatch({ ...request, durationS: 4, startAtMs: at(7) });
    expect(setpointsMw(4)).toEqual([0, 0, 5, 0]);
    expect(history()[1]).toBe(`8 ${FIRST} active STARTED`);
  });

  test("is superseded by a later one", async () => {
    const { dispatch, setpointsMw, history } = dispatchFixture();
    await dispatch.dispatch(request);
    setpointsMw(1);
    await dispatch.dispatch({ ...request, mw: 7 });
    expect(setpointsMw(1)).toEqual([7]);
    expect(history().slice(2)).toEqual([
      "4 id-1000-2 accepted",
      `4 ${FIRST} superseded NEXT_DISPATCH`,
      "4 id-1000-2 active STARTED",
    ]);
    expect(await dispatch.find(FIRST)).toMatchObject({ status: "superseded" });
    expect(openCount(dispatch)).toBe(1);
  });

  test("is not acted on when it cannot be stored, and later ones are", async () => {
    const store = createMemoryDispatchStore(10);
    const adds = [() => Promise.reject(new Error("unavailable")), store.add];
    const broken: DispatchStore = {
      ...store,
      add: (...added) => (adds.shift() ?? store.add)(...added),
    };
    const { dispatch, setpointsMw } = dispatchFixture(broken);
    await expect(dispatch.dispatch(request)).rejects.toThrow("unavailable");
    expect(setpointsMw(1)).toEqual([0]);
    await dispatch.dispatch({ ...request, mw: 7 });
    expect(setpointsMw(1)).toEqual([7]);
  });

  test("of several at once is the one that came last", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    await Promise.all([5, 9, 7].map((mw) => dispatch.dispatch({ ...request, mw })));
    expect(setpointsMw(1)).toEqual([7]);
    const listed = await dispatch.list({ limit: 3 });
    expect(listed.map((it) => it.dispatch.mw)).toEqual([7, 9, 5]);
  });

  test("waits for earlier ones: the same energy is not promised twice", async () => {
    const { slow, keepNext } = slowStore();
    const { dispatch } = dispatchFixture(slow);
    // 18 MWh are stored: one such hour uses up nearly all.
    const hour = { ...request, mw: 16, durationS: 3600, startAtMs: at(60) };
    const both = [hour, { ...hour, startAtMs: at(4000) }].map(dispatch.dispatch);
    keepNext();
    await pause();
    keepNext();
    const [first, second] = await Promise.all(both);
    expect(first).toMatchObject({ accepted: true });
    expect(second).toMatchObject({ accepted: false, refusal: { code: "ENERGY_INSUFFICIENT" } });
  });

  test.each([
    ["ASSET_UNKNOWN", { assetId: SITE.id }, {}],
    [
      "POWER_OUT_OF_LIMITS",
      { mw: 30.1 },
      { requestedMw: 30.1, maxMw: 30, minMw: -30, limitedBy: "power" },
    ],
    [
      "POWER_OUT_OF_LIMITS",
      { mw: -31 },
      { message: "VALKEAKOSKI-1 cannot charge 31 MW: its limit is 30 MW" },
    ],
    ["DURATION_OUT_OF_RANGE", { durationS: 0 }, { field: "durationS" }],
    ["DURATION_OUT_OF_RANGE", { durationS: 1e9 }, { field: "durationS" }],
    ["MODE_CONTRADICTS_MW", { mw: -5, mode: "discharge" as const }, { field: "mode" }],
    [
      "ENERGY_INSUFFICIENT",
      { mw: 30, durationS: 3600 },
      { longestDurationS: 1984, highestMw: 16.55 },
    ],
  ])("is refused with %s for %o, and changes nothing", async (code, difference, refusal) => {
    const { dispatch, setpointsMw, announced } = dispatchFixture();
    const requested = { ...request, ...difference };
    if (requested.assetId === ASSET.id)
      expect(await dispatch.preview(requested)).toMatchObject({
        accepted: false,
        refusal: { code },
      });
    const result = await dispatch.dispatch(requested);
    expect(result).toMatchObject({ accepted: false, refusal: { code, ...refusal } });
    expect(dispatch.outcomes().get(code as "ASSET_UNKNOWN")).toBe(1);
    expect(setpointsMw(1)).toEqual([0]);
    expect(announced).toEqual([]);
    expect(await dispatch.list({ limit: 1 })).toEqual([]);
  });

  test.each([
    ["charge", 5, -5],
    ["charge", -5, -5],
    ["discharge", 5, 5],
  ] as const)("of older clients with mode %s and %d MW means %d MW", async (mode, mw, meantMw) => {
    const { dispatch } = dispatchFixture();
    expect(await dispatch.dispatch({ ...request, mode, mw })).toMatchObject({
      dispatch: { mw: meantMw },
    });
  });
});

describe("a preview", () => {
  test("is the decision, and changes nothing", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    const requested = { ...request, durationS: 60 };
    const preview = await dispatch.preview(requested);
    expect(preview).toMatchObject({ accepted: true, mw: 5, startMs: NOW_MS, endMs: at(60) });
    expect(setpointsMw(1)).toEqual([0]);
    expect(dispatch.outcomes().size).toBe(0);
  });

  test("of an unknown asset is refused", async () => {
    const { dispatch } = dispatchFixture();
    expect(await dispatch.preview({ ...request, assetId: SITE.id })).toMatchObject({
      accepted: false,
      refusal: { code: "ASSET_UNKNOWN" },
    });
  });
});

describe("a lease", () => {
  const leased = { ...request, validForS: 6 };

  test("that is not renewed is lost, and the asset falls back", async () => {
    const table = tableOf({ fallbackMw: -1 });
    const { dispatch, setpointsMw, history } = dispatchFixture(undefined, table);
    await dispatch.dispatch(leased);
    expect(setpointsMw(4)).toEqual([5, 5, -1, -1]);
    expect(history().at(-1)).toBe(`8 ${FIRST} expired LEASE_LOST`);
    expect(await dispatch.renew(FIRST)).toMatchObject({ refusal: { code: "DISPATCH_ENDED" } });
  });

  test("that is renewed continues", async () => {
    const { dispatch, setpointsMw, clock } = dispatchFixture();
    await dispatch.dispatch(leased);
    clock.advance(5_000);
    const renewed = await dispatch.renew(FIRST);
    expect(renewed).toMatchObject({ accepted: true, dispatch: { leaseUntilMs: at(11) } });
    expect(setpointsMw(3)).toEqual([5, 5, 0]);
    expect(await dispatch.find(FIRST)).toMatchObject({ status: "expired", leaseUntilMs: at(11) });
  });

  test("is there only where it was requested", async () => {
    const { dispatch } = dispatchFixture();
    await dispatch.dispatch(request);
    expect(await dispatch.renew(FIRST)).toMatchObject({ refusal: { code: "NO_LEASE" } });
    expect(await dispatch.renew(SITE.id)).toMatchObject({ refusal: { code: "DISPATCH_UNKNOWN" } });
  });
});

describe("a cancelled dispatch", () => {
  test("holds the tick under way, then nothing", async () => {
    const { dispatch, setpointsMw, clock, history } = dispatchFixture();
    await dispatch.dispatch({ ...request, durationS: 60 });
    setpointsMw(2);
    clock.advance(1_000);
    const cancelled = await dispatch.cancel(FIRST);
    expect(cancelled).toMatchObject({
      accepted: true,
      dispatch: { status: "cancelled", reason: "CANCELLED", endedAtMs: at(12) },
    });
    expect(setpointsMw(2)).toEqual([5, 0]);
    expect(history().at(-1)).toBe(`9 ${FIRST} cancelled CANCELLED`);
    const found = await dispatch.find(FIRST);
    expect(found?.deliveredMwhr).toBeCloseTo(((2 + 4 + 5) * 4) / 3600, 12);
  });

  test("is cancelled once", async () => {
    const { dispatch } = dispatchFixture();
    await dispatch.dispatch({ ...request, startAtMs: at(100) });
    const both = await Promise.all([dispatch.cancel(FIRST), dispatch.cancel(FIRST)]);
    expect(both).toMatchObject([{ accepted: true }, { refusal: { code: "DISPATCH_ENDED" } }]);
  });
});

describe("many at once", () => {
  test("are decided one by one, in their order", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    const results = await dispatch.dispatchMany([
      { ...request, mw: 31 },
      { ...request, mw: 3 },
      { ...request, mw: 4 },
    ]);
    expect(results.map(({ accepted }) => accepted)).toEqual([false, true, true]);
    expect(setpointsMw(1)).toEqual([4]);
  });

  test("do not take the same energy twice", async () => {
    const { dispatch } = dispatchFixture();
    const hour = { ...request, mw: 16, durationS: 3600 };
    const results = await dispatch.dispatchMany([
      { ...hour, startAtMs: at(60) },
      { ...hour, startAtMs: at(4000) },
    ]);
    expect(results.map(({ accepted }) => accepted)).toEqual([true, false]);
  });
});

describe("a dispatch of a site", () => {
  const ids = ["a", "b"].map((last) => ASSET.id.slice(0, -1) + last) as [string, string];
  const table = tableOf({ id: ids[0] }, { id: ids[1], maxMw: 10, minMw: -10 });
  const siteRequest = { siteId: SITE.id, mw: 20, durationS: null };

  test("is split over its assets", async () => {
    const { dispatch, setpointsMw } = dispatchFixture(undefined, table);
    const result = await dispatch.dispatchSite(siteRequest);
    expect(result).toMatchObject({ accepted: true, dispatches: [{ mw: 15 }, { mw: 5 }] });
    expect(setpointsMw(1)).toEqual([15]);
  });

  test("is refused whole, and an unknown site is", async () => {
    const { dispatch, setpointsMw } = dispatchFixture(undefined, table);
    const tooMuch = await dispatch.dispatchSite({ ...siteRequest, mw: 41 });
    expect(tooMuch).toMatchObject({ accepted: false });
    const unknown = await dispatch.dispatchSite({ ...siteRequest, siteId: ASSET.id });
    expect(unknown).toMatchObject({ refusal: { code: "SITE_UNKNOWN", field: "siteId" } });
    expect(setpointsMw(1)).toEqual([0]);
  });
});

describe("a schedule", () => {
  const intervals = [
    { fromMs: at(4), untilMs: at(12), mw: 5 },
    { fromMs: at(12), untilMs: at(20), mw: -5 },
    { fromMs: at(24), untilMs: at(28), mw: 2 },
  ];
  const schedule = { assetId: ASSET.id, intervals };

  test("is held without a dip between intervals that touch", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    const result = await dispatch.setSchedule(schedule);
    expect(result).toMatchObject({
      accepted: true,
      dispatches: [{ mw: 5 }, { mw: -5 }, { mw: 2 }],
    });
    expect(setpointsMw(8)).toEqual([0, 5, 5, -5, -5, 0, 2, 0]);
  });

  test("loses only the part that a dispatch takes", async () => {
    const { dispatch, setpointsMw, history } = dispatchFixture();
    await dispatch.setSchedule(schedule);
    await dispatch.dispatch({ ...request, mw: 9, durationS: 4, startAtMs: at(8) });
    expect(setpointsMw(8)).toEqual([0, 5, 9, -5, -5, 0, 2, 0]);
    expect(history().filter((line) => line.includes("superseded"))).toEqual([
      "8 id-1000-2 superseded NEWER_DISPATCH",
    ]);
  });

  test("is refused whole, with the first interval that fails", async () => {
    const { dispatch, setpointsMw } = dispatchFixture();
    const bad = [...intervals, { fromMs: at(40), untilMs: at(44), mw: 31 }];
    expect(await dispatch.setSchedule({ assetId: ASSET.id, intervals: bad })).toMatchObject({
      accepted: false,
      index: 3,
      refusal: { code: "POWER_OUT_OF_LIMITS" },
    });
    expect(setpointsMw(3)).toEqual([0, 0, 0]);
  });

  test("replaces the one before, and an empty one removes it", async () => {
    const { dispatch, setpointsMw, history } = dispatchFixture();
    await dispatch.setSchedule(schedule);
    await dispatch.setSchedule({ assetId: ASSET.id, intervals: intervals.slice(2) });
    expect(setpointsMw(3)).toEqual([0, 0, 0]);
    const superseded = history().filter((line) => line.endsWith("superseded NEWER_SCHEDULE"));
    expect(superseded).toHaveLength(3);
    await dispatch.setSchedule({ assetId: ASSET.id, intervals: [] });
    expect(setpointsMw(5)).toEqual([0, 0, 0, 0, 0]);
    expect(history().at(-1)).toMatch(/cancelled CANCELLED$/);
    expect(openCount(dispatch)).toBe(0);
  });
});
