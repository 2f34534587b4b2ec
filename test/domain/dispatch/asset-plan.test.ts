import { describe, expect, test } from "vitest";
import { batteryLimits, stepBattery } from "../../../src/domain/battery/linear/law.ts";
import {
  advance,
  dispatchesOfPlan,
  makePlan,
  type OpenDispatch,
  type Plan,
  withDispatches,
} from "../../../src/domain/dispatch/asset-plan.ts";
import {
  cancel,
  leaseEndMs,
  renew,
  replaceSchedule,
  resume,
  retire,
} from "../../../src/domain/dispatch/asset-plan-changes.ts";
import { profileOf } from "../../../src/domain/dispatch/power-profile.ts";
import type { StatusChange } from "../../../src/domain/dispatch/status.ts";
import { limitNameOf, statusOf } from "../../../src/domain/telemetry/frame.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, DT_S, TABLE_E } from "../../support/tick-tables.ts";

/** A dispatch that holds `mw` over `[fromS, untilS)`. */
function hold(
  id: string,
  mw: number,
  fromS: number,
  untilS: number | null,
  more: Partial<OpenDispatch> = {},
): OpenDispatch {
  return {
    id,
    scheduleId: null,
    mw,
    startMs: fromS * 1000,
    endMs: untilS === null ? null : untilS * 1000,
    validForS: null,
    leaseUntilMs: null,
    onShortfall: "refuse",
    status: "accepted",
    ...more,
  };
}
const interval = (id: string, mw: number, fromS: number, untilS: number) =>
  hold(id, mw, fromS, untilS, { scheduleId: "S" });
const leased = (id: string, mw: number, fromS: number, untilS: number | null, validForS: number) =>
  hold(id, mw, fromS, untilS, { validForS, leaseUntilMs: leaseEndMs(fromS * 1000, validForS, 0) });

/** The setpoints of the ticks that start every 4 s from 0 on, and what changed, as short text. */
function run(plan: Plan, ticks: number, fromTick = 0) {
  const setpointsMw: number[] = [];
  const changes: string[] = [];
  let at = plan;
  for (let tick = fromTick; tick < fromTick + ticks; tick++) {
    const step = advance(at, tick * DT_S * 1000);
    at = step.plan;
    setpointsMw.push(at.setpointMw);
    changes.push(...step.changes.map(text));
  }
  return { setpointsMw, changes, plan: at };
}
const text = ({ dispatchId: id, atMs, to, reason, byId }: StatusChange) =>
  `${atMs / 1000} ${id} ${to} ${reason}${byId === null ? "" : ` ${byId}`}`;

describe("a dispatch", () => {
  test("holds every tick that starts in its window, then 0 MW: table E", () => {
    const limits = batteryLimits(ASSET, DT_S);
    let plan = makePlan([hold("a", TABLE_E.mw, 0, TABLE_E.durationS)]);
    let state = { socMwhr: TABLE_E.socMwhr, powerMw: 0 };
    const statuses: string[] = [];
    TABLE_E.rows.forEach((row, tick) => {
      const { plan: next, changes } = advance(plan, tick * DT_S * 1000);
      plan = next;
      statuses.push(...changes.map(text));
      const step = stepBattery(limits, state.socMwhr, state.powerMw, plan.setpointMw, DT_S);
      expect(plan.setpointMw).toBe(row.setpointMw);
      expect(step.powerMw).toBeCloseTo(row.powerMw, 9);
      expect(step.socMwhr).toBeCloseTo(row.socMwhr, 10);
      expect(limitNameOf(step.limit)).toBe(row.limitedBy);
      expect(statusOf(step.powerMw, limits.minMw, limits.maxMw)).toBe(row.status);
      state = step;
    });
    expect(statuses).toEqual(["0 a active STARTED", "12 a completed ENDED"]);
    expect(plan.nextChangeMs).toBe(Infinity);
  });

  test("without an end holds until the next one begins, even one that was accepted before", () => {
    const plan = makePlan([hold("later", 2, 8, 16), hold("open", 5, 0, null)]);
    expect(run(plan, 5)).toMatchObject({
      setpointsMw: [5, 5, 2, 2, 0],
      changes: [
        "0 open active STARTED",
        "8 open superseded NEXT_DISPATCH later",
        "8 later active STARTED",
        "16 later completed ENDED",
      ],
    });
  });

  test("that was accepted last wins, and supersedes the others", () => {
    const plan = makePlan([hold("a", 5, 0, 40), hold("b", 2, 8, 16)]);
    expect(run(plan, 5)).toMatchObject({
      setpointsMw: [5, 5, 2, 2, 0],
      changes: [
        "0 a active STARTED",
        "8 a superseded NEWER_DISPATCH b",
        "8 b active STARTED",
        "16 b completed ENDED",
      ],
    });
  });

  test("that no tick starts in fails, and disturbs no other", () => {
    const plan = makePlan([hold("a", 5, 0, 12), hold("b", 2, 5, 7)]);
    expect(run(plan, 4)).toMatchObject({
      setpointsMw: [5, 5, 5, 0],
      changes: ["0 a active STARTED", "8 b failed NO_TICK", "12 a completed ENDED"],
    });
  });

  test("holds nothing from the tick after its cancellation on, and frees what it was to supersede", () => {
    const plan = run(makePlan([hold("a", 5, 0, 40), hold("b", 2, 12, 20)]), 2).plan;
    const without = cancel(plan, "b", 5000);
    expect(without?.changes.map(text)).toEqual(["5 b cancelled CANCELLED"]);
    expect(run(without?.plan as Plan, 3, 2).setpointsMw).toEqual([5, 5, 5]);
    const neither = cancel(without?.plan as Plan, "a", 6000);
    expect(run(neither?.plan as Plan, 1, 2).setpointsMw).toEqual([0]);
    expect(cancel(neither?.plan as Plan, "a", 7000)).toBeUndefined();
  });

  test("that is cancelled holds the tick under way, promises nothing, and ends without a further event", () => {
    const begun = run(makePlan([hold("a", 5, 0, 40)]), 2).plan;
    const { plan = begun, changes } = cancel(begun, "a", 5000) ?? {};
    expect(changes?.map(text)).toEqual(["5 a cancelled CANCELLED"]);
    expect(plan).toMatchObject({ setpointMw: 5, inForceId: "a", nextChangeMs: 5000 });
    expect(dispatchesOfPlan(plan)).toEqual([]);
    expect(profileOf(plan, 1, DT_S)).toEqual([
      { id: "a", mw: 5, ticks: 1, promised: false },
      { id: null, mw: 0, ticks: Infinity, promised: false },
    ]);
    expect(advance(plan, 8000)).toMatchObject({
      plan: { setpointMw: 0, inForceId: null, running: [], nextChangeMs: Infinity },
      changes: [],
    });
    expect(retire(plan, 8000)).toMatchObject({ plan: { running: [] }, changes: [] });
  });
});

describe("a lease", () => {
  test("that is not renewed in time gives way to the fallback, until the next dispatch", () => {
    const plan = makePlan([leased("a", 5, 4, null, 8), hold("b", 2, 20, 24)], 0, -1);
    expect(run(plan, 7)).toMatchObject({
      setpointsMw: [0, 5, 5, -1, -1, 2, 0],
      changes: [
        "4 a active STARTED",
        "12 a expired LEASE_LOST",
        "20 b active STARTED",
        "24 b completed ENDED",
      ],
    });
  });

  test("runs from the start on, and is renewed from now on", () => {
    const waiting = makePlan([leased("a", 5, 4, null, 8)]);
    expect(renew(waiting, "a", 0)?.leaseUntilMs).toBe(12_000);
    const running = run(waiting, 3).plan;
    const renewed = renew(running, "a", 11_000);
    expect(renewed?.leaseUntilMs).toBe(19_000);
    expect(run(renewed?.plan as Plan, 3, 3).setpointsMw).toEqual([5, 5, 0]);
    expect(renew(running, "a", 12_000)).toBeUndefined();
    expect(renew(running, "b", 11_000)).toBeUndefined();
    expect(renew(makePlan([hold("b", 1, 0, 9)]), "b", 1000)).toBeUndefined();
  });

  test("that would end after the duration changes nothing", () => {
    expect(run(makePlan([leased("a", 5, 0, 8, 8)], 0, -1), 3)).toMatchObject({
      setpointsMw: [5, 5, 0],
      changes: ["0 a active STARTED", "8 a completed ENDED"],
    });
  });
});

describe("a schedule", () => {
  const schedule = [interval("i", 3, 0, 8), interval("j", 4, 8, 28), interval("k", 6, 32, 36)];

  test("does not dip to 0 between intervals that touch", () => {
    expect(run(makePlan(schedule), 10).setpointsMw).toEqual([3, 3, 4, 4, 4, 4, 4, 0, 6, 0]);
  });

  test("loses to a dispatch in its window that part alone", () => {
    const plan = makePlan([...schedule, hold("d", 1, 4, 16)]);
    expect(run(plan, 10)).toMatchObject({
      setpointsMw: [3, 1, 1, 1, 4, 4, 4, 0, 6, 0],
      changes: [
        "0 i active STARTED",
        "4 i superseded NEWER_DISPATCH d",
        "4 d active STARTED",
        "16 d completed ENDED",
        "16 j active STARTED",
        "28 j completed ENDED_IN_PART d",
        "32 k active STARTED",
        "36 k completed ENDED",
      ],
    });
  });

  test("continues with its next interval after a dispatch without an end", () => {
    const plan = makePlan([...schedule, hold("d", 1, 16, null)]);
    expect(run(plan, 10).setpointsMw).toEqual([3, 3, 4, 4, 1, 1, 1, 1, 6, 0]);
  });

  test("holds the asset again where the lease of a dispatch in it is lost", () => {
    const plan = makePlan([...schedule, leased("d", 1, 12, 24, 4)], 0, -1);
    expect(run(plan, 6).setpointsMw).toEqual([3, 3, 4, 1, 4, 4]);
  });

  test("takes the place of the one before, in its intervals that wait and that run", () => {
    const plan = run(makePlan(schedule), 1).plan;
    const { plan: next, changes } = replaceSchedule(plan, [interval("n", 9, 8, 12)], 1000);
    expect(changes.map(text)).toEqual([
      "1 i superseded NEWER_SCHEDULE",
      "1 j superseded NEWER_SCHEDULE",
      "1 k superseded NEWER_SCHEDULE",
    ]);
    expect(run(next, 3, 1).setpointsMw).toEqual([0, 9, 0]);
    expect(replaceSchedule(plan, [], 1000).changes[0]).toMatchObject({ to: "cancelled" });
  });

  test("that was accepted last supersedes a dispatch that it meets", () => {
    const plan = makePlan([hold("d", 1, 0, 40), interval("i", 3, 8, 12)]);
    expect(run(plan, 4)).toMatchObject({
      setpointsMw: [1, 1, 3, 0],
      changes: expect.arrayContaining(["8 d superseded NEWER_SCHEDULE i"]),
    });
  });
});

describe("after ticks were left out", () => {
  const seen = (plan: Plan, endedS: number, nowS: number) => {
    const { plan: next, changes } = resume(plan, endedS * 1000, nowS * 1000);
    return { setpointMw: next.setpointMw, changes: changes.map(text) };
  };

  test("what ended is closed and not applied again; the rest continues", () => {
    const plan = run(
      makePlan([hold("ran", 5, 0, 20), hold("missed", 4, 24, 28), hold("long", 3, 40, 80)]),
      2,
    ).plan;
    expect(seen(plan, 8, 60)).toEqual({
      setpointMw: 3,
      changes: [
        "60 ran failed SERVER_DOWN",
        "60 missed failed SERVER_DOWN",
        "60 long active STARTED",
      ],
    });
    expect(seen(plan, 8, 32)).toEqual({
      setpointMw: 0,
      changes: ["32 ran failed SERVER_DOWN", "32 missed failed SERVER_DOWN"],
    });
  });

  test("what lost its lease has expired, and the asset falls back", () => {
    const plan = run(makePlan([leased("a", 5, 0, null, 20)], 0, -1), 2).plan;
    expect(seen(plan, 8, 60)).toEqual({ setpointMw: -1, changes: ["60 a expired SERVER_DOWN"] });
    expect(seen(plan, 8, 16)).toEqual({ setpointMw: 5, changes: [] });
  });

  test("what another was to supersede does not come back", () => {
    const plan = run(makePlan([hold("a", 5, 0, 400), hold("b", 2, 20, 24)]), 2).plan;
    expect(seen(plan, 8, 60)).toEqual({
      setpointMw: 0,
      changes: ["60 a superseded NEWER_DISPATCH b", "60 b failed SERVER_DOWN"],
    });
  });

  test("what ended with the last tick that ran has completed", () => {
    const plan = run(makePlan([hold("a", 5, 0, 8)]), 2).plan;
    expect(seen(plan, 8, 60)).toEqual({ setpointMw: 0, changes: ["60 a completed ENDED"] });
  });

  test("a stored plan continues: same power, same dispatch", () => {
    const before = run(makePlan([hold("a", 5, 0, 80), hold("b", 2, 40, 60)]), 2).plan;
    const stored = makePlan(dispatchesOfPlan(before), before.setpointMw);
    expect(seen(stored, 8, 12)).toEqual({ setpointMw: 5, changes: [] });
    expect(seen(makePlan([], -3), 8, 12)).toEqual({ setpointMw: -3, changes: [] });
  });
});

describe("whatever is accepted", () => {
  const second = fc.integer({ min: 0, max: 120 });
  const dispatches = fc
    .array(
      fc.record({
        mw: fc.integer({ min: -9, max: 9 }),
        fromS: second,
        lengthS: fc.option(fc.integer({ min: 1, max: 60 })),
        validForS: fc.option(fc.integer({ min: 1, max: 60 })),
        acceptedS: second,
        cancelS: fc.option(second, { freq: 2 }),
      }),
      { maxLength: 8 },
    )
    .map((list) => list.sort((a, b) => a.acceptedS - b.acceptedS));
  const schedules = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }).map((lengths) => {
    let fromS = 0;
    return lengths.map((lengthS, n) => {
      const it = interval(`i${n}`, 20 + n, fromS, fromS + lengthS);
      fromS += lengthS + (n % 2) * 5;
      return it;
    });
  });

  test("the one accepted last holds, each has one end, and a tick with nothing due may be left out", () => {
    fc.assert(
      fc.property(dispatches, schedules, (list, schedule) => {
        let eager = makePlan(schedule, 0, -1);
        let lazy = eager;
        const statuses = new Map<string, StatusChange[]>();
        const windows = new Map<string, OpenDispatch>(schedule.map((it) => [it.id, it]));
        for (let tick = 0; tick <= 60; tick++) {
          const nowMs = tick * DT_S * 1000;
          list.forEach(({ mw, fromS, lengthS, validForS, acceptedS, cancelS }, n) => {
            const atMs = nowMs - DT_S * 1000;
            if (acceptedS * 1000 > atMs && acceptedS * 1000 <= nowMs) {
              const startS = Math.max(fromS, acceptedS);
              const it = hold(`d${n}`, mw, startS, lengthS === null ? null : startS + lengthS, {
                validForS,
                leaseUntilMs: validForS && leaseEndMs(startS * 1000, validForS, acceptedS * 1000),
              });
              windows.set(it.id, it);
              eager = withDispatches(eager, [it]);
              lazy = withDispatches(lazy, [it]);
            }
            if (cancelS !== null && cancelS * 1000 > atMs && cancelS * 1000 <= nowMs) {
              eager = cancel(eager, `d${n}`, cancelS * 1000)?.plan ?? eager;
              lazy = cancel(lazy, `d${n}`, cancelS * 1000)?.plan ?? lazy;
            }
          });
          const step = advance({ ...eager, nextChangeMs: nowMs }, nowMs);
          if (lazy.nextChangeMs > nowMs) expect(step.changes).toEqual([]);
          eager = step.plan;
          lazy = advance(lazy, nowMs).plan;
          expect(lazy).toEqual(eager);
          for (const change of step.changes)
            statuses.set(change.dispatchId, [...(statuses.get(change.dispatchId) ?? []), change]);
          checkInForce(eager, nowMs);
        }
        for (const changes of statuses.values()) {
          expect(changes.slice(0, -1).every(({ to }) => to === "active")).toBe(true);
          expect(changes.length).toBeLessThanOrEqual(2);
          changes.forEach(({ from }, n) => {
            expect(from).toBe(n === 0 ? "accepted" : "active");
          });
        }
        for (const { endMs, id } of windows.values())
          if (endMs !== null) expect(dispatchesOfPlan(eager).map((it) => it.id)).not.toContain(id);
      }),
      { numRuns: 500 },
    );
  });
});

function checkInForce(plan: Plan, nowMs: number): void {
  const covering = dispatchesOfPlan(plan).filter(
    ({ startMs, endMs, leaseUntilMs }) =>
      startMs <= nowMs && nowMs < Math.min(endMs ?? Infinity, leaseUntilMs ?? Infinity),
  );
  const last = covering.at(-1);
  expect(plan.inForceId).toBe(last?.id ?? null);
  expect(plan.setpointMw).toBe(last?.mw ?? plan.restMw);
  // Others that cover this tick are intervals that lose this part alone.
  expect(covering.slice(0, -1).every(({ scheduleId }) => scheduleId !== null)).toBe(true);
}
