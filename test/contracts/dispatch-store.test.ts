import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import type { DispatchStore } from "../../src/domain/ports/dispatch-store.ts";
import { createStore } from "../../src/store/store.ts";
import { SERVERS, type TestServerKind } from "../support/databases.ts";
import {
  changeOf,
  dispatchOf,
  fullDispatchOf,
  SUBMITTED_MS,
  startOf,
} from "../support/dispatches.ts";
import { KEEP_ALL } from "../support/keep-all.ts";
import { silentLog } from "../support/silent-log.ts";
import { ASSET, DT_S, givenOf, tableOf } from "../support/tick-tables.ts";

/** Makes stores, each of them empty. */
interface Maker {
  make(): Promise<DispatchStore>;
  close(): Promise<void>;
}

const OTHER_ID = randomUUID();
const TABLE = tableOf({}, { id: OTHER_ID });

const memory = async (): Promise<Maker> => ({
  make: async () => createMemoryDispatchStore(1_000),
  close: async () => {},
});

const stored = (start: TestServerKind["start"]) => async (): Promise<Maker> => {
  const server = await start();
  const url = await server.createDatabase();
  const directory = mkdtempSync(join(tmpdir(), "mando-dispatches-"));
  const settings = { directory, spoolBytes: 2 ** 26, mayPrune: false, retention: KEEP_ALL };
  let close = async () => {};
  return {
    async make() {
      await close();
      const store = createStore({ ...settings, reset: true }, silentLog);
      close = store.close;
      await store.open(url, { given: givenOf(TABLE), origin: "file", dtS: DT_S, nowMs: Date.now });
      return store.dispatches;
    },
    async close() {
      await close();
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
};

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];

describe.each(STORES)("a dispatch store in %s", { timeout: 60_000 }, (name, start) => {
  let maker: Maker;
  let store: DispatchStore;
  const listed = async (filter: object = {}) =>
    (await store.list({ limit: 1_000, ...filter })).map(({ dispatch }) => dispatch);

  beforeAll(async () => {
    maker = await start();
  }, 60_000);
  afterAll(() => maker?.close());
  beforeEach(async () => {
    store = await maker.make();
  });

  test("finds a stored dispatch, exactly, whatever the case of the id", async () => {
    const kept = [dispatchOf(), fullDispatchOf(), fullDispatchOf({ rationale: null, endMs: null })];
    await store.add(kept, []);
    for (const dispatch of kept) {
      expect(await store.find(dispatch.id)).toEqual(dispatch);
      expect(await store.find(dispatch.id.toUpperCase())).toEqual(dispatch);
    }
    expect(await store.find(randomUUID())).toBeUndefined();
  });

  test("preserves the order of many in one call", async () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      dispatchOf({ mw: n / 7, submittedAtMs: SUBMITTED_MS + ((n * 7919) % 300) }),
    );
    const last = dispatchOf();
    await store.add(many, []);
    await store.add([last], []);
    expect(await listed()).toEqual([...many, last].reverse());
  });

  test("stores all of a call or none", async () => {
    const first = dispatchOf();
    const request = { id: "first", text: "{}" };
    await store.add([first], [request]);
    const second = dispatchOf();
    await expect(store.add([second, first], [{ id: "second", text: "" }])).rejects.toThrow();
    await expect(store.add([second], [request])).rejects.toThrow();
    expect(await listed()).toEqual([first]);
    expect(await store.request("second")).toBeUndefined();
  });

  test("lists newest first, by asset, by status, page by page", async () => {
    const first = dispatchOf({ status: "completed" });
    const second = dispatchOf({ assetId: OTHER_ID });
    const third = dispatchOf();
    await store.add([first, second], []);
    await store.add([third], []);
    expect(await listed()).toEqual([third, second, first]);
    expect(await listed({ assetIds: [ASSET.id] })).toEqual([third, first]);
    expect(await listed({ assetIds: [ASSET.id, OTHER_ID] })).toEqual([third, second, first]);
    expect(await listed({ assetIds: [] })).toEqual([]);
    expect(await listed({ statuses: ["accepted"], limit: 1 })).toEqual([third]);
    expect(await listed({ statuses: ["active", "accepted"] })).toEqual([third, second]);
    expect(await listed({ statuses: ["completed", "accepted"] })).toEqual([third, second, first]);
    expect(await listed({ statuses: ["completed"], assetIds: [OTHER_ID] })).toEqual([]);
    expect(await listed({ statuses: [] })).toEqual([]);
    const [newest] = await store.list({ limit: 1 });
    expect(await listed({ before: newest?.cursor })).toEqual([second, first]);
  });

  test("lists an asset's dispatches by their windows, as far as they came, page by page", async () => {
    const at = (minute: number) => SUBMITTED_MS + minute * 60_000;
    const windowOf = (mw: number, start: number, end: number | null, ended: number | null = null) =>
      dispatchOf({
        ...{ mw, startMs: at(start), endMs: end === null ? null : at(end) },
        ...(ended !== null && { status: "completed", endedAtMs: at(ended) }),
      });
    const kept = [
      windowOf(1, 0, 10, 10),
      windowOf(2, 5, 60, 10),
      windowOf(3, 15, null),
      windowOf(4, 12, 20),
      windowOf(5, 12, 30, 25),
      windowOf(6, 20, 30),
      windowOf(7, 14, 30, 13),
      windowOf(8, 0, 10, 9),
      windowOf(9, 15, null, 16),
    ];
    await store.add([...kept, { ...windowOf(10, 12, 20), assetId: OTHER_ID }], []);
    const range = { fromMs: at(10), untilMs: at(20), knownMs: Infinity, limit: 100 };
    const all = await store.windows(ASSET.id, range);
    expect(all.map(({ dispatch }) => dispatch.mw)).toEqual([1, 2, 4, 5, 3, 9]);
    expect(all[1]?.dispatch).toEqual(kept[1]);
    const pages: number[] = [];
    for (let after: { startMs: number; cursor: number } | undefined; ; ) {
      const page = await store.windows(ASSET.id, { ...range, after, limit: 1 });
      const [next] = page;
      if (next === undefined) break;
      pages.push(next.dispatch.mw);
      after = { startMs: next.dispatch.startMs, cursor: next.cursor };
    }
    expect(pages).toEqual([1, 2, 4, 5, 3, 9]);
    const knownAt = async (knownMs: number) =>
      (await store.windows(ASSET.id, { ...range, knownMs })).map(({ dispatch }) => dispatch.mw);
    expect(await knownAt(at(12.5))).toEqual([1, 2, 4, 5, 7, 3, 9]);
    expect(await knownAt(at(9))).toEqual([1, 2, 4, 5, 7, 3, 9]);
    expect(await knownAt(at(8))).toEqual([1, 8, 2, 4, 5, 7, 3, 9]);
    expect(await knownAt(SUBMITTED_MS - 1)).toEqual([]);
  });

  test("returns the request of an id, and its accepted dispatches in order", async () => {
    const requestId = "order 66, ä";
    const text = '{"mw":0.1}';
    const kept = [dispatchOf({ requestId }), dispatchOf({ requestId, assetId: OTHER_ID })];
    await store.add([...kept, dispatchOf()], [{ id: requestId, text }]);
    expect(await store.request(requestId)).toEqual({ text, dispatches: kept });
    expect(await store.request("another")).toBeUndefined();
  });

  test("returns the state of a dispatch after its changes, in one call and over calls", async () => {
    const first = fullDispatchOf();
    const second = dispatchOf();
    await store.add([first, second], []);
    const over = { status: "completed", endedAtMs: SUBMITTED_MS + 4_195, heldFromMwhr: null };
    await store.record([
      startOf(first, 1),
      changeOf(second, { deliveredMwhr: 1e-7 }),
      changeOf(first, { deliveredMwhr: 0.1 * 3 }),
    ]);
    expect(await store.find(first.id)).toEqual({ ...first, deliveredMwhr: 0.1 * 3 });
    expect(await store.find(second.id)).toEqual({ ...second, deliveredMwhr: 1e-7 });
    await Promise.all([
      store.record([changeOf(first, { status: "active", deliveredMwhr: 1 })]),
      store.record([changeOf(first, { ...over, status: "completed", leaseUntilMs: null })]),
    ]);
    expect(await store.find(first.id)).toEqual({ ...first, ...over, leaseUntilMs: null });
    await store.record([]);
  });

  test("stores what a dispatch demanded and lacks, and its rationale where that comes later", async () => {
    const [whole, bare] = [fullDispatchOf(), dispatchOf()];
    await store.add([whole, bare], []);
    const { rationale, shortfall } = whole;
    const known = { heldFromMs: SUBMITTED_MS + 195, heldFromMw: 1 / 9, demandedMwhr: 1e-5 / 7 };
    const expected = { number: 1, to: "accepted", from: "accepted" } as const;
    await store.record([
      changeOf(bare, { ...known, shortfall }, { ...expected, reason: "SHORTFALL_EXPECTED" }),
      { ...changeOf(bare, { ...known, shortfall }), ...(rationale && { rationale }) },
      changeOf(bare, { ...known, shortfall: null }),
      changeOf(whole, { shortfall: null, heldFromMs: null, heldFromMw: null }),
    ]);
    expect(await store.find(bare.id)).toEqual({ ...bare, ...known, shortfall: null, rationale });
    const ended = { shortfall: null, heldFromMs: null, heldFromMw: null };
    expect(await store.find(whole.id)).toEqual({ ...whole, ...ended });
    await store.record([changeOf(bare, known)]);
    expect(await store.find(bare.id)).toEqual({ ...bare, ...known, rationale });
    expect(await store.eventsOf(bare.id)).toMatchObject([
      { from: "accepted", to: "accepted", reason: "SHORTFALL_EXPECTED" },
    ]);
  });

  test("shows nothing of a dispatch that it does not have", async () => {
    await store.record([changeOf(dispatchOf(), {}, { number: 1, to: "accepted" })]);
    expect(await listed()).toEqual([]);
    expect(await store.eventsAfter(0, 10)).toEqual([]);
  });

  test("stores a request without a dispatch", async () => {
    const [id, text] = ["nothing came of it", '["schedule",[["intervals",[]]]]'];
    await store.add([], [{ id, text }]);
    expect(await store.request(id)).toEqual({ text, dispatches: [] });
    expect(await listed()).toEqual([]);
  });

  test("returns the events of a dispatch, oldest first", async () => {
    const [first, second] = [dispatchOf(), dispatchOf()] as const;
    await store.add([first, second], []);
    const changes = [
      changeOf(first, {}, { number: 1, to: "accepted" }),
      changeOf(second, {}, { number: 2, to: "accepted" }),
      startOf(first, 3),
      changeOf(
        first,
        { status: "superseded" },
        { number: 4, from: "active", to: "superseded", reason: "NEWER_DISPATCH", byId: second.id },
      ),
    ];
    await store.record(changes.slice(0, 3));
    await store.record(changes.slice(3));
    const events = changes.filter(({ id }) => id === first.id).map(({ event }) => event);
    expect(await store.eventsOf(first.id)).toEqual(events);
    expect(await store.eventsOf(first.id.toUpperCase())).toEqual(events);
    expect(await store.eventsOf(randomUUID())).toEqual([]);
  });

  test("returns the events after one, with the present state of the dispatch", async () => {
    expect(await store.eventsAfter(0, 10)).toEqual([]);
    expect(await store.eventsAfter(1, 10)).toBeUndefined();
    const [first, second] = [fullDispatchOf(), dispatchOf()] as const;
    await store.add([first, second], []);
    const changes = [
      changeOf(first, {}, { number: 1, to: "accepted" }),
      changeOf(second, {}, { number: 2, to: "accepted" }),
      startOf(first, 5),
    ] as const;
    await store.record(changes);
    const [one, two, five] = [
      { ...changes[0].event, dispatch: { ...first, ...changes[2].progress } },
      { ...changes[1].event, dispatch: second },
      { ...changes[2].event, dispatch: { ...first, ...changes[2].progress } },
    ];
    expect(await store.eventsAfter(0, 10)).toEqual([one, two, five]);
    expect(await store.eventsAfter(0, 2)).toEqual([one, two]);
    expect(await store.eventsAfter(2, 10)).toEqual([five]);
    expect(await store.eventsAfter(3, 10)).toEqual([five]);
    expect(await store.eventsAfter(5, 10)).toEqual([]);
    expect(await store.eventsAfter(6, 10)).toBeUndefined();
  });

  test("opens with nothing where nothing was stored", async () => {
    expect(await store.open()).toEqual({
      dispatches: [],
      unannouncedIds: [],
      expiredAssetIds: [],
      lastEventNumber: 0,
    });
  });

  // Memory retains nothing from one run to the next.
  if (name !== "memory")
    test("opens with what is not over, what held its asset to the end, and what expired last", async () => {
      const endedAtMs = SUBMITTED_MS + 8_000;
      const waiting = fullDispatchOf({ endedAtMs: null });
      const running = dispatchOf({ assetId: OTHER_ID, status: "active" });
      const expired = dispatchOf({ status: "expired", endedAtMs });
      const tied = dispatchOf({ status: "completed", endedAtMs });
      const before = dispatchOf({ status: "completed", endedAtMs: endedAtMs - 4_000 });
      const otherExpired = dispatchOf({ ...expired, id: randomUUID(), assetId: OTHER_ID });
      const otherLater = dispatchOf({ ...tied, id: randomUUID(), assetId: OTHER_ID });
      const held = [otherLater, otherExpired, expired, tied, before];
      // Cancelled while it waited, it has no effect on the power of the asset.
      const neverHeld = dispatchOf({ status: "cancelled", endedAtMs: endedAtMs + 4_000 });
      // Its server ended before the tick that it held last.
      const ending = dispatchOf({ assetId: OTHER_ID, status: "cancelled", endedAtMs });
      await store.add([...held, running, waiting, neverHeld, ending], []);
      await store.record(held.map((it, n) => changeOf(it, {}, { number: n + 1, to: "active" })));
      await store.record([changeOf(otherLater, { endedAtMs: endedAtMs + 1 }), startOf(running, 7)]);
      await store.record([changeOf(ending, { heldFromMwhr: 2 })]);
      expect(await store.open()).toEqual({
        dispatches: [{ ...running, heldFromMwhr: 1 / 3 }, waiting, { ...ending, heldFromMwhr: 2 }],
        // Its acceptance was stored, and the server ended before its event was.
        unannouncedIds: [waiting.id],
        expiredAssetIds: [ASSET.id],
        lastEventNumber: 7,
      });
    });
});

describe("the dispatch store in memory", () => {
  test("forgets those that were over first beyond its capacity, with request and events", async () => {
    const store = createMemoryDispatchStore(2);
    const requestId = "oldest";
    const all = [dispatchOf({ requestId }), dispatchOf(), dispatchOf()] as const;
    const over = { status: "completed", heldFromMwhr: null } as const;
    await store.add([all[0]], [{ id: requestId, text: "" }]);
    await store.record([startOf(all[0], 1)]);
    await store.add([all[1]], []);
    await store.record([startOf(all[1], 2)]);
    await store.add([all[2]], []);
    await store.record(all.map((it) => changeOf(it, over)));
    expect(await store.find(all[0].id)).toBeUndefined();
    expect(await store.request(requestId)).toBeUndefined();
    expect(await store.eventsOf(all[0].id)).toEqual([]);
    expect(await store.eventsAfter(0, 10)).toBeUndefined();
    expect(await store.eventsAfter(1, 10)).toMatchObject([{ number: 2 }]);
    expect(await store.find(all[2].id)).toBeDefined();
  });

  test("retains an open dispatch, however many ended after it, with its events and its request", async () => {
    const store = createMemoryDispatchStore(3);
    const open = dispatchOf({ requestId: "open" });
    await store.add([open], [{ id: "open", text: "text" }]);
    await store.record([startOf(open, 1)]);
    for (let n = 0; n < 10; n++) {
      const brief = dispatchOf();
      await store.add([brief], []);
      const end = { number: n + 2, to: "completed" } as const;
      await store.record([changeOf(brief, { status: "completed" }, end)]);
    }
    const listed = await store.list({ limit: 20 });
    expect(listed).toHaveLength(4);
    expect(listed.at(-1)).toMatchObject({
      cursor: 1,
      dispatch: { id: open.id, status: "active" },
    });
    expect(await store.eventsOf(open.id)).toMatchObject([{ number: 1 }]);
    expect(await store.request("open")).toMatchObject({
      text: "text",
      dispatches: [open.id].map((id) => ({ id })),
    });
    await store.record([changeOf(open, { status: "cancelled" }, { number: 12, to: "cancelled" })]);
    expect(await store.find(open.id)).toMatchObject({ status: "cancelled" });
    expect((await store.list({ limit: 20 })).length).toBe(3);
  });

  test("retains as many requests without a dispatch as ended dispatches", async () => {
    const store = createMemoryDispatchStore(2);
    for (const id of ["a", "b", "c"]) await store.add([], [{ id, text: id }]);
    expect(await store.request("a")).toBeUndefined();
    expect(await store.request("c")).toEqual({ text: "c", dispatches: [] });
  });

  test("reports where it has dropped events of a dispatch that it still has", async () => {
    const store = createMemoryDispatchStore(1);
    const only = dispatchOf();
    await store.add([only], []);
    for (let number = 1; number <= 9; number++) await store.record([startOf(only, number)]);
    expect(await store.eventsAfter(3, 10)).toBeUndefined();
    expect(await store.eventsAfter(4, 10)).toHaveLength(5);
  });

  test("numbers its events above those of earlier runs, and does not take theirs for its own", async () => {
    const store = createMemoryDispatchStore(1, 70);
    expect((await store.open()).lastEventNumber).toBe(70);
    expect(await store.eventsAfter(69, 10)).toBeUndefined();
    expect(await store.eventsAfter(70, 10)).toEqual([]);
    expect(await store.eventsAfter(71, 10)).toBeUndefined();
  });
});
