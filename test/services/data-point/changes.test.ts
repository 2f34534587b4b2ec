// Changes of data points for followers: each once, in order, from the store and from memory.
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { createMemoryDataPointStore } from "../../../src/adapters/memory/data-point-store.ts";
import { Fault } from "../../../src/domain/base/fault.ts";
import { systemPrincipal } from "../../../src/domain/identity/principal.ts";
import type { DataPointStore } from "../../../src/domain/ports/data-point-store.ts";
import {
  createChangeFeed,
  type DataPointChanges,
} from "../../../src/services/data-point/changes.ts";
import { createDataPoints, type DataPoints } from "../../../src/services/data-point/data-points.ts";
import {
  type ChangeFollower,
  followChanges,
  readerOfChanges,
} from "../../support/change-followers.ts";
import { POINTS_START_MS, pointOf, saveRecord, writeOf } from "../../support/data-points.ts";
import fc from "../../support/fast-check.ts";

const PATH = "Market/Price";

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await setImmediate();
}

/** A store whose answers take some turns, and whose outcome of a write may be lost after its commit. */
function createSlowStore(pauses: () => number) {
  const store = createMemoryDataPointStore();
  const recorded: number[] = [];
  let isLost = false;
  let last = Promise.resolve();
  const slow: DataPointStore = {
    ...store,
    insert(...args) {
      const lost = isLost;
      isLost = false;
      const inserted = last.then(async () => {
        await turns(pauses());
        const outcome = await store.insert(...args);
        if (outcome.kind === "stored") recorded.push(outcome.recordedMs);
        return outcome;
      });
      last = inserted.then(() => {});
      return inserted.then(async (outcome) => {
        await turns(pauses());
        if (lost) throw new Fault("STORE_UNAVAILABLE", "it is unknown", { retryable: true });
        return outcome;
      });
    },
    async changesAfter(...args) {
      await turns(pauses());
      const page = await store.changesAfter(...args);
      await turns(pauses());
      return page;
    },
  };
  return {
    ...{ slow, recorded },
    loseNext: () => {
      isLost = true;
    },
  };
}

function serviceOf(store: DataPointStore): DataPoints {
  return createDataPoints({
    store,
    fleet: { assetOf: () => undefined, refuse: () => undefined } as never,
    zones: { offsetOf: () => 0 } as never,
    schemas: { refuseSchema: async () => undefined, refuseDocument: async () => undefined },
    digestOf: (text) => text,
    clock: { nowMs: () => POINTS_START_MS },
    workTurns: { next: async () => {} } as never,
    audit: { done: () => saveRecord("1", PATH), refuse: () => {} },
  });
}

type Step =
  | { readonly kind: "write"; readonly isLost: boolean; readonly id: number | null }
  | { readonly kind: "join"; readonly place: number }
  | { readonly kind: "restart" }
  | { readonly kind: "wait"; readonly turns: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("write" as const),
        isLost: fc.boolean(),
        id: fc.option(fc.nat(3)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("join" as const), place: fc.nat(20) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "restart" } as const) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), turns: fc.nat(4) }),
    },
  ),
  { maxLength: 40 },
);

test("each follower gets each change once, over restarts and lost outcomes", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat(3), { minLength: 1 }), async (given, pauses) => {
      let place = 0;
      const { slow, recorded, loseNext } = createSlowStore(
        () => pauses[place++ % pauses.length] as number,
      );
      await slow.describe([pointOf(PATH)], []);
      let service = serviceOf(slow);
      const by = systemPrincipal("audit");
      let count = 0;
      const write = (requestId?: string) =>
        service.insert(
          by,
          {
            writes: [
              {
                ...{ path: PATH, source: "original" },
                // A request that is repeated has the same values.
                values: [{ atMs: requestId ? 0 : ++count, content: 1 }],
              },
            ],
            requestId,
          },
          () => true,
        );
      await write();
      let followers: [first: number, follower: ChangeFollower, before: number[]][] = [];
      const pending: Promise<unknown>[] = [];
      for (const step of given) {
        if (step.kind === "write") {
          if (step.isLost) loseNext();
          pending.push(write(step.id === null ? undefined : `r${step.id}`).catch(() => {}));
        }
        if (step.kind === "join") {
          const after = recorded[step.place % recorded.length] as number;
          followers.push([after, await followChanges(service.changes, after), []]);
        }
        if (step.kind === "wait") await turns(step.turns);
        if (step.kind !== "restart") continue;
        await Promise.all(pending);
        const next = serviceOf(slow);
        await next.begin();
        service = next;
        followers = await Promise.all(
          followers.map(async ([first, old, before]) => {
            old.leave();
            const got = [...before, ...old.got];
            return [first, await followChanges(next.changes, got.at(-1) ?? first), got];
          }),
        );
      }
      await Promise.all(pending);
      await write();
      for (const [first, follower, before] of followers) {
        await follower.drained();
        expect([...before, ...follower.got]).toEqual(recorded.filter((it) => it > first));
      }
    }),
    { numRuns: 300 },
  );
}, 120_000);

test("changes that the feed no longer has are read from the store, each once", async () => {
  const runs = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(runs, fc.nat(4), async (sizes, slowness) => {
      const store = createMemoryDataPointStore();
      await store.describe([pointOf(PATH)], []);
      const feed = createChangeFeed(store, 6);
      const recorded: number[] = [];
      const followers: [number, ChangeFollower][] = [];
      for (const size of sizes) {
        const writes = Array.from({ length: size }, (_, n) => writeOf(PATH, [[n, n]]));
        const outcome = await store.insert(writes, POINTS_START_MS, undefined, []);
        if (outcome.kind !== "stored") throw new Error(outcome.kind);
        recorded.push(outcome.recordedMs);
        if (recorded.length === 1) feed.begin(outcome.recordedMs);
        else feed.announce(outcome.recordedMs, writes, outcome.previousMs);
        const after = recorded[Math.floor(recorded.length / 2)] as number;
        followers.push([after, await followChanges(feed, after)]);
        await turns(slowness);
      }
      for (const [after, follower] of followers) {
        await follower.drained();
        expect(follower.got).toEqual(recorded.filter((it) => it > after));
      }
    }),
  );
}, 60_000);

test("a write whose outcome was lost is announced when it is repeated", async () => {
  const { slow, recorded, loseNext } = createSlowStore(() => 1);
  await slow.describe([pointOf(PATH)], []);
  const service = serviceOf(slow);
  const writes = [{ path: PATH, source: "original", values: [{ atMs: 0, content: 1 }] } as const];
  const write = (requestId: string) =>
    service.insert(systemPrincipal("audit"), { writes, requestId }, () => true);
  await write("a");
  const follower = await followChanges(service.changes, recorded[0] as number);
  loseNext();
  await expect(write("b")).rejects.toThrow("it is unknown");
  for (let n = 0; n < 2; n++) await write("b");
  await follower.drained();
  expect(follower.got).toEqual(recorded.slice(1));
  expect(recorded).toHaveLength(2);
});

test("a cursor of an instant that nothing was recorded at has missed changes, whatever it is", async () => {
  const sent: number[] = [];
  const feed = createChangeFeed({
    changesAfter: async (number) => void sent.push(number),
  });
  feed.begin(POINTS_START_MS);
  for (const number of [0, 5, POINTS_START_MS + 1, 8.64e15 + 1, Number.MAX_SAFE_INTEGER])
    expect(await feed.after(number)).toEqual([
      { number: POINTS_START_MS + 0.5, changes: [], isMissed: true },
    ]);
  expect(sent).toEqual([0, 5, POINTS_START_MS + 1]);
  expect(await feed.after(POINTS_START_MS)).toEqual([]);
});

test("a slow follower is sent once that it missed changes that the store removed, and goes on", async () => {
  const store = createMemoryDataPointStore();
  await store.describe([pointOf(PATH)], []);
  let keptMs = -Infinity;
  const feed = createChangeFeed(
    {
      changesAfter: async (number, limit) =>
        number < keptMs ? undefined : store.changesAfter(number, limit),
    },
    4,
  );
  const recorded: number[] = [];
  const write = async () => {
    const writes = [writeOf(PATH, [[0, 1]])];
    const outcome = await store.insert(writes, POINTS_START_MS, undefined, []);
    if (outcome.kind !== "stored") throw new Error(outcome.kind);
    recorded.push(outcome.recordedMs);
    if (recorded.length === 1) feed.begin(outcome.recordedMs);
    else feed.announce(outcome.recordedMs, writes, outcome.previousMs);
  };
  await write();
  const sent: DataPointChanges[] = [];
  const onLost = () => expect.unreachable("the feed goes on");
  const read = readerOfChanges(feed, recorded[0] as number, [], onLost);
  const readOne = async () => {
    const event = await read();
    if (event !== undefined) sent.push(event);
    return event !== undefined;
  };
  await write();
  await readOne();
  // It does not read while many are written, and the store removes those of its place.
  for (let n = 0; n < 20; n++) await write();
  keptMs = recorded[12] as number;
  const last = recorded.at(-1) as number;
  await readOne();
  for (let n = 0; n < 20; n++) await write();
  while (await readOne());
  expect(sent.map(({ number, isMissed }) => (isMissed ? "missed" : number))).toEqual([
    recorded[1],
    "missed",
    ...recorded.filter((it) => it > last),
  ]);
});
