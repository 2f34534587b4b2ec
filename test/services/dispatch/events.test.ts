// What is read of a dispatch is never behind what was announced, however long the store takes.
import { expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../../src/adapters/memory/dispatch-store.ts";
import type { DispatchEvent } from "../../../src/domain/dispatch/dispatch.ts";
import type { DispatchChange, DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { createPendingChanges } from "../../../src/services/dispatch/events.ts";
import { mergedEvents } from "../../../src/services/recent-events.ts";
import { dispatchFixture } from "../../support/dispatch-fixture.ts";
import { changeOf, dispatchOf } from "../../support/dispatches.ts";
import { ASSET } from "../../support/tick-tables.ts";

const request = { assetId: ASSET.id, mw: 5, durationS: 8 };
const FIRST = "id-1000-1";

/** A store that accepts changes, and stores them when `end` is called. */
function reluctantStore() {
  const store = createMemoryDispatchStore(100);
  const waiting: { changes: readonly DispatchChange[]; end: (isKept: boolean) => void }[] = [];
  const reluctant: DispatchStore = {
    ...store,
    record: (changes) =>
      new Promise((resolve, reject) => {
        waiting.push({
          changes,
          end: (isKept) => (isKept ? resolve() : reject(new Error("unavailable"))),
        });
      }),
  };
  async function end(isKept: boolean): Promise<void> {
    for (const { changes, end } of waiting.splice(0)) {
      if (isKept) await store.record(changes);
      end(isKept);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { reluctant, end };
}

test("events are read as soon as they are announced, each once, before and after they are stored", async () => {
  const { reluctant, end } = reluctantStore();
  const { dispatch, setpointsMw } = dispatchFixture(reluctant);
  const seen: string[][] = [];
  const reads: Promise<unknown>[] = [];
  dispatch.events.follow(({ dispatchId }) => {
    const read = dispatch.eventsOf(dispatchId.toUpperCase());
    reads.push(read.then((events) => seen.push(events.map(({ to }) => to))));
  });
  await dispatch.dispatch(request);
  setpointsMw(4);
  await Promise.all(reads);
  expect(seen).toEqual([["accepted"], ["accepted", "active"], ["accepted", "active", "completed"]]);
  const before = await dispatch.eventsOf(FIRST);
  await end(true);
  expect(await dispatch.eventsOf(FIRST)).toEqual(before);
});

test("where the store gave up waiting, a dispatch is read as it was announced", async () => {
  const { reluctant, end } = reluctantStore();
  const { dispatch, setpointsMw } = dispatchFixture(reluctant);
  await dispatch.dispatch(request);
  setpointsMw(4);
  await end(false);
  expect(await dispatch.find(FIRST)).toMatchObject({ status: "completed", reason: "ENDED" });
  const [listed] = await dispatch.list({ limit: 1 });
  expect(listed?.dispatch).toEqual(await dispatch.find(FIRST));
  expect((await dispatch.eventsOf(FIRST)).map(({ to }) => to).at(-1)).toBe("completed");
});

test("what it delivers is read tick by tick, in queries and lists, and exactly at its end", async () => {
  const { dispatch, setpointsMw, telemetry } = dispatchFixture();
  await dispatch.dispatch({ ...request, durationS: 40 });
  const announced: number[] = [];
  for (let tick = 0; tick < 10; tick++) {
    setpointsMw(1);
    const found = await dispatch.find(FIRST);
    const [listed] = await dispatch.list({ limit: 1 });
    expect(listed?.dispatch).toEqual(found);
    expect(found?.deliveredMwhr).toBe(telemetry.latest().energyOutMwhr[0]);
    announced.push(found?.deliveredMwhr ?? 0);
  }
  expect(new Set(announced).size).toBe(10);
  setpointsMw(2);
  expect((await dispatch.find(FIRST))?.deliveredMwhr).toBe(announced[9]);
});

test("changes are dropped in their order once they are stored, and beyond the most that wait", async () => {
  const { reluctant, end } = reluctantStore();
  const pending = createPendingChanges(reluctant, 3);
  const [one, other] = [dispatchOf(), dispatchOf()];
  const add = (number: number, dispatch = one) =>
    pending.add(changeOf(dispatch, {}, { number, to: "active" }), dispatch);
  const numbers = (events: readonly DispatchEvent[]) => events.map(({ number }) => number);
  add(1);
  add(2, other);
  void pending.send();
  add(3);
  expect(numbers(pending.eventsOf(one.id))).toEqual([1, 3]);
  await end(true);
  expect(numbers(pending.eventsAfter(0))).toEqual([3]);
  for (const number of [4, 5, 6]) add(number);
  expect(numbers(pending.eventsOf(one.id))).toEqual([4, 5, 6]);
  expect(numbers(pending.eventsAfter(4))).toEqual([5, 6]);
  expect(numbers(mergedEvents(pending.eventsAfter(4), pending.eventsAfter(0)))).toEqual([4, 5, 6]);
});
