// Lists that are kept up to date, by a client whose connection the test is.
import type { Client, Sink, SubscribePayload } from "graphql-ws";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../web/dashboard/api/api.ts";
import { followList } from "../../web/dashboard/live/follow-list.ts";
import { keepReading } from "../../web/dashboard/live/keep-reading.ts";
import { endPauses, pause, waitMs } from "../../web/dashboard/live/pause.ts";

interface Subscribed {
  readonly payload: SubscribePayload;
  readonly sink: Sink<never>;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** What was subscribed to, and the subscriptions that a test answers. */
function startList() {
  const events: Subscribed[] = [];
  const looks: Subscribed[] = [];
  let connected = () => {};
  const client = {
    subscribe(payload: SubscribePayload, sink: Sink<never>) {
      const list = payload.query.startsWith("subscription") ? events : looks;
      list.push({ payload, sink });
      return () => {};
    },
    on(_: string, listener: () => void) {
      connected = listener;
      return () => {};
    },
    // The rest of a client is not used by a follower of a list.
  } as unknown as Client;
  const reads: ((list: string[]) => void)[] = [];
  let shown: string[] = [];
  const stop = followList<{ e: { cursor: string } }, { after?: string | null }, string[]>(
    client,
    { query: "subscription A($after: String) { e(after: $after) { cursor } }" } as never,
    {},
    {
      read: () => new Promise((resolve) => void reads.push(resolve)),
      onRead(list) {
        shown = list;
      },
      onEvent({ e }) {
        shown = [...shown, e.cursor];
      },
      onError() {},
    },
  );
  return {
    ...{ events, looks, reads, stop },
    shown: () => shown,
    connect: () => connected(),
    /** The server answers the query that came after the subscription. */
    begin: () => looks.shift()?.sink.next({ data: {} } as never),
    send: (cursor: string) => events.at(-1)?.sink.next({ data: { e: { cursor } } } as never),
    async answer(...list: string[]) {
      reads.at(-1)?.(list);
      await vi.advanceTimersByTimeAsync(0);
    },
    after: () => events.at(-1)?.payload.variables?.after,
  };
}

const BAD_CURSOR = [{ message: "no", extensions: { code: "BAD_CURSOR" } }] as never;

test("a list is read once its subscription has begun, and not before", async () => {
  const list = startList();
  expect(list.reads.length).toBe(0);
  list.begin();
  expect(list.reads.length).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(list.reads.length).toBe(1);
});

test("a list whose subscription does not begin is read without it", async () => {
  const list = startList();
  await vi.advanceTimersByTimeAsync(1000);
  expect(list.reads.length).toBe(1);
});

test("an event that comes while the list is read is applied to it", async () => {
  const list = startList();
  list.begin();
  list.send("1");
  expect(list.shown()).toEqual(["1"]);
  await list.answer("a");
  expect(list.shown()).toEqual(["a", "1"]);
});

test("after a new connection it is read again, also where no event ever came", async () => {
  const list = startList();
  list.connect();
  list.begin();
  await list.answer("a");
  list.connect();
  expect(list.reads.length).toBe(1);
  list.begin();
  await list.answer("b");
  expect(list.shown()).toEqual(["b"]);
});

test("an answer to a reading from before the connection was lost is dropped", async () => {
  const list = startList();
  list.begin();
  list.connect();
  list.begin();
  await list.answer("new");
  list.reads[0]?.(["old"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(list.shown()).toEqual(["new"]);
});

test("a refused cursor is dropped at once, and the list read again", async () => {
  const list = startList();
  list.begin();
  await list.answer();
  list.send("7");
  expect(list.after()).toBe("7");
  list.events[0]?.sink.error(BAD_CURSOR);
  await vi.advanceTimersByTimeAsync(0);
  expect(list.events.length).toBe(2);
  expect(list.after()).toBeNull();
  list.begin();
  await list.answer("a");
  expect(list.shown()).toEqual(["a"]);
});

test("a subscription that the server completes begins again", async () => {
  const list = startList();
  list.send("7");
  list.events[0]?.sink.next({ errors: BAD_CURSOR } as never);
  list.events[0]?.sink.complete();
  await vi.advanceTimersByTimeAsync(0);
  expect(list.events.length).toBe(2);
  expect(list.after()).toBeNull();
  list.events[1]?.sink.complete();
  await vi.advanceTimersByTimeAsync(200);
  expect(list.events.length).toBe(2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(list.events.length).toBe(3);
});

test("a closed socket keeps the cursor", async () => {
  const list = startList();
  list.send("7");
  list.events[0]?.sink.error({ code: 1011, reason: "" });
  await vi.advanceTimersByTimeAsync(5000);
  expect(list.after()).toBe("7");
});

test("one that was ended begins no more", async () => {
  const list = startList();
  list.stop();
  list.events[0]?.sink.complete();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([list.events.length, list.reads.length]).toEqual([1, 0]);
});

test("waits grow up to 5 s, and chance shortens them to half", () => {
  expect([0, 1, 2, 3, 4, 400].map((failures) => waitMs(failures, 0))).toEqual([
    500, 1000, 2000, 4000, 5000, 5000,
  ]);
  expect(waitMs(400, 1)).toBe(2500);
});

test("a pause ends at its time, or where there is a reason to try at once", async () => {
  const ended: number[] = [];
  for (const ms of [10, 5000, 6000]) void pause(ms).then(() => ended.push(ms));
  await vi.advanceTimersByTimeAsync(10);
  expect(ended).toEqual([10]);
  endPauses();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual([10, 5000, 6000]);
  expect(vi.getTimerCount()).toBe(0);
});

test("what cannot be read is read again until it is, where that may pass", async () => {
  const seen: string[] = [];
  const failures = [
    new ApiError("UNREACHABLE", "away"),
    new ApiError("STORE_UNAVAILABLE", "no store"),
  ];
  const read = async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return "answer";
  };
  keepReading(
    read,
    (answer) => seen.push(answer),
    ({ message }) => seen.push(message),
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual(["away"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual(["away", "no store", "answer"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("what is refused for good is not read again, nor what is no longer wanted", async () => {
  const read = vi.fn(async () => {
    throw new ApiError("BAD_INPUT", "no");
  });
  keepReading(
    read,
    () => {},
    () => {},
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(1);
  const readLost = vi.fn(async () => {
    throw new ApiError("UNREACHABLE", "away");
  });
  const stop = keepReading(
    readLost,
    () => {},
    () => {},
  );
  await vi.advanceTimersByTimeAsync(0);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(readLost).toHaveBeenCalledTimes(1);
});
