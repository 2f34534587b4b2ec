// The fan-out by itself: what each subscriber is sent, whatever it does, and how often a frame is executed.

import { describe, expect, test, vi } from "vitest";
import { selectionOf } from "../../../src/api/stream/selection.ts";
import type { Encoder, EndReason, StreamRequest } from "../../../src/api/stream/stream.ts";
import { WHOLE } from "../../../src/domain/identity/scope.ts";
import fc from "../../support/fast-check.ts";
import {
  afterTick,
  call,
  createEncoder,
  createFleet,
  createSink,
  OTHER,
  type Seen,
} from "../../support/hub-under-test.ts";
import { ASSET } from "../../support/tick-tables.ts";

describe("the hub", () => {
  test("executes a frame once for equal subscriptions, and sends them the same bytes", () => {
    const { hub, tick } = createFleet();
    const encoder = createEncoder();
    const sinks = Array.from({ length: 100 }, createSink);
    for (const sink of sinks) hub.join(encoder, call(), sink);
    expect(encoder.calls).toBe(1);
    tick();
    tick();
    expect(encoder.calls).toBe(3);
    for (const sink of sinks) {
      expect(sink.ticks()).toEqual([
        [0, "snapshot", 0],
        [1, "tick", 0],
        [2, "tick", 0],
      ]);
      expect(sink.payloads[2]).toBe(sinks[0]?.payloads[2]);
    }
    expect(hub.stats()).toMatchObject({
      active: 100,
      started: 100,
      framesSent: 300,
      executions: 3,
    });
  });

  test("serves different selections from one execution", () => {
    const { hub, tick } = createFleet();
    const encoder = createEncoder();
    const [one, two, all] = [createSink(), createSink(), createSink()];
    hub.join(encoder, call(selectionOf({ assetIds: [ASSET.id] }, WHOLE)), one);
    hub.join(encoder, call(selectionOf({ assetIds: [OTHER.toUpperCase()] }, WHOLE)), two);
    hub.join(encoder, call(), all);
    const before = encoder.calls;
    tick();
    expect(encoder.calls).toBe(before + 1);
    const indexes = [one, two, all].map((sink) => sink.seen().at(-1)?.indexes);
    expect(indexes).toEqual([[0], [1], undefined]);
  });

  test("sends a frame to the smallest selections first, in whatever order they joined", () => {
    const { hub, tick } = createFleet();
    const encoder = createEncoder();
    const order: string[] = [];
    const sinkOf = (name: string) => ({ ...createSink(), send: () => void order.push(name) });
    hub.join(encoder, call(), sinkOf("all"));
    hub.join(encoder, call(selectionOf({ assetIds: [ASSET.id] }, WHOLE)), sinkOf("one"));
    order.length = 0;
    tick();
    expect(order).toEqual(["one", "all"]);
  });

  test("sends the latest frame to a subscriber that did not read, with the number of missed ones, and finally ends it", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const { hub, tick } = createFleet();
    const [slow, other] = [createSink(), createSink()];
    const encoder = createEncoder();
    hub.join(encoder, call(), slow);
    hub.join(encoder, call(), other);
    slow.waiting = 2 ** 20;
    for (let n = 0; n < 5; n++) tick();
    expect(slow.payloads.length).toBe(1);
    // It reads again between two ticks: the latest one comes at once.
    slow.waiting = 0;
    vi.advanceTimersByTime(300);
    tick();
    expect(slow.ticks().slice(1)).toEqual([
      [5, "tick", 4],
      [6, "tick", 0],
    ]);
    slow.waiting = 2 ** 20;
    tick();
    vi.advanceTimersByTime(900);
    expect(slow.ended).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(slow.ended).toEqual(["slow"]);
    tick();
    expect(slow.payloads.length).toBe(3);
    expect(other.ticks().length).toBe(9);
    expect(hub.stats()).toMatchObject({ active: 1, framesMissed: 6, ended: { slow: 1 } });
    vi.useRealTimers();
  });

  test("shows a table that came between two ticks to those that join then, and in its frames to all", () => {
    const { hub, tick, addAssets } = createFleet();
    const third = OTHER.replace(/2$/, "3");
    const chosen = call(selectionOf({ assetIds: [OTHER, third] }, WHOLE));
    const [before, after] = [createSink(), createSink()];
    const encoder = createEncoder();
    tick();
    hub.join(encoder, chosen, before);
    addAssets(third);
    hub.join(encoder, chosen, after);
    tick();
    const next = { tick: 2, kind: "tick", missedTicks: 0, indexes: [1, 2] };
    const first = { tick: 1, kind: "snapshot", missedTicks: 0 };
    expect(before.seen()).toEqual([{ ...first, indexes: [1] }, next]);
    expect(after.seen()).toEqual([{ ...first, indexes: [1, 2] }, next]);
  });

  test("sends a subscriber that did not read the latest frame as it was, though the table was replaced", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const { hub, tick, addAssets } = createFleet();
    const third = OTHER.replace(/2$/, "3");
    const slow = createSink();
    hub.join(createEncoder(), call(selectionOf({ assetIds: [OTHER, third] }, WHOLE)), slow);
    slow.waiting = 2 ** 20;
    tick();
    tick();
    addAssets(third);
    slow.waiting = 0;
    vi.advanceTimersByTime(250);
    expect(slow.seen().at(-1)).toEqual({ tick: 2, kind: "tick", missedTicks: 1, indexes: [1] });
    vi.useRealTimers();
  });

  test("keeps a rate on multiples of the tick number", () => {
    const { hub, tick } = createFleet();
    tick();
    const sink = createSink();
    hub.join(createEncoder(), call({ everyTicks: 3 }), sink);
    for (let n = 0; n < 8; n++) tick();
    expect(sink.ticks().map(([at]) => at)).toEqual([1, 3, 6, 9]);
  });

  test("sends only changes, nothing where there is none, and the whole state after a miss", () => {
    const { hub, tick, simulator } = createFleet();
    const sink = createSink();
    hub.join(createEncoder(), call({ changesOnly: true }), sink);
    tick();
    simulator.setSetpoint(1, 2, 0);
    tick();
    sink.waiting = 2 ** 20;
    tick();
    sink.waiting = 0;
    tick();
    tick();
    expect(sink.seen()).toEqual([
      { tick: 0, kind: "snapshot", missedTicks: 0 },
      { tick: 2, kind: "tick", missedTicks: 0, indexes: [1] },
      { tick: 4, kind: "snapshot", missedTicks: 1 },
      { tick: 5, kind: "tick", missedTicks: 0, indexes: [1] },
    ]);
    simulator.setSetpoint(1, 0, 0);
    for (let n = 0; n < 9; n++) tick();
    expect(
      sink
        .seen()
        .slice(4)
        .map((it) => it.tick),
    ).toEqual([6]);
  });

  test("counts changes from frame to frame of a rate, whenever one joined", () => {
    const { hub, tick, simulator } = createFleet();
    const [early, late] = [createSink(), createSink()];
    const encoder = createEncoder();
    const request = call({ changesOnly: true, everyTicks: 4 });
    hub.join(encoder, request, early);
    simulator.setSetpoint(0, 2, 0);
    tick();
    simulator.setSetpoint(0, 0, 0);
    tick();
    // What it sees now is undone before the next frame of the rate.
    hub.join(encoder, request, late);
    for (let n = 0; n < 6; n++) tick();
    expect(late.seen()[0]).toMatchObject({ tick: 2, kind: "snapshot" });
    expect(late.seen()[1]).toMatchObject({ tick: 4, kind: "snapshot", missedTicks: 0 });
    expect(early.seen()[1]).toMatchObject({ tick: 4, kind: "tick", indexes: [0] });
  });

  test("continues after a recent frame, without a repetition or a gap", () => {
    const { hub, tick } = createFleet(10);
    for (let n = 0; n < 8; n++) tick();
    const resume = (request: Partial<StreamRequest>) => {
      const sink = createSink();
      hub.join(createEncoder(JSON.stringify(request)), call(request), sink);
      tick();
      return sink.ticks();
    };
    expect(resume({ after: afterTick(6) })).toEqual([
      [7, "tick", 0],
      [8, "tick", 0],
      [9, "tick", 0],
    ]);
    expect(resume({ after: afterTick(9) })).toEqual([[10, "tick", 0]]);
    expect(resume({ after: afterTick(4), everyTicks: 2 })).toEqual([
      [6, "tick", 0],
      [8, "tick", 0],
      [10, "tick", 0],
    ]);
    expect(resume({ after: afterTick(9), changesOnly: true })[0]).toEqual([11, "snapshot", 2]);
    for (let n = 0; n < 20; n++) tick();
    for (const after of [afterTick(2), afterTick(99), afterTick(30, "another run")])
      expect(resume({ after })[0]).toEqual([expect.any(Number), "snapshot", null]);
  });

  test("waits for a slow encoder, and continues in order", async () => {
    const { hub, tick } = createFleet();
    const sink = createSink();
    const quick = createEncoder();
    const slow: Encoder = {
      key: "slow",
      encode: async (event, selections) => {
        const payloads = quick.encode(event, selections);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return payloads;
      },
    };
    hub.join(slow, call(), sink);
    for (let n = 0; n < 6; n++) {
      tick();
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await expect.poll(() => sink.seen().at(-1)?.tick).toBe(6);
    expectWhole(sink.seen(), 6);
  });

  test("whatever subscribers do, each frame reaches them once, or is counted as missed", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const stalled = fc.constantFrom(0, 2 ** 20);
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.constant({ kind: "tick" as const }) },
      fc.record({
        kind: fc.constant("stall" as const),
        index: fc.nat(5),
        bytes: fc.constantFrom(0, 2 ** 20),
      }),
      fc.record({ kind: fc.constant("leave" as const), index: fc.nat(5) }),
      fc.record({ kind: fc.constant("join" as const), index: fc.nat(5), bytes: stalled }),
      fc.constant({ kind: "look" as const }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { hub, tick, now } = createFleet(5);
        const encoder = createEncoder();
        const lines = Array.from({ length: 6 }, () => ({
          sink: createSink(),
          seen: [] as Seen[],
          leave: undefined as ((reason: EndReason) => void) | undefined,
        }));
        for (const it of actions) {
          if (it.kind === "tick") tick();
          else if (it.kind === "look") vi.advanceTimersByTime(260);
          else {
            const line = lines[it.index] as (typeof lines)[0];
            if (it.kind === "stall") line.sink.waiting = it.bytes;
            else if (it.kind === "leave") {
              line.leave?.("left");
              line.leave = undefined;
            } else if (line.leave === undefined) {
              line.seen.push(...line.sink.seen());
              line.sink = createSink();
              line.sink.waiting = it.bytes;
              const last = line.seen.at(-1)?.tick;
              const after = last === undefined ? undefined : afterTick(last);
              line.leave = hub.join(encoder, call({ after }), line.sink);
            }
          }
        }
        for (const { sink } of lines) sink.waiting = 0;
        vi.advanceTimersByTime(260);
        tick();
        for (const { seen, sink, leave } of lines)
          expectWhole([...seen, ...sink.seen()], leave && !sink.ended.length ? now() : undefined);
        hub.close();
      }),
      { numRuns: 2_000 },
    );
    vi.useRealTimers();
  });
});

/** Every tick once and in order, or counted as missed; a snapshot may begin anew where the count is unknown. */
function expectWhole(seen: readonly Seen[], last: number | undefined): void {
  let at = seen[0]?.tick ?? 0;
  for (const { tick, missedTicks } of seen.slice(1)) {
    if (missedTicks !== null) expect(tick - at).toBe(missedTicks + 1);
    expect(tick).toBeGreaterThan(at);
    at = tick;
  }
  if (last !== undefined) expect(at).toBe(last);
}
