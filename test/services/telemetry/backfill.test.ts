// The backfill of missed frames from the store: read once for equal queries, and one query after the other.

import { expect, test } from "vitest";
import { selectionOf } from "../../../src/api/stream/selection.ts";
import type { Asset } from "../../../src/domain/fleet/asset.ts";
import { WHOLE } from "../../../src/domain/identity/scope.ts";
import type {
  InstantRange,
  StoredInstant,
  TelemetryStore,
} from "../../../src/domain/ports/telemetry-store.ts";
import { type Frame, telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import type { MissedQuery } from "../../../src/services/telemetry/backfill.ts";
import type { StoredHistory } from "../../../src/services/telemetry/history.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { ASSET, DT_S, tableOf } from "../../support/tick-tables.ts";

const LATEST = 100;
const msOf = (tick: number) => tick * DT_S * 1000;

const QUERY: MissedQuery = {
  afterMs: msOf(50),
  ofThisRun: false,
  everyTicks: 1,
  selectionKey: "all",
  select: () => undefined,
};

/** A store to which everything is written at once. */
const historyOf = (store: TelemetryStore): StoredHistory => ({
  store,
  flush: async () => {},
  waitingFrames: () => 0,
  oldestMs: () => Infinity,
});

/** A backfill over a store that returns the tick after the requested one once `answer` is called. */
function createRequested() {
  const requested: InstantRange[] = [];
  const waiting: (() => void)[] = [];
  const store: TelemetryStore = {
    samples: async () => [],
    steps: async () => [],
    backfill: async () => {},
    newestLateMs: () => -Infinity,
    async since(range) {
      requested.push(range);
      await new Promise<void>((resolve) => waiting.push(resolve));
      const timestampMs = range.afterMs + range.everyMs;
      const sample = { ...telemetryAt(telemetry.latest(), 0), timestampMs, assetId: ASSET.id };
      return [{ timestampMs, dtS: DT_S, samples: [sample] }];
    },
  };
  const stores = { history: historyOf(store) };
  const { telemetry, backfill } = kernelUnderTest({ startTick: LATEST, recentFrames: 2, stores });
  const { missed } = backfill;
  return {
    requested,
    ticks: async (query: MissedQuery) => (await missed(query))?.frames.map(({ tick }) => tick),
    answer: () => waiting.shift()?.(),
  };
}

/** Resolves once everything that does not wait for the store is done. */
const allIsRequested = () => new Promise((resolve) => setImmediate(resolve));

test("the store is read once for two equal queries, and again for a later one", async () => {
  const { requested, ticks, answer } = createRequested();
  const both = Promise.all([ticks(QUERY), ticks({ ...QUERY })]);
  await allIsRequested();
  answer();
  await allIsRequested();
  expect(requested.length).toBe(1);
  expect(await both).toEqual([[51], [51]]);

  const later = ticks(QUERY);
  await allIsRequested();
  answer();
  expect(await later).toEqual([51]);
  expect(requested.length).toBe(2);
});

test.each([
  ["cursors", { afterMs: msOf(60) }, 61],
  ["rates", { everyTicks: 5 }, 55],
  ["selections", { selectionKey: "first", select: () => [0] }, 51],
])("it is read twice, one after the other, for different %s", async (_, difference, tick) => {
  const { requested, ticks, answer } = createRequested();
  const [one, other] = [ticks(QUERY), ticks({ ...QUERY, ...difference })];
  await allIsRequested();
  expect(requested.length).toBe(1);
  answer();
  expect(await one).toEqual([51]);
  await allIsRequested();
  expect(requested.length).toBe(2);
  answer();
  expect(await other).toEqual([tick]);
});

const [A, B, C] = [bigAssetId(1), bigAssetId(2), bigAssetId(3)];

/** A backfill of a fleet that ticks once as each of these, over a store of all that it reported. */
function createChanging(...fleets: readonly (readonly Partial<Asset>[])[]) {
  const announced: Frame[] = [];
  const rowsOf = (frame: Frame, ids: readonly string[]) =>
    frame.table.assets
      .map((_, index) => telemetryAt(frame, index))
      .filter(({ asset }) => ids.includes(asset.id));
  const store: TelemetryStore = {
    samples: async () => [],
    steps: async () => [],
    backfill: async () => {},
    newestLateMs: () => -Infinity,
    since: async ({ assetIds, afterMs, beforeMs }) =>
      announced
        .filter(({ timestampMs }) => timestampMs > afterMs && timestampMs < beforeMs)
        .map((frame): StoredInstant => {
          const samples = rowsOf(frame, assetIds).map((row) => ({ ...row, assetId: row.asset.id }));
          return { timestampMs: frame.timestampMs, dtS: DT_S, samples };
        }),
  };
  const { simulator, telemetry, backfill } = kernelUnderTest({
    ...{ table: tableOf({ id: A }), startTick: 0, recentFrames: 2 },
    stores: { history: historyOf(store) },
  });
  const tick = () => {
    // Without a spare: the frames are compared afterwards.
    const frame = simulator.tick(simulator.latest().tick + 1);
    telemetry.spare(simulator.table);
    telemetry.publish(frame);
    announced.push(frame);
  };
  tick();
  for (const fleet of fleets) {
    simulator.replaceTable(tableOf(...fleet));
    for (const [index] of fleet.filter(({ retired }) => !retired).entries())
      simulator.setSetpoint(index, index + 1, 0);
    tick();
  }
  /** The frames after the first tick as the backfill has them, and as they were announced. */
  async function again(selection: Parameters<typeof selectionOf>[0], ids: readonly string[]) {
    const query = {
      ...selectionOf(selection, WHOLE),
      everyTicks: 1,
      ofThisRun: true,
      afterMs: msOf(1),
    };
    const { frames = [] } = (await backfill.missed(query)) ?? {};
    const inWords = (frame: Frame) =>
      rowsOf(frame, ids).map(({ asset, site, ...values }) => ({ id: asset.id, ...values }));
    return {
      frames,
      read: frames.map((frame) => [frame.tick, inWords(frame)]),
      announced: announced.slice(1, -2).map((frame) => [frame.tick, inWords(frame)]),
    };
  }
  return { again };
}

const [a, b, c] = [{ id: A }, { id: B }, { id: C }];
const CHANGES = [
  [a],
  [a, b],
  [a, b],
  [b, c],
  [{ ...b, capacityMwhr: 20, maxMw: 10, minMw: -5 }, c],
  [b, c],
  [b, c],
];
/** Assets that ran and run no more are retired. */
const fleets = CHANGES.map((fleet, n) => (n < 3 ? fleet : [{ ...a, retired: true }, ...fleet]));

test.each([
  ["all", {}, [A, B, C]],
  ["a retired asset", { assetIds: [A] }, [A]],
  ["the site of a retired asset", { siteIds: [ASSET.siteId] }, [A, B, C]],
  ["a new asset", { assetIds: [C] }, [C]],
])(
  "frames of another fleet are read again as they were published: %s",
  async (_, selection, ids) => {
    const { read, announced } = await createChanging(...fleets).again(selection, ids);
    expect(read).toHaveLength(5);
    expect(read).toEqual(announced);
  },
);

test("frames of one fleet share its table", async () => {
  const { frames } = await createChanging(...fleets).again({}, [A, B, C]);
  const { size } = new Set(frames.map(({ table }) => table));
  expect(size).toBe(4);
});
