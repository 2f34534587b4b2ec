import { describe, expect, test } from "vitest";
import { createManualClock } from "../../src/adapters/memory/clock.ts";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import { telemetryAt } from "../../src/domain/frame.ts";
import type { DispatchStore } from "../../src/domain/ports/dispatch-store.ts";
import { createDispatch } from "../../src/services/dispatch.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { ASSET, DT_S, SITE, tableOf } from "../tick-tables.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const NOW_MS = 1_000 * DT_S * 1000;

function house(store: DispatchStore = createMemoryDispatchStore(10)) {
  const simulator = createSimulator(tableOf({}), DT_S, 1_000);
  const clock = createManualClock(NOW_MS);
  let ids = 0;
  const chance = { newId: () => `id-${++ids}` };
  const dispatch = createDispatch({ gateway: simulator, store, clock, chance, log: silent });
  return {
    simulator,
    dispatch,
    setpointMw: () => telemetryAt(simulator.tick(1_001), 0).setpointMw,
  };
}
const request = { assetId: ASSET.id, mw: 5, durationS: null };

describe("a dispatch", () => {
  test("is accepted, stored and in force from the next tick", async () => {
    const { dispatch, setpointMw } = house();
    const result = await dispatch.dispatch({ ...request, durationS: 60 });
    expect(result).toEqual({
      accepted: true,
      dispatch: {
        id: "id-1",
        assetId: ASSET.id,
        mw: 5,
        durationS: 60,
        status: "accepted",
        reason: null,
        submittedAtMs: NOW_MS,
      },
    });
    expect(await dispatch.find("id-1")).toMatchObject({ mw: 5 });
    expect(setpointMw()).toBe(5);
  });

  test("is not acted on when it cannot be stored", async () => {
    const broken: DispatchStore = {
      add: () => Promise.reject(new Error("away")),
      find: async () => undefined,
      list: async () => [],
    };
    const { dispatch, setpointMw } = house(broken);
    await expect(dispatch.dispatch(request)).rejects.toThrow("away");
    expect(setpointMw()).toBe(0);
  });

  test("of several at once is the one that the store has last, whichever it answers first", async () => {
    const answers: (() => void)[] = [];
    const slow: DispatchStore = {
      ...createMemoryDispatchStore(10),
      add: () =>
        new Promise((resolve) => {
          const position = answers.length + 1;
          answers.push(() => resolve(position));
        }),
    };
    const { dispatch, setpointMw } = house(slow);
    const both = [5, 7].map((mw) => dispatch.dispatch({ ...request, mw }));
    for (const answer of answers.reverse()) answer();
    await Promise.all(both);
    expect(setpointMw()).toBe(7);
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
  ])("is refused with %s for %o, and changes nothing", async (code, difference, refusal) => {
    const { dispatch, setpointMw } = house();
    const result = await dispatch.dispatch({ ...request, ...difference });
    expect(result).toMatchObject({ accepted: false, refusal: { code, ...refusal } });
    expect(dispatch.outcomes().get(code as "ASSET_UNKNOWN")).toBe(1);
    expect(setpointMw()).toBe(0);
  });

  test.each([
    ["charge", 5, -5],
    ["charge", -5, -5],
    ["discharge", 5, 5],
  ] as const)("of older clients with mode %s and %d MW means %d MW", async (mode, mw, meantMw) => {
    const { dispatch } = house();
    expect(await dispatch.dispatch({ ...request, mode, mw })).toMatchObject({
      dispatch: { mw: meantMw },
    });
  });
});
