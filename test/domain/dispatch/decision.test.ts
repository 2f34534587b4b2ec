import { describe, expect, test } from "vitest";
import { LIMIT } from "../../../src/domain/battery/limit.ts";
import { aimedMw, batteryLimits, stepBattery } from "../../../src/domain/battery/linear/law.ts";
import {
  advance,
  makePlan,
  type OpenDispatch,
  type Plan,
  withDispatches,
} from "../../../src/domain/dispatch/asset-plan.ts";
import { replaceSchedule } from "../../../src/domain/dispatch/asset-plan-changes.ts";
import type { AssetState } from "../../../src/domain/dispatch/asset-state.ts";
import { START_HORIZON_S } from "../../../src/domain/dispatch/decision.ts";
import type { DispatchRequest } from "../../../src/domain/dispatch/request.ts";
import type { decideSchedule } from "../../../src/domain/dispatch/schedule-decision.ts";
import { wholeDispatchDecision, wholeScheduleDecision } from "../../support/decide.ts";
import fc from "../../support/fast-check.ts";
import { anyState } from "../../support/random-asset.ts";
import { ASSET, DT_S, LINEAR } from "../../support/tick-tables.ts";

const TICK = 1000;
const NOW_MS = TICK * DT_S * 1000;
const HALF: AssetState = {
  asset: ASSET,
  ...LINEAR,
  plan: makePlan([]),
  socMwhr: 18,
  currentMw: 0,
  tick: TICK,
  dtS: DT_S,
};
const call = (state: AssetState, request: Partial<DispatchRequest>, nowMs = NOW_MS) =>
  wholeDispatchDecision(state, { assetId: ASSET.id, mw: 30, durationS: null, ...request }, nowMs);
const refusalOf = (decision: ReturnType<typeof call>) =>
  decision.accepted ? undefined : decision.refusal;
const promise = (id: string, mw: number, fromS: number, untilS: number): OpenDispatch => ({
  id,
  scheduleId: null,
  mw,
  startMs: NOW_MS + fromS * 1000,
  endMs: NOW_MS + untilS * 1000,
  validForS: null,
  leaseUntilMs: null,
  onShortfall: "refuse",
  status: "accepted",
});

describe("the energy check", () => {
  test("refuses 30 MW for an hour: 1984 s would fit, or 16.55 MW", () => {
    const decision = call(HALF, { durationS: 3600 });
    expect(refusalOf(decision)).toMatchObject({
      code: "ENERGY_INSUFFICIENT",
      field: "durationS",
      requestedMw: 30,
      limitedBy: "energy",
      longestDurationS: 1984,
      // With 16.56 MW energy would end exactly with a tick, where rounding decides.
      highestMw: 16.55,
    });
    expect(decision.windows).toEqual({
      power: { minMw: -30, maxMw: 30 },
      site: null,
      dispatches: { minMw: -30, maxMw: 30 },
      energy: { minMw: -19.56, maxMw: 16.55 },
    });
  });

  test("accepts what its refusal names, and not a step more", () => {
    expect(call(HALF, { durationS: 1984 })).toMatchObject({ accepted: true, shortfall: null });
    expect(call(HALF, { durationS: 1985 })).toMatchObject({ accepted: false });
    expect(call(HALF, { mw: 16.55, durationS: 3600 })).toMatchObject({ accepted: true });
    expect(call(HALF, { mw: 16.56, durationS: 3600 })).toMatchObject({ accepted: false });
  });

  test("begins at the present power", () => {
    // At 30 MW already: no ramp in, so that one tick less fits for each MW of the ramp.
    expect(refusalOf(call({ ...HALF, currentMw: 30 }, { durationS: 3600 }))).toMatchObject({
      longestDurationS: 1956,
    });
  });

  test("counts no ramp out where the next interval has the same power", () => {
    const plan = makePlan([{ ...promise("next", 30, 1984, 1988), onShortfall: "curtail" }]);
    expect(call({ ...HALF, plan }, { durationS: 1984 })).toMatchObject({ accepted: true });
  });

  test("delivers what there is where it may, with the instant and size of the shortfall", () => {
    const decision = call(HALF, { durationS: 3600, onShortfall: "curtail" });
    expect(decision).toMatchObject({
      accepted: true,
      onShortfall: "curtail",
      shortfall: { fromMs: NOW_MS + 503 * 4000 },
    });
    const missing = decision.accepted ? decision.shortfall?.missingMwhr : undefined;
    // An hour of 30 MW less the ramp in, less all that is stored.
    expect(missing).toBeCloseTo((30 * 900 - 210) / 900 - 18 * 0.92, 9);
  });

  test("curtails without a duration and refuses with one, by default", () => {
    expect(call(HALF, {})).toMatchObject({
      accepted: true,
      onShortfall: "curtail",
      endMs: null,
      shortfall: { fromMs: NOW_MS + 503 * 4000, missingMwhr: null },
    });
    expect(refusalOf(call(HALF, { onShortfall: "refuse" }))).toMatchObject({
      code: "ENERGY_INSUFFICIENT",
      longestDurationS: 1984,
      highestMw: 0,
    });
  });

  // Row 1.1 of the faults that were found: the promise at +2 h is short already, as the charge before it was cancelled.
  test("keeps every promise, also after one that is short already", () => {
    const [early, late] = [promise("early", 30, 7200, 9600), promise("late", -30, 14_400, 18_000)];
    const plan = makePlan([early, late]);
    const charge = { mw: -30, durationS: 3600, startAtMs: NOW_MS + 3 * 3_600_000 };
    expect(refusalOf(call({ ...HALF, plan }, charge))).toMatchObject({ code: "ENERGY_PROMISED" });
    expect(call({ ...HALF, plan: makePlan([early]) }, charge)).toMatchObject({ accepted: true });
  });

  // Row 1.3: what the ramp out of the old power lacks is not lacking to what is requested.
  test("books the ramp out of the old power on that alone", () => {
    const old = { ...promise("old", 30, -3600, 0), endMs: null, onShortfall: "curtail" as const };
    const plan = advance(makePlan([old]), NOW_MS).plan;
    const state = { ...HALF, plan, socMwhr: 0.1, currentMw: 30 };
    expect(call(state, { mw: -10, durationS: 1800 })).toMatchObject({ accepted: true });
  });

  test("never refuses to stop", () => {
    const emptying = { ...HALF, socMwhr: 0.01, currentMw: 30 };
    expect(call(emptying, { mw: 0, durationS: 60 })).toMatchObject({ accepted: true });
    const plan = makePlan([promise("charge", -30, 0, 2000), promise("evening", 30, 2000, 5400)]);
    expect(call({ ...HALF, plan }, { mw: 1, durationS: 1000 })).toMatchObject({ accepted: false });
    expect(call({ ...HALF, plan }, { mw: 0, durationS: 1000 })).toMatchObject({ accepted: true });
  });

  test("names powers of small assets finely", () => {
    const asset = { ...ASSET, capacityMwhr: 0.01, maxMw: 0.005, minMw: -0.005 };
    const state = { ...HALF, asset, socMwhr: 0.00505 };
    expect(refusalOf(call(state, { mw: 0.005, durationS: 36_000 }))).toMatchObject({
      highestMw: 0.00046,
    });
  });

  test("takes a day and a year in the same stride", () => {
    expect(refusalOf(call(HALF, { mw: -30, durationS: 86_400 }))).toMatchObject({
      highestMw: -0.81,
    });
    expect(call(HALF, { mw: 0.001, durationS: 366 * 86_400 })).toMatchObject({ accepted: true });
  });
});

describe("what was promised", () => {
  const plan = makePlan([promise("evening", 15, 7200, 10_200)]); // 12.5 MWh of 16.56

  test("bounds a dispatch before it, whatever its policy", () => {
    const state = { ...HALF, plan, socMwhr: 18.01 };
    const refused = call(state, { mw: 10, durationS: 3600 });
    expect(refusalOf(refused)).toMatchObject({ code: "ENERGY_PROMISED", highestMw: 4.06 });
    expect(refused.windows).toMatchObject({
      dispatches: { maxMw: 4.06 },
      energy: { maxMw: 4.06, minMw: -19.55 },
    });
    expect(call(state, { mw: 10, durationS: 3600, onShortfall: "curtail" })).toMatchObject({
      accepted: false,
    });
    expect(call(state, { mw: 10 })).toMatchObject({ accepted: false });
    expect(call(state, { mw: 4.06, durationS: 3600 })).toMatchObject({ accepted: true });
    expect(call(state, { mw: -10 })).toMatchObject({ accepted: true });
  });

  test("is not held against a dispatch where it was lost already", () => {
    const state = { ...HALF, plan, socMwhr: 5 };
    expect(call(state, { mw: 1, durationS: 60 })).toMatchObject({ accepted: true });
  });

  test("is free again where a dispatch supersedes it", () => {
    expect(
      call({ ...HALF, plan }, { mw: 15, durationS: 3000, startAtMs: NOW_MS + 7_000_000 }),
    ).toMatchObject({ accepted: true });
  });
});

describe("the times of a dispatch", () => {
  test("without a start it begins with the next tick", () => {
    expect(call(HALF, { mw: 5, durationS: 10 }, NOW_MS + 1)).toMatchObject({
      startMs: NOW_MS + 4000,
      endMs: NOW_MS + 14_000,
    });
    expect(call(HALF, { mw: 5, durationS: 10 })).toMatchObject({ startMs: NOW_MS });
  });

  test("a lease runs from the start", () => {
    const startAtMs = NOW_MS + 60_000;
    expect(call(HALF, { mw: 5, startAtMs, validForS: 30 })).toMatchObject({
      leaseUntilMs: startAtMs + 30_000,
    });
  });

  test.each([
    ["START_OUT_OF_RANGE", { startAtMs: NOW_MS - 4001 }],
    ["START_OUT_OF_RANGE", { startAtMs: NOW_MS + START_HORIZON_S * 1000 + 1 }],
    ["START_OUT_OF_RANGE", { startAtMs: Number.NaN }],
    ["LEASE_OUT_OF_RANGE", { validForS: 0 }],
    ["WINDOW_TOO_SHORT", { startAtMs: NOW_MS + 4001, durationS: 3 }],
    ["DURATION_OUT_OF_RANGE", { durationS: 0 }],
    ["POWER_OUT_OF_LIMITS", { mw: 31 }],
  ])("%s: %o", (code, request) => {
    expect(refusalOf(call(HALF, { mw: 1, ...request }))).toMatchObject({ code });
  });
});

describe("a schedule", () => {
  const at = (fromS: number, untilS: number, mw: number) => ({
    fromMs: NOW_MS + fromS * 1000,
    untilMs: NOW_MS + untilS * 1000,
    mw,
  });
  const decide = (
    intervals: Parameters<typeof decideSchedule>[1],
    policy: "refuse" | "curtail" = "refuse",
    state = HALF,
  ) => wholeScheduleDecision(state, intervals, policy, NOW_MS);

  test("is checked as a whole: what is charged first may be discharged then", () => {
    expect(decide([at(0, 2000, -30), at(2000, 5400, 30)])).toMatchObject({ accepted: true });
    expect(decide([at(2000, 5400, 30)])).toMatchObject({ accepted: false, index: 0 });
  });

  test("names the first interval that fails, and what would fit", () => {
    const decision = decide([at(0, 900, 5), at(900, 1800, 10), at(1800, 5400, 30)]);
    expect(decision).toMatchObject({
      accepted: false,
      index: 2,
      refusal: { code: "ENERGY_INSUFFICIENT", highestMw: 12.78, longestDurationS: 1520 },
    });
  });

  test("may be curtailed, with the intervals that will be", () => {
    expect(decide([at(0, 900, 5), at(1800, 5400, 30)], "curtail")).toMatchObject({
      accepted: true,
      shortfalls: [null, { fromMs: expect.any(Number), missingMwhr: expect.any(Number) }],
    });
  });

  test("lacks in an interval what a dispatch in its place would lack", () => {
    const alone = call(HALF, {
      ...{ startAtMs: NOW_MS + 1_800_000, durationS: 3600, onShortfall: "curtail" },
    });
    const { shortfall } = alone.accepted ? alone : { shortfall: undefined };
    expect(shortfall?.missingMwhr).toBeGreaterThan(13);
    expect(decide([at(1800, 5400, 30)], "curtail")).toMatchObject({ shortfalls: [shortfall] });
  });

  test("breaks no promise to a dispatch", () => {
    const state = { ...HALF, plan: makePlan([promise("d", 15, 7200, 10_200)]) };
    expect(
      decide([at(0, 600, 1), at(600, 4200, 10), at(10_300, 10_400, -1)], "curtail", state),
    ).toMatchObject({
      accepted: false,
      index: 1,
      refusal: { code: "ENERGY_PROMISED" },
    });
  });

  test("keeps in mind a dispatch without an end that it would set free", () => {
    const open = { ...promise("d", 30, 60, 0), endMs: null };
    const interval = { ...promise("i", 1, 120, 180), scheduleId: "S" };
    const state = { ...HALF, plan: makePlan([interval, open]) };
    expect(decide([at(120, 240, 2)], "refuse", state)).toMatchObject({ accepted: true });
    expect(decide([at(10, 20, 2)], "refuse", state)).toMatchObject({
      accepted: false,
      refusal: { code: "ENERGY_PROMISED" },
    });
  });

  test("continues an interval that began", () => {
    expect(decide([at(-100, 100, 5)])).toMatchObject({
      accepted: true,
      intervals: [{ fromMs: NOW_MS }],
    });
  });

  test.each([
    ["SCHEDULE_INVALID", 1, [at(0, 60, 1), at(56, 90, 1)]],
    ["START_OUT_OF_RANGE", 0, [at(-60, -30, 1)]],
    ["DURATION_OUT_OF_RANGE", 0, [at(60, 60, 1)]],
    ["POWER_OUT_OF_LIMITS", 1, [at(0, 60, 1), at(60, 90, 31)]],
    ["WINDOW_TOO_SHORT", 0, [at(61, 63, 1)]],
    ["SCHEDULE_INVALID", null, Array.from({ length: 3001 }, (_, n) => at(4 * n, 4 * n + 4, 1))],
  ])("%s at %s", (code, index, intervals) => {
    expect(decide(intervals)).toMatchObject({ accepted: false, index, refusal: { code } });
  });
});

describe("whatever is requested of an asset, and when", () => {
  const step = fc.record({
    atTick: fc.integer({ min: 0, max: 100 }),
    mwRatio: fc
      .oneof(
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: -20, max: 20 }),
        fc.constantFrom(-100, 100),
      )
      .filter((ratio) => ratio !== 0), // 0 MW may break a promise.
    durationS: fc.option(fc.integer({ min: 1, max: 200 }), { freq: 8 }),
    startInS: fc.option(fc.integer({ min: 0, max: 300 })),
    onShortfall: fc.constantFrom(undefined, "refuse" as const, "curtail" as const),
    scheduled: fc.boolean(),
  });
  /** A promise from the beginning. */
  const early = fc.record({
    atTick: fc.constant(0),
    mwRatio: fc.oneof(fc.integer({ min: 5, max: 60 }), fc.integer({ min: -60, max: -5 })),
    durationS: fc.integer({ min: 30, max: 200 }),
    startInS: fc.integer({ min: 200, max: 400 }),
    onShortfall: fc.constant("refuse" as const),
    scheduled: fc.boolean(),
  });
  const history = fc.record({
    state: anyState.map(({ asset, ...rest }) => ({
      // Small enough for its energy to bind within some minutes.
      ...rest,
      asset: { ...asset, capacityMwhr: asset.capacityMwhr / 8 },
      socMwhr: rest.socMwhr / 8,
    })),
    steps: fc
      .tuple(fc.array(early, { maxLength: 2 }), fc.array(step, { minLength: 1, maxLength: 10 }))
      .map((steps) => steps.flat()),
  });

  test("what was accepted with REFUSE meets no energy limit in its window; energy balances; reasons are given", () => {
    const seen = { accepted: 0, refused: 0, promised: 0, held: 0 };
    fc.assert(
      fc.property(history, ({ state: { asset, ...start }, steps }) => {
        const limits = batteryLimits(asset, DT_S);
        let plan = makePlan([], 0);
        let state = { socMwhr: start.socMwhr, powerMw: start.powerMw };
        let [storedMwhr, throughputMwhr] = [0, asset.capacityMwhr];
        for (let tick = 0; tick < 300; tick++) {
          const nowMs = tick * DT_S * 1000;
          for (const [n, it] of steps.entries()) {
            if (it.atTick !== tick) continue;
            const now = {
              asset,
              ...LINEAR,
              plan,
              socMwhr: state.socMwhr,
              currentMw: state.powerMw,
              tick,
              dtS: DT_S,
            };
            plan = joined(plan, now, it, `${n}`, nowMs);
          }
          plan = advance(plan, nowMs).plan;
          const inForce = plan.running.find(({ id }) => id === plan.inForceId);
          const next = stepBattery(limits, state.socMwhr, state.powerMw, plan.setpointMw, DT_S);
          if (inForce?.onShortfall === "refuse" && plan.setpointMw !== 0) {
            seen.held++;
            // The ramp out of what was held before may be cut, down to what is promised.
            const aimMw = aimedMw(limits, state.powerMw, plan.setpointMw);
            const isWhole = Math.abs(next.powerMw) >= Math.abs(plan.setpointMw);
            if (aimMw * plan.setpointMw > 0 && !isWhole) expect(next.limit).not.toBe(LIMIT.ENERGY);
          }
          if (next.powerMw !== plan.setpointMw) expect(next.limit).not.toBe(LIMIT.NONE);
          const energyMwhr = (next.powerMw * DT_S) / 3600;
          storedMwhr -=
            energyMwhr > 0 ? energyMwhr / asset.efficiency : energyMwhr * asset.efficiency;
          throughputMwhr += Math.abs(energyMwhr);
          state = next;
        }
        expect(Math.abs(state.socMwhr - start.socMwhr - storedMwhr)).toBeLessThanOrEqual(
          1e-9 * throughputMwhr,
        );
      }),
      { numRuns: 400 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);

    function joined(
      plan: Plan,
      now: AssetState,
      it: typeof step extends fc.Arbitrary<infer T> ? T : never,
      id: string,
      nowMs: number,
    ): Plan {
      const mw = (it.mwRatio / 100) * (it.mwRatio > 0 ? now.asset.maxMw : -now.asset.minMw);
      if (it.scheduled) {
        const fromMs = nowMs + (it.startInS ?? 0) * 1000;
        const middleMs = fromMs + 40_000;
        const untilMs = middleMs + (it.durationS ?? 40) * 1000;
        const intervals = [
          { fromMs, untilMs: middleMs, mw },
          { fromMs: middleMs, untilMs, mw: -mw / 2 },
        ];
        const policy = it.onShortfall ?? "refuse";
        const decision = wholeScheduleDecision(now, intervals, policy, nowMs);
        if (!decision.accepted) return plan;
        const dispatches = decision.intervals.map((interval, n) => ({
          ...promise(`${id}-${n}`, interval.mw, 0, 0),
          scheduleId: "S",
          startMs: interval.fromMs,
          endMs: interval.untilMs,
          onShortfall: policy,
        }));
        return replaceSchedule(plan, dispatches, nowMs).plan;
      }
      const request = {
        assetId: now.asset.id,
        mw,
        durationS: it.durationS,
        onShortfall: it.onShortfall,
        ...(it.startInS === null ? {} : { startAtMs: nowMs + it.startInS * 1000 }),
      };
      const decision = wholeDispatchDecision(now, request, nowMs);
      if (!decision.accepted) {
        if (decision.refusal.code === "ENERGY_PROMISED") seen.promised++;
        else seen.refused++;
        checkHint(now, request, decision.refusal, nowMs);
        return plan;
      }
      seen.accepted++;
      const { startMs, endMs, onShortfall } = decision;
      return withDispatches(plan, [
        { ...promise(id, decision.mw, 0, 0), startMs, endMs, onShortfall },
      ]);
    }
  });

  /** What a refusal names is accepted. */
  function checkHint(
    now: AssetState,
    request: DispatchRequest,
    { highestMw = 0, longestDurationS = 0 }: { highestMw?: number; longestDurationS?: number },
    nowMs: number,
  ): void {
    const policy = request.durationS === null ? ("curtail" as const) : ("refuse" as const);
    const same = { ...request, onShortfall: request.onShortfall ?? policy };
    if (longestDurationS > 0)
      expect(
        wholeDispatchDecision(now, { ...same, durationS: longestDurationS }, nowMs),
      ).toMatchObject({
        accepted: true,
      });
    if (highestMw !== 0)
      expect(wholeDispatchDecision(now, { ...same, mw: highestMw }, nowMs)).toMatchObject({
        accepted: true,
      });
  }
});
