// Dispatches of a fleet whose table changes between two ticks.

import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import { done } from "../../../src/domain/base/steps.ts";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import type { Asset } from "../../../src/domain/fleet/asset.ts";
import type { FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { DispatchChange, DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { NO_TRACING } from "../../../src/domain/ports/tracing.ts";
import { telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { createDispatchBatch } from "../../../src/services/dispatch/batch.ts";
import { createEventLog } from "../../../src/services/dispatch/events.ts";
import { createAssetPlans } from "../../../src/services/dispatch/plans.ts";
import { createSlices } from "../../../src/services/dispatch/slices.ts";
import { createDispatchTraces } from "../../../src/services/dispatch/traces.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import type { StateOf } from "../../../src/simulator/state.ts";
import { noAudit } from "../../support/audit.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { dispatchOf } from "../../support/dispatches.ts";
import fc from "../../support/fast-check.ts";
import { TESTER } from "../../support/kernel-under-test.ts";
import { openCount } from "../../support/open-count.ts";
import { DT_S, tableOf } from "../../support/tick-tables.ts";

const START = 1_000;
const at = (s: number) => START * DT_S * 1000 + s * 1000;
const [A, B, C] = [bigAssetId(1), bigAssetId(2), bigAssetId(3)];
const only = (...ids: string[]) => tableOf(...ids.map((id) => ({ id })));
const TICK_MWHR = DT_S / 3600;

const WORK_TURNS = { next: () => Promise.resolve() };
const SLICES = createSlices(createManualClock(0), WORK_TURNS);

/** The plans of a fleet that ticks by hand. */
function plansFixture(table: FleetTable) {
  const simulator = createSimulator(table, DT_S, START);
  const sent: DispatchChange[] = [];
  const store: DispatchStore = {
    ...createMemoryDispatchStore(1_000),
    record: async (changes) => void sent.push(...changes),
  };
  const events = createEventLog(store, 1_000);
  /** As the telemetry shows it: replaced once the plans have the table. */
  let latest = simulator.latest();
  const plans = createAssetPlans(simulator, () => latest, events, SLICES);
  const announced: { readonly assetId: string; readonly text: string }[] = [];
  events.follow(({ dispatch, atMs, to, reason }) => {
    const text = [(atMs - at(0)) / 1000, dispatch.id, to, reason ?? ""].join(" ").trimEnd();
    announced.push({ assetId: dispatch.assetId, text });
  });
  const nowMs = () => latest.timestampMs;

  /** Runs a tick whose end the plans have not reached yet. */
  function runFrame(): void {
    latest = simulator.tick(latest.tick + 1);
  }
  function tick(): void {
    runFrame();
    plans.bringTo(nowMs());
  }
  /** Has an asset hold a power from now on, until the next. */
  function hold(assetId: string, mw: number, id: string, difference: Partial<Dispatch> = {}) {
    const startMs = nowMs();
    const dispatch = dispatchOf({
      id,
      assetId,
      mw,
      startMs,
      submittedAtMs: startMs,
      ...difference,
    });
    void plans.add([{ accepted: true, dispatches: [dispatch], scheduleOf: null }], nowMs());
    return sent.splice(0);
  }
  function replaceTable(next: FleetTable, stateOf?: StateOf) {
    const { state } = simulator.replaceTable(next, stateOf);
    sent.length = 0;
    plans.replaceTable(next, nowMs());
    latest = state;
    return sent.splice(0);
  }
  const sampleOf = (assetId: string) =>
    telemetryAt(latest, latest.table.indexOf(assetId) as number);
  const history = () => announced.map(({ text }) => text);
  return {
    simulator,
    plans,
    announced,
    history,
    runFrame,
    tick,
    hold,
    replaceTable,
    sampleOf,
    nowMs,
  };
}

const recordOf = () => noAudit.done(TESTER, { action: "dispatch.cancel", target: "dispatch:1" });

describe("the dispatches of an asset that is retired", () => {
  test("fail with RETIRED, waiting ones too, with what they delivered; others continue", () => {
    const { hold, tick, replaceTable, history, plans, sampleOf } = plansFixture(only(A, B, C));
    hold(A, 1, "gone");
    hold(A, 2, "never", { startMs: at(60), endMs: at(64) });
    hold(B, 2, "stays");
    tick();
    tick();
    const changes = replaceTable(only(B, C));
    expect(changes.map(({ id, progress }) => [id, progress.status, progress.reason])).toEqual([
      ["gone", "failed", "RETIRED"],
      ["never", "failed", "RETIRED"],
    ]);
    expect(changes[0]?.progress).toMatchObject({ heldFromMwhr: null, endedAtMs: at(8) });
    expect(changes[0]?.progress.deliveredMwhr).toBeCloseTo(2 * TICK_MWHR, 12);
    expect(history().slice(-2)).toEqual(["8 gone failed RETIRED", "8 never failed RETIRED"]);
    expect(openCount(plans)).toBe(1);
    expect(plans.find("gone")).toBeUndefined();
    tick();
    expect(sampleOf(B)).toMatchObject({ setpointMw: 2, currentMw: 2 });
    expect(plans.find("stays")?.deliveredMwhr).toBeCloseTo(3 * 2 * TICK_MWHR, 12);
  });

  test("that had ended and held the tick under way get what they delivered", () => {
    const { hold, runFrame, replaceTable, plans, nowMs } = plansFixture(only(A, B));
    hold(A, 1, "over");
    void plans.cancel("over", nowMs() + 1, recordOf);
    runFrame();
    const changes = replaceTable(only(B));
    expect(changes).toMatchObject([{ id: "over", event: null, progress: { status: "cancelled" } }]);
    expect(changes[0]?.progress.deliveredMwhr).toBeCloseTo(TICK_MWHR, 12);
    expect(plans.find("over")).toBeUndefined();
  });

  test("that are accepted just then are stored as failed", () => {
    const { hold, tick, replaceTable, history, plans } = plansFixture(only(A, B));
    replaceTable(only(B));
    const changes = hold(A, 1, "late");
    expect(changes.map(({ progress }) => progress.status)).toEqual(["accepted", "failed"]);
    expect(history()).toEqual(["0 late accepted", "0 late failed RETIRED"]);
    expect(openCount(plans)).toBe(0);
    tick();
  });
});

describe("the dispatches of an asset that stays", () => {
  test("begin and end in time at its new position", () => {
    const { hold, tick, replaceTable, history, sampleOf } = plansFixture(only(B));
    hold(B, 2, "later", { startMs: at(8), endMs: at(16) });
    tick();
    replaceTable(only(A, B));
    tick();
    replaceTable(only(A, B, C));
    const setpointsMw = Array.from({ length: 3 }, () => {
      tick();
      return [A, B, C].map((id) => sampleOf(id).setpointMw);
    });
    expect(setpointsMw).toEqual([
      [0, 2, 0],
      [0, 2, 0],
      [0, 0, 0],
    ]);
    expect(history()).toEqual([
      "0 later accepted",
      "8 later active STARTED",
      "16 later completed ENDED",
    ]);
  });

  test("are known with what they delivered, and decided on, before the next tick too", () => {
    const { hold, tick, replaceTable, plans } = plansFixture(only(B));
    hold(B, 2, "holds");
    tick();
    const { socMwhr } = plans.stateOf(0);
    replaceTable(tableOf({ id: A, initialSocPct: 10 }, { id: B, capacityMwhr: 10 }));
    expect(plans.find("holds")?.deliveredMwhr).toBeCloseTo(2 * TICK_MWHR, 12);
    expect(plans.stateOf(0)).toMatchObject({ asset: { id: A }, socMwhr: 3.6, currentMw: 0 });
    expect(socMwhr).toBeGreaterThan(10);
    expect(plans.stateOf(1)).toMatchObject({ asset: { id: B }, socMwhr: 10, currentMw: 2 });
    expect(plans.planOf(B).inForceId).toBe("holds");
  });

  test("are cut to a smaller rating with the next tick, stay open, and telemetry shows it", () => {
    const { hold, tick, replaceTable, plans, sampleOf } = plansFixture(only(A));
    hold(A, 2, "holds");
    tick();
    expect(replaceTable(tableOf({ id: A, maxMw: 1 }))).toEqual([]);
    tick();
    expect(sampleOf(A)).toMatchObject({ setpointMw: 2, currentMw: 1, limitedBy: "power" });
    expect(plans.find("holds")).toMatchObject({ status: "active", mw: 2 });
    expect(plans.find("holds")?.deliveredMwhr).toBeCloseTo(3 * TICK_MWHR, 12);
  });

  test("fall back to the fallback as it is now", () => {
    const { hold, tick, replaceTable, history, sampleOf } = plansFixture(
      tableOf({ id: A, fallbackMw: -1 }),
    );
    hold(A, 2, "leased", { validForS: 6, leaseUntilMs: at(6) });
    tick();
    replaceTable(tableOf({ id: A, fallbackMw: -2 }));
    tick();
    tick();
    expect(sampleOf(A).setpointMw).toBe(-2);
    expect(history().at(-1)).toBe("8 leased expired LEASE_LOST");
  });
});

test("an asset that comes back holds nothing", () => {
  const { replaceTable, tick, sampleOf, hold } = plansFixture(only(B));
  const left = { socMwhr: 9, currentMw: 1, setpointMw: 5, energyInMwhr: 1, energyOutMwhr: 2 };
  replaceTable(only(A, B), () => left);
  tick();
  expect(sampleOf(A)).toMatchObject({ setpointMw: 0, currentMw: 0, energyOutMwhr: 2 });
  hold(A, 1, "anew");
  tick();
  expect(sampleOf(A).setpointMw).toBe(1);
});

test("what was decided before the table changed, and is stored after it, is added to its own asset", async () => {
  const { plans, simulator, tick, replaceTable, sampleOf, nowMs } = plansFixture(only(B));
  const store = createMemoryDispatchStore(10);
  let keep = () => {};
  const slow: DispatchStore = {
    ...store,
    async add(...added) {
      await new Promise<void>((resolve) => {
        keep = resolve;
      });
      await store.add(...added);
    },
  };
  const clock = createManualClock(nowMs());
  const table = () => simulator.table;
  const newId = () => "";
  const slices = createSlices(clock, WORK_TURNS);
  const deps = {
    plans,
    store: slow,
    clock,
    workTurns: WORK_TURNS,
    slices,
    table,
    runDue() {},
    newId,
    traces: createDispatchTraces(NO_TRACING),
  };
  const batch = createDispatchBatch({ ...deps, presentMs: clock.nowMs, onDemoEnding() {} });
  const dispatch = dispatchOf({ id: "mine", assetId: B, mw: 1, startMs: at(0) });
  const accepted = { accepted: true, dispatches: [dispatch], scheduleOf: null } as const;
  const decided = { ...accepted, withWindows: () => done([dispatch]) };
  const ofB = { assetIds: [B], isStop: false };
  const answer = batch.submit({ ...ofB, decide: () => decided });
  const forecast: string[] = [];
  void batch.submit({
    ...ofB,
    decide({ stateOf }) {
      forecast.push(...stateOf(0).plan.waiting.map(({ id }) => id));
      return { ...decided, dispatches: [], withWindows: () => done([]) };
    },
  });
  await new Promise((resolve) => setImmediate(resolve));
  replaceTable(only(A, B));
  keep();
  expect(await answer).toEqual(accepted);
  expect(forecast).toEqual(["mine"]);
  expect(simulator.table.assets[0]?.id).toBe(A);
  tick();
  expect([A, B].map((id) => sampleOf(id).setpointMw)).toEqual([0, 1]);
});

// What follows compares whole runs, in which a fleet changes as it runs.
const KEPT = [3, 6];
const COME = [1, 4, 5, 8];
const anyStep = fc.record({
  requests: fc.array(
    fc.record({
      n: fc.constantFrom(...KEPT, ...COME),
      mw: fc.integer({ min: -30, max: 30 }),
      startInS: fc.constantFrom(0, 3, 9),
      lastsS: fc.constantFrom(null, 4, 12),
      validForS: fc.constantFrom(null, 6),
      kind: fc.constantFrom("dispatch" as const, "dispatch" as const, "cancel" as const),
    }),
    { maxLength: 3 },
  ),
  there: fc.option(fc.subarray(COME)),
  maxMw: fc.constantFrom(30, 10),
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

function runSteps(steps: readonly Step[], changing: boolean) {
  const fleet = (there: readonly number[], maxMw: number) =>
    tableOf(
      ...KEPT.map((n): Partial<Asset> => ({ id: bigAssetId(n), fallbackMw: 1 })),
      ...there.map((n): Partial<Asset> => ({ id: bigAssetId(n), maxMw })),
    );
  const fixture = plansFixture(fleet([], 30));
  const samples: unknown[] = [];
  let ended = 0;
  for (const [n, { requests, there, maxMw }] of steps.entries()) {
    for (const [m, { n: number, mw, startInS, lastsS, validForS, kind }] of requests.entries()) {
      const [assetId, id] = [bigAssetId(number), `${n}-${m}`];
      if (fixture.simulator.table.indexOf(assetId) === undefined) continue;
      if (kind === "cancel") {
        const open = fixture.plans.find(`${n - 1}-${m}`);
        if (open?.assetId === assetId && (open.status === "accepted" || open.status === "active"))
          void fixture.plans.cancel(open.id, fixture.nowMs(), recordOf);
        continue;
      }
      const startMs = fixture.nowMs() + startInS * 1000;
      const endMs = lastsS === null ? null : startMs + lastsS * 1000;
      const leaseUntilMs = validForS === null ? null : startMs + validForS * 1000;
      fixture.hold(assetId, mw, id, { startMs, endMs, validForS, leaseUntilMs });
    }
    if (changing && there !== null) ended += fixture.replaceTable(fleet(there, maxMw)).length;
    fixture.tick();
    samples.push(
      KEPT.map((number) => ({ ...fixture.sampleOf(bigAssetId(number)), site: undefined })),
    );
  }
  const isKept = (assetId: string) => KEPT.some((number) => bigAssetId(number) === assetId);
  const histories = fixture.announced.filter((it) => isKept(it.assetId)).map(({ text }) => text);
  const ids = [...new Set(fixture.announced.map(({ text }) => text.split(" ")[1] as string))];
  const left = ids.flatMap((id) => fixture.plans.find(id) ?? []);
  const delivered = left
    .filter((it) => isKept(it.assetId))
    .map(({ id, status, deliveredMwhr }) => [id, status, deliveredMwhr]);
  const strays = left.filter((it) => fixture.simulator.table.assetOf(it.assetId) === undefined);
  return { samples, histories, delivered, strays, ended };
}

test("assets that stay have the same history, whatever assets come and go beside them", () => {
  let [ended, announced] = [0, 0];
  const property = fc.property(fc.array(anyStep, { minLength: 10, maxLength: 14 }), (steps) => {
    const { ended: endedNow, strays, ...changed } = runSteps(steps, true);
    const { samples, histories, delivered } = runSteps(steps, false);
    expect(changed).toEqual({ samples, histories, delivered });
    expect(strays).toEqual([]);
    ended += endedNow;
    announced += histories.length;
  });
  fc.assert(property, { numRuns: 100 });
  expect(ended).toBeGreaterThan(50);
  expect(announced).toBeGreaterThan(500);
});
