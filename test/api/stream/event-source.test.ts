// A subscriber of dispatch events: the events that it is sent, at every speed of reading and from every beginning.

import { afterEach, describe, expect, test, vi } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import type { EventEncoder, EventSink } from "../../../src/api/stream/event-source.ts";
import { createFollowing } from "../../../src/api/stream/following.ts";
import { createLaggards } from "../../../src/api/stream/laggards.ts";
import { Payload } from "../../../src/api/stream/payload.ts";
import { createReadyQueue } from "../../../src/api/stream/ready-queue.ts";
import { createSubscriptionRegistry } from "../../../src/api/stream/subscription-registry.ts";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import { type AnnouncedEvent, createEventLog } from "../../../src/services/dispatch/events.ts";
import fc from "../../support/fast-check.ts";

const CHOSEN = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const OTHER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
const FULL = 2 ** 21;

afterEach(() => vi.useRealTimers());

/** A log of events whose older ones are in a store. */
function createEvents(keepCount = 100_000) {
  const announced: AnnouncedEvent[] = [];
  const store = {
    ...createMemoryDispatchStore(10),
    eventsAfter: async (number: number, limit: number): Promise<AnnouncedEvent[] | undefined> =>
      announced.slice(number, number + limit),
  };
  const log = createEventLog(store, keepCount);
  return {
    events: log,
    store,
    emit(assetId = CHOSEN) {
      const dispatch = { assetId } as Dispatch;
      const accepted = { from: null, to: "accepted", reason: null, byId: null } as const;
      const event = log.number({ dispatchId: "d", atMs: 0, ...accepted });
      announced.push({ ...event, dispatch });
      log.announce(dispatch, event);
      void log.send();
    },
  };
}

/** A connection whose buffer a test sets. */
function createSink() {
  const sent: string[] = [];
  let waitingBytes = 0;
  const sink: EventSink & { ended?: string; last?: string } = {
    send: (payload) => void sent.push(payload.text),
    cork() {},
    uncork() {},
    bufferedBytes: () => waitingBytes,
    end: (reason) => {
      sink.ended = reason;
    },
    complete: ({ text }) => {
      sink.last = text;
    },
  };
  return {
    sink,
    sent,
    hold: (bytes: number) => {
      waitingBytes = bytes;
    },
  };
}

function createEncoder(key = "a"): EventEncoder<AnnouncedEvent> & { calls: number } {
  const encoder = {
    key,
    calls: 0,
    encode: ({ number }: AnnouncedEvent): Payload | Promise<Payload> => {
      encoder.calls++;
      return new Payload(String(number), "");
    },
    refuse: ({ code }: { code: string }) => new Payload(code, ""),
    fail: (error: unknown) => new Payload(String(error), ""),
  };
  return encoder;
}

interface StartOptions {
  readonly after?: number;
  readonly limits?: { readonly slowClientS: number };
  readonly encoder?: ReturnType<typeof createEncoder>;
}

function start(given = createEvents(), options: StartOptions = {}) {
  const { after = 0, limits = { slowClientS: 30 }, encoder = createEncoder() } = options;
  const registry = createSubscriptionRegistry();
  const [ready, laggards] = [createReadyQueue(), createLaggards(limits)];
  const { events } = given;
  const following = createFollowing({ events, noun: "dispatches", registry, ready, laggards });
  const to = createSink();
  const chooses = ({ dispatch }: AnnouncedEvent) => dispatch.assetId === CHOSEN;
  const request = { after, missed: [], chooses };
  const leave = following.join(encoder, request, to.sink);
  return { ...given, ...to, registry, following, request, leave, encoder };
}

const flushed = () => new Promise((resolve) => setImmediate(resolve));
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => String(from + n));

describe("a follower", () => {
  test("is sent what it chose, in the next turn", async () => {
    const { emit, sent } = start();
    for (const assetId of [CHOSEN, OTHER, CHOSEN]) emit(assetId);
    await flushed();
    expect(sent).toEqual(["1", "3"]);
  });

  test("that has left is sent nothing, and is counted once", async () => {
    const { leave, registry, emit, sent } = start();
    expect(registry.stats().active).toBe(1);
    emit();
    leave("left");
    leave("left");
    emit();
    await flushed();
    expect(sent).toEqual([]);
    expect(registry.stats()).toMatchObject({ active: 0, started: 1, ended: { left: 1 } });
  });

  test("shares the payload of an event with subscribers of equal encoders", async () => {
    const { following, request, encoder, emit } = start();
    const again = createEncoder();
    const other = createEncoder("b");
    following.join(again, request, createSink().sink);
    following.join(other, request, createSink().sink);
    emit();
    emit();
    await flushed();
    expect([encoder.calls, again.calls, other.calls]).toEqual([2, 0, 2]);
  });

  test("gets what it missed first, page by page out of the store, then what happens", async () => {
    const given = createEvents(10);
    for (let n = 0; n < 2500; n++) given.emit();
    const { sent, emit } = start(given, { after: 3 });
    await flushed();
    emit();
    await vi.waitFor(() => expect(sent).toHaveLength(2498));
    expect(sent).toEqual(numbers(4, 2501));
  });

  test("that reads slowly gets all of them late", async () => {
    const { emit, sent, hold } = start();
    emit();
    await flushed();
    hold(FULL);
    for (let n = 0; n < 20; n++) emit(n % 2 === 0 ? CHOSEN : OTHER);
    await flushed();
    expect(sent).toEqual(["1"]);
    hold(0);
    await vi.waitFor(() => expect(sent).toHaveLength(11));
    emit();
    await flushed();
    expect(sent.at(-1)).toBe("22");
  });
});

describe("a follower is ended", () => {
  test("not where more come at once than its connection holds", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { emit, sent, sink, hold } = start();
    const { send } = sink;
    sink.send = (payload) => {
      send(payload);
      if (sent.length % 2000 === 0) hold(FULL);
    };
    hold(FULL);
    for (let n = 0; n < 4000; n++) emit();
    for (let round = 1; round <= 5; round++) {
      for (let n = 0; n < 2000; n++) emit();
      hold(0);
      await vi.advanceTimersByTimeAsync(250);
      await vi.waitFor(() => expect(sent).toHaveLength(round * 2000));
    }
    expect(sink.last).toBeUndefined();
  });

  test("where it takes nothing for too long", async () => {
    const { emit, sink, hold, registry } = start(createEvents(), {
      limits: { slowClientS: 0.1 },
    });
    hold(FULL);
    emit();
    await vi.waitFor(() => expect(sink.ended).toBe("slow"));
    expect(registry.stats()).toMatchObject({ active: 0, ended: { slow: 1 } });
  });

  test("where it takes nothing for longer than a limit that became shorter meanwhile", async () => {
    const limits = { slowClientS: 30 };
    const { emit, sink, hold } = start(createEvents(), { limits });
    hold(FULL);
    emit();
    await flushed();
    expect(sink.ended).toBeUndefined();
    limits.slowClientS = 0.1;
    await vi.waitFor(() => expect(sink.ended).toBe("slow"));
  });

  test.each([
    ["are no longer known", async () => undefined, "BAD_CURSOR"],
    ["are gone", async () => [], "BAD_CURSOR"],
    ["cannot be read", () => Promise.reject(new Error("unavailable")), "Error: unavailable"],
  ])("where events between %s", async (_, eventsAfter, last) => {
    const given = createEvents(1);
    given.store.eventsAfter = eventsAfter;
    for (let n = 0; n < 10; n++) given.emit();
    const { sink, registry } = start(given);
    await vi.waitFor(() => expect(sink.last).toBe(last));
    expect(registry.stats()).toMatchObject({ active: 0, ended: { failed: 1 } });
  });
});

test("whatever happens while it reads, a follower gets each event it chose once and in order", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const step = fc.constantFrom("tell", "other", "full", "free", "turn");
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.nat({ max: 20 }),
      fc.nat({ max: 20 }),
      fc.boolean(),
      async (steps, before, after, isSlowToMake) => {
        const given = createEvents(4);
        const encoder = createEncoder();
        if (isSlowToMake) encoder.encode = async ({ number }) => new Payload(String(number), "");
        for (let n = 0; n < before; n++) given.emit();
        const from = Math.min(after, before);
        const { sent, hold, emit, leave } = start(given, { after: from, encoder });
        const expected = numbers(from + 1, before);
        let number = before;
        for (const it of steps) {
          if (it === "turn") await flushed();
          else if (it === "full" || it === "free") hold(it === "full" ? FULL : 0);
          else {
            number++;
            if (it === "tell") expected.push(String(number));
            emit(it === "tell" ? CHOSEN : OTHER);
          }
        }
        hold(0);
        for (let turn = 0; turn < 20 && sent.length < expected.length; turn++) {
          await vi.advanceTimersByTimeAsync(250);
          await flushed();
        }
        leave("left");
        expect(sent).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});
