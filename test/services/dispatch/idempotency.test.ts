import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { openCount } from "../../support/open-count.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

const request = { assetId: ASSET.id, mw: 5, durationS: 60, requestId: "order 1" };
const schedule = {
  assetId: ASSET.id,
  intervals: [
    { fromMs: NOW_MS + 4000, untilMs: NOW_MS + 8000, mw: 1 },
    { fromMs: NOW_MS + 8000, untilMs: NOW_MS + 9000, mw: 2 },
  ],
  requestId: "plan 1",
};

/** The application that accepted the first request, and one that reads it from the store alone. */
const fixtures = () => {
  const store = createMemoryDispatchStore(100);
  return [dispatchFixture(store), dispatchFixture(store)] as const;
};

describe.each([
  ["in memory", 0],
  ["in the store", 1],
] as const)("a request that was named, known %s", (_, later) => {
  test("gets its first answer again, whatever became of it", async () => {
    const both = fixtures();
    const first = await both[0].dispatch.dispatch(request);
    both[0].setpointsMw(20);
    expect(await both[later].dispatch.dispatch(request)).toEqual(first);
    expect(await both[0].store.list({ limit: 5 })).toHaveLength(1);
  });

  test("of another content is refused, and the first one still answers", async () => {
    const both = fixtures();
    const first = await both[0].dispatch.dispatch(request);
    expect(await both[later].dispatch.dispatch({ ...request, mw: 6 })).toMatchObject({
      accepted: false,
      refusal: { code: "REQUEST_ID_REUSED", field: "requestId" },
    });
    expect(await both[later].dispatch.dispatch(request)).toEqual(first);
  });

  test("is one of its kind: a schedule and a site may not repeat a dispatch", async () => {
    const both = fixtures();
    await both[0].dispatch.dispatch(request);
    const { dispatch } = both[later];
    const { mw, durationS, requestId } = request;
    const site = { siteId: SITE.id, mw, durationS, requestId };
    const answers = [
      await dispatch.setSchedule({ ...schedule, requestId }),
      await dispatch.dispatchSite(site),
    ];
    const refused = { accepted: false, refusal: { code: "REQUEST_ID_REUSED" } };
    expect(answers).toMatchObject([refused, refused]);
  });

  test("of a schedule gets all of its intervals", async () => {
    const both = fixtures();
    const first = await both[0].dispatch.setSchedule(schedule);
    expect(await both[later].dispatch.setSchedule(schedule)).toEqual(first);
    expect(first).toMatchObject({ dispatches: [{ mw: 1 }, { mw: 2 }] });
  });

  test("of a schedule of which a part was over has the count of that part", async () => {
    const both = fixtures();
    const over = { fromMs: NOW_MS - 8000, untilMs: NOW_MS, mw: 3 };
    const named = { ...schedule, intervals: [over, ...schedule.intervals] };
    const first = await both[0].dispatch.setSchedule(named);
    expect(first).toMatchObject({ pastCount: 1, dispatches: [{ mw: 1 }, { mw: 2 }] });
    expect(await both[later].dispatch.setSchedule(named)).toEqual(first);
  });
});

test("requests of one name at once are one request", async () => {
  const { dispatch, store } = dispatchFixture();
  const [first, ...others] = await Promise.all([
    ...[request, request].map(dispatch.dispatch),
    dispatch.dispatchMany([request, request]),
  ]);
  expect(others).toEqual([first, [first, first]]);
  expect(await store.list({ limit: 5 })).toHaveLength(1);
});

test("a refusal is repeated too", async () => {
  const { dispatch } = dispatchFixture();
  const tooMuch = { ...request, mw: 31 };
  const first = await dispatch.dispatch(tooMuch);
  expect(await dispatch.dispatch(tooMuch)).toEqual(first);
  expect(dispatch.outcomes().get("POWER_OUT_OF_LIMITS")).toBe(1);
});

test("a request that failed may be tried again under its name", async () => {
  const store = createMemoryDispatchStore(10);
  const adds = [() => Promise.reject(new Error("unavailable")), store.add];
  const broken: DispatchStore = {
    ...store,
    add: (...added) => (adds.shift() ?? store.add)(...added),
  };
  const { dispatch } = dispatchFixture(broken);
  await expect(dispatch.dispatch(request)).rejects.toThrow("unavailable");
  expect(await dispatch.dispatch(request)).toMatchObject({ accepted: true });
});

describe.each([
  ["in memory", 0],
  ["in the store", 1],
] as const)("a named request that made no dispatch, known %s", (_, later) => {
  const none = { assetId: ASSET.id, intervals: [], requestId: "remove it" };

  test("gets its first answer again, and removes no later schedule", async () => {
    const both = fixtures();
    const first = await both[0].dispatch.setSchedule(none);
    expect(first).toMatchObject({ accepted: true, dispatches: [] });
    const { dispatch } = both[later];
    await dispatch.setSchedule(schedule);
    expect(await dispatch.setSchedule(none)).toEqual(first);
    expect(openCount(dispatch)).toBe(2);
    const other = { ...schedule, requestId: none.requestId };
    expect(await dispatch.setSchedule(other)).toMatchObject({
      accepted: false,
      refusal: { code: "REQUEST_ID_REUSED" },
    });
    expect(openCount(dispatch)).toBe(2);
  });

  test("of a site at which nothing runs is the same", async () => {
    const store = createMemoryDispatchStore(100);
    const empty = { ...SITE, id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c09" };
    const table = createFleetTable([SITE, empty], [ASSET]);
    const both = [dispatchFixture(store, table), dispatchFixture(store, table)] as const;
    const stop = { siteId: empty.id, mw: 0, durationS: null, requestId: "stop" };
    const first = await both[0].dispatch.dispatchSite(stop);
    expect(first).toEqual({ accepted: true, dispatches: [] });
    expect(await both[later].dispatch.dispatchSite({ ...stop, siteId: SITE.id })).toMatchObject({
      refusal: { code: "REQUEST_ID_REUSED" },
    });
    expect(await both[later].dispatch.dispatchSite(stop)).toEqual(first);
  });
});
