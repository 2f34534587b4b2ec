// What was missed is read out of the store: once for all that missed the same, and one after the other.
import { expect, test } from "vitest";
import { telemetryAt } from "../../src/domain/frame.ts";
import type { InstantRange, TelemetryStore } from "../../src/domain/ports/telemetry-store.ts";
import { createReplay, type MissedQuery } from "../../src/services/replay.ts";
import { createTelemetry } from "../../src/services/telemetry.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { ASSET, DT_S, tableOf } from "../tick-tables.ts";

const LATEST = 100;
const msOf = (tick: number) => tick * DT_S * 1000;

const QUERY: MissedQuery = {
  afterMs: msOf(50),
  ofThisRun: false,
  everyTicks: 1,
  selectionKey: "all",
  select: () => undefined,
};

/** A replay over a store that answers, with the tick after the one asked about, when it is told to. */
function createAsked() {
  const latest = createSimulator(tableOf({}), DT_S, LATEST).latest();
  const asked: InstantRange[] = [];
  const waiting: (() => void)[] = [];
  const store: TelemetryStore = {
    samples: async () => [],
    steps: async () => [],
    async since(range) {
      asked.push(range);
      await new Promise<void>((resolve) => waiting.push(resolve));
      const timestampMs = range.afterMs + range.everyMs;
      const sample = { ...telemetryAt(latest, 0), timestampMs, assetId: ASSET.id };
      return [{ timestampMs, dtS: DT_S, samples: [sample] }];
    },
  };
  const kept = { store, settle: async () => {}, waitingFrames: () => 0 };
  const { missed } = createReplay(createTelemetry(latest, 2), kept);
  return {
    asked,
    ticks: async (query: MissedQuery) => (await missed(query))?.frames.map(({ tick }) => tick),
    answer: () => waiting.shift()?.(),
  };
}

/** Whatever can be done before the store answers is done then. */
const allIsAsked = () => new Promise((resolve) => setImmediate(resolve));

test("the store is asked once for two that missed the same, and anew for one that comes later", async () => {
  const { asked, ticks, answer } = createAsked();
  const both = Promise.all([ticks(QUERY), ticks({ ...QUERY })]);
  await allIsAsked();
  answer();
  await allIsAsked();
  expect(asked.length).toBe(1);
  expect(await both).toEqual([[51], [51]]);

  const later = ticks(QUERY);
  await allIsAsked();
  answer();
  expect(await later).toEqual([51]);
  expect(asked.length).toBe(2);
});

test.each([
  ["cursors", { afterMs: msOf(60) }, 61],
  ["rates", { everyTicks: 5 }, 55],
  ["selections", { selectionKey: "first", select: () => [0] }, 51],
])("it is asked twice, one after the other, for different %s", async (_, difference, tick) => {
  const { asked, ticks, answer } = createAsked();
  const [one, other] = [ticks(QUERY), ticks({ ...QUERY, ...difference })];
  await allIsAsked();
  expect(asked.length).toBe(1);
  answer();
  expect(await one).toEqual([51]);
  await allIsAsked();
  expect(asked.length).toBe(2);
  answer();
  expect(await other).toEqual([tick]);
});
