import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import type { DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { ASSET, tableOf } from "../../support/tick-tables.ts";

const BUSY = ASSET.id;
const OTHER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
const table = tableOf({ id: BUSY }, { id: OTHER });
/** More than are decided in one turn. */
const MANY = 1200;

/** A store whose commits wait until they are released, and what each of them adds. */
function heldStore() {
  const store = createMemoryDispatchStore(10_000);
  const commits: (readonly Dispatch[])[] = [];
  const waiting: (() => void)[] = [];
  const held: DispatchStore = {
    ...store,
    async add(dispatches, named) {
      commits.push(dispatches);
      await new Promise<void>((resolve) => waiting.push(resolve));
      await store.add(dispatches, named);
    },
  };
  return { held, commits, release: () => waiting.shift()?.() };
}

/** Lets all that is ready run. */
async function passTurns(): Promise<void> {
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** A fleet with a commit under way, and many requests for one asset that wait for it. */
async function busyFleet() {
  const { held, commits, release } = heldStore();
  const fixture = dispatchFixture(held, table);
  const { dispatch } = fixture;
  const send = (assetId: string, mw: number) => dispatch.dispatch({ assetId, mw, durationS: null });
  const first = send(BUSY, 1);
  await passTurns();
  const many = dispatch.dispatchMany(
    Array.from({ length: MANY }, () => ({ assetId: BUSY, mw: 2, durationS: null })),
  );
  return { ...fixture, commits, release, send, first, many };
}

const textOf = ({ assetId, mw }: Dispatch) => `${assetId === OTHER ? "other" : "busy"} ${mw}`;

/** A schedule of so many intervals that deciding and storing it takes some ms. */
const longSchedule = {
  assetId: BUSY,
  intervals: Array.from({ length: 300 }, (_, n) => {
    const fromMs = NOW_MS + (n + 1) * 60_000;
    return { fromMs, untilMs: fromMs + 60_000, mw: 0 };
  }),
};

describe("a stop", () => {
  test("waits for no commit that is under way for other assets", async () => {
    const { commits, release, send, first, many } = await busyFleet();
    const stop = send(OTHER, 0);
    await passTurns();
    expect(commits.map((it) => it.map(textOf))).toEqual([["busy 1"], ["other 0"]]);
    release();
    release();
    expect(await stop).toMatchObject({ accepted: true });
    await first;
    await passTurns();
    // What waited for the first commit, and not for the stop.
    expect(commits[2]?.slice(0, 1).map(textOf)).toEqual(["busy 2"]);
    for (let n = 0; n < 3; n++) {
      release();
      await passTurns();
    }
    expect(await many).toHaveLength(MANY);
  });

  test("of an asset of which something is being stored waits for that", async () => {
    const { held, commits, release } = heldStore();
    const { dispatch } = dispatchFixture(held, table);
    const send = (mw: number) => dispatch.dispatch({ assetId: BUSY, mw, durationS: null });
    const first = send(1);
    await passTurns();
    const stop = send(0);
    await passTurns();
    expect(commits).toHaveLength(1);
    release();
    await first;
    await passTurns();
    release();
    expect(await stop).toMatchObject({ accepted: true });
    expect(commits.map((it) => it.map(textOf))).toEqual([["busy 1"], ["busy 0"]]);
  });

  test("holds back what comes after it for its own asset alone", async () => {
    const { commits, release, send, first } = await busyFleet();
    void send(OTHER, 0);
    await passTurns();
    const after = send(OTHER, 7);
    const again = send(OTHER, 0);
    await passTurns();
    expect(commits.map((it) => it.map(textOf))).toEqual([["busy 1"], ["other 0"]]);
    for (let n = 0; n < 6; n++) {
      release();
      await passTurns();
    }
    await first;
    expect(await after).toMatchObject({ accepted: true });
    expect(await again).toMatchObject({ accepted: true });
    const own = commits.flat().filter(({ assetId }) => assetId === OTHER);
    expect(own.map(textOf)).toEqual(["other 0", "other 7", "other 0"]);
  });

  test("comes after the earlier requests of its own asset, which are stored in the same commit", async () => {
    const { commits, release, send } = await busyFleet();
    void send(OTHER, 3);
    void send(OTHER, 4);
    void send(OTHER, 0);
    release();
    await passTurns();
    expect(commits[1]?.slice(0, 4).map(textOf)).toEqual([
      "other 3",
      "other 4",
      "other 0",
      "busy 2",
    ]);
  });

  test("of a site comes after the earlier requests of each of its assets", async () => {
    const { commits, release, send, dispatch } = await busyFleet();
    void send(OTHER, 3);
    void dispatch.dispatchSite({ siteId: ASSET.siteId, mw: 0, durationS: null });
    for (let n = 0; n < 3; n++) {
      release();
      await passTurns();
    }
    const all = commits.flat().map(textOf);
    expect(all.slice(-2)).toEqual(["busy 0", "other 0"]);
    expect(all).toHaveLength(1 + MANY + 3);
  });

  test("with a start is none", async () => {
    const { commits, release, dispatch } = await busyFleet();
    const startAtMs = 4_100_000;
    void dispatch.dispatch({ assetId: OTHER, mw: 0, durationS: null, startAtMs });
    release();
    await passTurns();
    expect(commits[1]?.slice(0, 1).map(textOf)).toEqual(["busy 2"]);
  });
});

describe("a cancel", () => {
  test("does not wait for requests of other assets", async () => {
    const { dispatch, release, commits, send } = await busyFleet();
    release();
    await passTurns();
    release();
    await passTurns();
    const waiting = send(OTHER, 5);
    release();
    await passTurns();
    release();
    const accepted = await waiting;
    void send(BUSY, 1);
    await passTurns();
    expect(commits.at(-1)?.map(textOf)).toEqual(["busy 1"]);
    const id = accepted.accepted ? accepted.dispatch.id : "";
    expect(await dispatch.cancel(id)).toMatchObject({ accepted: true });
  });

  test("comes after an earlier request of its own asset that is being stored", async () => {
    const { held, release } = heldStore();
    const { dispatch } = dispatchFixture(held, table);
    const first = dispatch.dispatch({ assetId: OTHER, mw: 5, durationS: null });
    await passTurns();
    release();
    const accepted = await first;
    const id = accepted.accepted ? accepted.dispatch.id : "";
    const later = dispatch.dispatch({ assetId: OTHER, mw: 6, durationS: null });
    await passTurns();
    let isCancelled = false;
    const cancelled = dispatch.cancel(id).then((result) => {
      isCancelled = true;
      return result;
    });
    await passTurns();
    expect(isCancelled).toBe(false);
    release();
    await later;
    // The later one begins at the same instant, and has taken its place.
    expect(await cancelled).toMatchObject({ accepted: false, refusal: { code: "DISPATCH_ENDED" } });
  });

  test("is not stored with a long schedule, nor is the schedule with what came after it", async () => {
    const { held, commits, release } = heldStore();
    const { dispatch } = dispatchFixture(held, table);
    const first = dispatch.dispatch({ assetId: BUSY, mw: 1, durationS: null });
    await passTurns();
    const schedule = dispatch.setSchedule(longSchedule);
    const other = dispatch.dispatch({ assetId: OTHER, mw: 1, durationS: null });
    const stop = dispatch.dispatch({ assetId: OTHER, mw: 0, durationS: null });
    const last = dispatch.dispatch({ assetId: BUSY, mw: 2, durationS: null });
    for (let n = 0; n < 5; n++) {
      release();
      await passTurns();
    }
    expect(commits.map((it) => it.length)).toEqual([1, 2, 300, 1]);
    expect(commits[1]?.map(textOf)).toEqual(["other 1", "other 0"]);
    await Promise.all([first, schedule, other, stop, last]);
  });
});
