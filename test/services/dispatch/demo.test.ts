import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import type { FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { dispatchOf } from "../../support/dispatches.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { ASSET, DT_S, tableOf } from "../../support/tick-tables.ts";

const OTHER_ID = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
const HOUR_TICKS = 3600 / DT_S;
const untilIdle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A fleet of two batteries, some ticks after its start. */
async function started({
  mayRunDemo = true,
  ticks = 3,
  store = createMemoryDispatchStore(1_000),
  table = tableOf({}, { id: OTHER_ID, name: "VALKEAKOSKI-2" }),
}: {
  readonly table?: FleetTable;
  readonly mayRunDemo?: boolean;
  readonly ticks?: number;
  readonly store?: DispatchStore;
} = {}) {
  const kernel = kernelUnderTest({ table, mayRunDemo, stores: { dispatches: store } });
  await kernel.restore();
  kernel.start();
  const tick = async (count = 1) => {
    for (let n = 0; n < count; n++) kernel.clock.advance(DT_S * 1000);
    await untilIdle();
  };
  for (let n = 0; n < ticks; n++) await tick();
  const listed = async (assetId = ASSET.id) =>
    (await kernel.dispatch.list({ assetIds: [assetId], limit: 1000 })).map((it) => it.dispatch);
  const powersMw = () => [...kernel.telemetry.latest().currentMw];
  return { ...kernel, tick, listed, powersMw, store };
}

const request = { assetId: ASSET.id, mw: 5, durationS: 600 };

describe("the demo", () => {
  test("moves every asset soon after the start, by schedules with the reason DEMO", async () => {
    const { dispatch, listed, powersMw } = await started();
    expect(dispatch.demo.isOn()).toBe(true);
    expect(powersMw().every((mw) => mw !== 0)).toBe(true);
    const dispatches = await listed();
    expect(dispatches.length).toBeGreaterThan(5);
    for (const it of dispatches)
      expect(it).toMatchObject({ reason: "DEMO", onShortfall: "curtail", shortfall: null });
    const active = dispatches.filter(({ status }) => status === "active");
    expect(active).toHaveLength(1);
    const events = await dispatch.eventsOf(active[0]?.id ?? "");
    expect(events.map(({ to, reason }) => [to, reason])).toEqual([
      ["accepted", "DEMO"],
      ["active", "STARTED"],
    ]);
  });

  test("is not there where it may not run, or where something was dispatched before", async () => {
    const none = await started({ mayRunDemo: false });
    expect(none.dispatch.demo.isOn()).toBe(false);
    expect(await none.listed()).toEqual([]);
    await none.dispatch.dispatch(request);
    const after = await started({ store: none.store });
    expect(after.dispatch.demo.isOn()).toBe(false);
  });

  test("lasts for days, and its assets deliver what they are to", async () => {
    const { dispatch, tick, listed } = await started();
    for (let hour = 0; hour < 50; hour++) await tick(HOUR_TICKS);
    const dispatches = await listed();
    const open = dispatches.filter(({ endedAtMs }) => endedAtMs === null);
    expect(open.length).toBeGreaterThan(3);
    expect(dispatches.filter(({ shortfall }) => shortfall !== null)).toEqual([]);
    const reasons = new Set(dispatches.map(({ reason }) => reason));
    expect(reasons).toEqual(new Set(["DEMO", "ENDED", "NEWER_SCHEDULE"]));
    expect(dispatch.openCounts().get("active")).toBe(2);
  }, 60_000);

  test.each([
    ["a dispatch", "dispatch"],
    ["a stop", "stop"],
    ["a schedule", "schedule"],
    ["the removal of a schedule", "removal"],
    ["a dispatch of a site", "site"],
  ])("ends for all assets with %s", async (_, kind) => {
    const { dispatch, tick, listed } = await started();
    const startMs = 1_000 * DT_S * 1000 + 3_600_000;
    const interval = { fromMs: startMs, untilMs: startMs + 900_000, mw: 1 };
    const requests = {
      dispatch: () => dispatch.dispatch(request),
      stop: () => dispatch.dispatch({ ...request, mw: 0, durationS: null }),
      schedule: () => dispatch.setSchedule({ assetId: ASSET.id, intervals: [interval] }),
      removal: () => dispatch.setSchedule({ assetId: ASSET.id, intervals: [] }),
      site: () => dispatch.dispatchSite({ siteId: ASSET.siteId, mw: 2, durationS: 600 }),
    };
    expect(await requests[kind as keyof typeof requests]()).toMatchObject({ accepted: true });
    expect(dispatch.demo.isOn()).toBe(false);
    for (const id of [ASSET.id, OTHER_ID]) {
      const dispatches = await listed(id);
      expect(dispatches.filter(({ reason }) => reason === "DEMO")).toEqual([]);
      expect(dispatches.filter(({ reason }) => reason === "DEMO_ENDED").length).toBeGreaterThan(
        id === OTHER_ID ? 5 : -1,
      );
    }
    for (let hour = 0; hour < 13; hour++) await tick(HOUR_TICKS);
    expect(dispatch.demo.isOn()).toBe(false);
    expect(dispatch.openCounts().get("active")).toBe(kind === "stop" ? 1 : 0);
  });

  test("is left aside where a client's request is decided", async () => {
    // By the demo it would be nearly empty then.
    const startAtMs = 21 * HOUR_TICKS * DT_S * 1000;
    const longest = { ...request, mw: 16, durationS: 3600, startAtMs };
    const [demo, plain] = [await started(), await started({ mayRunDemo: false })];
    const accepted = { accepted: true } as const;
    expect(await plain.dispatch.preview(longest)).toMatchObject(accepted);
    expect(await demo.dispatch.preview(longest)).toMatchObject(accepted);
    expect(await demo.dispatch.dispatch(longest)).toMatchObject(accepted);
  });

  test("continues after a refusal, a preview and a forecast", async () => {
    const { dispatch, clock } = await started();
    expect(await dispatch.dispatch({ ...request, mw: 80 })).toMatchObject({ accepted: false });
    expect(await dispatch.preview(request)).toMatchObject({ accepted: true });
    const untilMs = clock.nowMs() + 3_600_000;
    const foreseen = await dispatch.forecast(ASSET.id, { untilMs });
    expect(foreseen).not.toHaveProperty("code");
    await dispatch.forecast(ASSET.id, { untilMs }, [request]);
    expect(dispatch.demo.isOn()).toBe(true);
    expect(dispatch.openCounts().get("active")).toBe(2);
  });

  test("ends with a press, and leaves the assets at rest", async () => {
    const { dispatch, tick, powersMw } = await started({ ticks: 20 });
    await dispatch.demo.end();
    expect(dispatch.demo.isOn()).toBe(false);
    expect(dispatch.openCounts()).toEqual(
      new Map([
        ["accepted", 0],
        ["active", 0],
      ]),
    );
    await tick(20);
    expect(powersMw()).toEqual([0, 0]);
  });

  test("is over, too, where a request comes before its first schedules are stored", async () => {
    const memory = createMemoryDispatchStore(1_000);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const add: DispatchStore["add"] = async (dispatches, requests) => {
      if (dispatches[0]?.reason === "DEMO") await held;
      return memory.add(dispatches, requests);
    };
    // The last one has no part in the demo: its stop is committed beside what is being stored.
    const ids = Array.from({ length: 101 }, (_, n) => `${ASSET.id.slice(0, -3)}${100 + n}`);
    const table = tableOf(...ids.map((id) => ({ id, name: id })));
    const { dispatch } = await started({ store: { ...memory, add }, table, ticks: 1 });
    await dispatch.dispatch({ ...request, assetId: ids[100] as string, mw: 0 });
    release();
    await untilIdle();
    expect(dispatch.demo.isOn()).toBe(false);
    expect([...dispatch.openCounts().values()]).toEqual([0, 1]);
  });

  test("is over after a crash between the first dispatch and the end of the demo", async () => {
    const memory = createMemoryDispatchStore(1_000);
    const times = { startMs: 0, endMs: 9e12, status: "active" } as const;
    const dispatches = [
      dispatchOf({ ...times, id: "demo", assetId: OTHER_ID, scheduleId: "s", reason: "DEMO" }),
      dispatchOf({ ...times, id: "own", assetId: ASSET.id, reason: "STARTED" }),
    ];
    await memory.add(dispatches, []);
    const left = { dispatches, unannouncedIds: [], expiredAssetIds: [], lastEventNumber: 2 };
    const { dispatch } = await started({ store: { ...memory, open: async () => left } });
    expect(dispatch.demo.isOn()).toBe(false);
    expect(await dispatch.find("demo")).toMatchObject({
      status: "cancelled",
      reason: "DEMO_ENDED",
    });
    expect(await dispatch.find("own")).toMatchObject({ status: "active" });
  });
});
