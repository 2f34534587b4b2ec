// Clients that follow many events, over real connections.
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import { sendEvents } from "../../src/api/rest/dispatch-follower.ts";
import { createEventStreams } from "../../src/api/stream/event-streams.ts";
import { Payload } from "../../src/api/stream/payload.ts";
import { createSeats } from "../../src/api/stream/seats.ts";
import type { Dispatch } from "../../src/domain/dispatch.ts";
import { createEventLog, type EventLog } from "../../src/services/dispatch-events.ts";

const DISPATCH: Dispatch = {
  id: "d",
  assetId: "a",
  scheduleId: null,
  mw: 1,
  durationS: null,
  startMs: 0,
  endMs: null,
  validForS: null,
  onShortfall: "curtail",
  requestId: null,
  submittedAtMs: 0,
  grounds: null,
  status: "accepted",
  reason: null,
  leaseUntilMs: null,
  endedAtMs: null,
  deliveredMwhr: 0,
  heldFromMwhr: null,
};
const KEEP_COUNT = 5_000;
/** A text that fills connections. */
const PADDING = "x".repeat(2_000);

let events: EventLog;
let server: Server;
let failures: unknown[];
/** Listeners of events. */
let following: { count: number };
let ended: Promise<void>;

/** Serves events from one on; the store knows those that are no longer in memory where it is `kept`. */
async function serve(after: number, isMeant = () => true, kept = true): Promise<void> {
  const memory = createMemoryDispatchStore(10);
  const store = {
    ...memory,
    eventsAfter: async (number: number, limit: number) => {
      if (!kept) return undefined;
      const count = Math.max(0, Math.min(limit, events.lastNumber() - number));
      return Array.from({ length: count }, (_, n) => eventOf(number + 1 + n));
    },
  };
  const log = createEventLog(store, async () => {}, KEEP_COUNT);
  const listeners = { count: 0 };
  following = listeners;
  events = {
    ...log,
    follow(listener) {
      listeners.count++;
      const leave = log.follow(listener);
      return () => {
        listeners.count--;
        leave();
      };
    },
  };
  failures = [];
  const streams = createEventStreams({ seats: createSeats(9), heartbeatMs: 1e6, slowS: 1e3 });
  server = createServer(async (_, response) => {
    const stream = await streams.begin(response);
    if ("code" in stream) throw new Error(stream.code);
    const payloadOf = ({ number }: { number: number }) =>
      new Payload(`"${number} ${PADDING}"`, `id: ${number}\n`);
    ended = sendEvents({ events, after, stream, isMeant, payloadOf }).catch((error) => {
      failures.push(error);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

const eventOf = (number: number) => ({
  ...{ number, atMs: 0, dispatchId: "d", from: null, reason: null, byId: null },
  ...{ to: "accepted" as const, dispatch: DISPATCH },
});

function tell(count: number): void {
  for (let n = 0; n < count; n++) events.tell({ ...eventOf(0), ...events.number(eventOf(0)) });
}

function open(): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => get({ port, host: "127.0.0.1" }, resolve));
}

/** Ids up to one, or to the end of the stream. */
async function idsUntil(answer: IncomingMessage, last: number): Promise<number[]> {
  const ids: number[] = [];
  let text = "";
  try {
    for await (const chunk of answer) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, id] = /^id: (\d+)$/m.exec(block) ?? [];
        if (id !== undefined) ids.push(Number(id));
      }
      if ((ids.at(-1) ?? -1) >= last) break;
    }
  } catch {
    // The server has cut it.
  }
  return ids;
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe("a client that follows", () => {
  beforeEach(() => serve(0));
  afterEach(() => {
    expect(failures).toEqual([]);
    server.closeAllConnections();
    server.close();
  });

  test("gets what it missed from the store, then from memory, then live, each once", async () => {
    tell(3 * KEEP_COUNT);
    const answer = await open();
    const live = setInterval(() => tell(300), 1);
    const ids = await idsUntil(answer, 5 * KEEP_COUNT);
    clearInterval(live);
    expect(ids).toEqual(range(0, ids.at(-1) ?? 0));
    await ended;
  });

  test("is not hurried by more in one tick than its connection holds", async () => {
    const answer = await open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    tell(2 * KEEP_COUNT);
    tell(1);
    expect(await idsUntil(answer, 2 * KEEP_COUNT + 1)).toEqual(range(0, 2 * KEEP_COUNT + 1));
  });

  test("leaves nothing behind when it goes while much waits for it", async () => {
    const answer = await open();
    tell(KEEP_COUNT);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(following.count).toBe(1);
    answer.destroy();
    await ended;
    expect(following.count).toBe(0);
  });
});

test("a client that is told nothing is told where it is", async () => {
  await serve(0, () => false);
  const answer = await open();
  tell(2_500);
  expect(await idsUntil(answer, 2_000)).toEqual([0, 1_000, 2_000]);
  server.close();
});

test("a client whose place is no longer known is closed, having missed nothing before", async () => {
  await serve(0, () => true, false);
  const answer = await open();
  tell(KEEP_COUNT);
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let n = 0; n < 4; n++) {
    tell(KEEP_COUNT);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const ids = await idsUntil(answer, Infinity);
  expect(ids).toEqual(range(0, ids.at(-1) ?? 0));
  expect(ids.length).toBeLessThan(5 * KEEP_COUNT);
  await ended;
  server.close();
});
