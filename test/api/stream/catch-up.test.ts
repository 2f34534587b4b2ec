// A subscriber with much to be caught up on, by an encoder that takes its time: ticks have theirs in between.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Encoder } from "../../../src/api/stream/stream.ts";
import {
  afterTick,
  call,
  createEncoder,
  createFleet,
  createSink,
} from "../../support/hub-under-test.ts";

/** So that three payloads fill a turn of 10 ms. */
const ENCODE_MS = 4;
const MISSED_TICKS = 20;

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

function createSlowEncoder(): Encoder {
  const encoder = createEncoder();
  return {
    key: "slow",
    encode(event, selections) {
      vi.advanceTimersByTime(ENCODE_MS);
      return encoder.encode(event, selections);
    },
  };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Ticks without a gap, none of them twice. */
const ticksFrom = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => [first + n, "tick", 0]);

function createLate() {
  const fleet = createFleet();
  for (let n = 0; n < MISSED_TICKS; n++) fleet.tick();
  const encoder = createSlowEncoder();
  const [late, present] = [createSink(), createSink()];
  fleet.hub.join(encoder, call(), present);
  const leave = fleet.hub.join(encoder, call({ after: afterTick(0) }), late);
  return { ...fleet, late, present, leave };
}

test("each frame reaches it once and in order over several turns", async () => {
  const { tick, late } = createLate();
  const turns = [late.payloads.length];
  for (let turn = 2; turn <= 7; turn++) {
    await nextTurn();
    turns.push(late.payloads.length);
  }
  expect(turns).toEqual([3, 6, 9, 12, 15, 18, 20]);
  tick();
  expect(late.ticks()).toEqual(ticksFrom(1, MISSED_TICKS + 1));
});

test("live ticks in between reach the other subscribers at once, and itself in order", async () => {
  const { tick, now, late, present } = createLate();
  const turns = [late.payloads.length];
  for (let turn = 2; turn <= 10; turn++) {
    tick();
    expect(present.ticks().at(-1)).toEqual([now(), "tick", 0]);
    expect(late.payloads.length).toBe(turns.at(-1));
    await nextTurn();
    turns.push(late.payloads.length);
  }
  // It gains two frames a turn on the ticks.
  expect(turns).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, now()]);
  tick();
  expect(late.ticks()).toEqual(ticksFrom(1, now()));
  expect(present.ticks().slice(1)).toEqual(ticksFrom(MISSED_TICKS + 1, now()));
});

test("a subscriber that leaves between two turns is sent no more", async () => {
  const { tick, late, leave } = createLate();
  leave("left");
  await nextTurn();
  tick();
  await nextTurn();
  expect(late.ticks()).toEqual(ticksFrom(1, 3));
});

test("a subscriber that is behind is not sent again the frame that is still being encoded", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  const { hub, tick } = createFleet();
  const encoder = createEncoder();
  const waiting: (() => void)[] = [];
  const deferred: Encoder = {
    key: "deferred",
    async encode(event, selections) {
      const payloads = encoder.encode(event, selections);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return payloads;
    },
  };
  const answer = async () => {
    waiting.shift()?.();
    await nextTurn();
  };
  const sink = createSink();
  hub.join(deferred, call(), sink);
  expect(encoder.calls).toBe(1);
  await answer();
  sink.waiting = 2 ** 20;
  for (let n = 0; n < 3; n++) {
    tick();
    await answer();
  }
  sink.waiting = 0;
  // A subscriber that is behind is retried every 250 ms: the encoder takes longer.
  vi.advanceTimersByTime(800);
  await answer();
  tick();
  await answer();
  expect(sink.ticks()).toEqual([
    [0, "snapshot", 0],
    [3, "tick", 2],
    [4, "tick", 0],
  ]);
  expect(waiting).toEqual([]);
});
