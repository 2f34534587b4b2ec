// The history over the recent frames and a store of older ones.
import { expect, test } from "vitest";
import { createMemoryTelemetryStore } from "../../../src/adapters/memory/telemetry-store.ts";
import { type Frame, telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { ASSET, DT_S, tableOf } from "../../support/tick-tables.ts";

const START = 1_000;
const EVERYTHING = { limit: 100, fromMs: -Infinity, untilMs: Infinity };
const atMs = (tick: number) => (START + tick) * DT_S * 1000;

/** Ten ticks, of which the last ones are recent too. */
function historyOf(recentCount: number, waitingCount = 0) {
  const table = tableOf({});
  const simulator = createSimulator(table, DT_S, START);
  simulator.setSetpoint(0, 30, 0);
  const all = Array.from({ length: 10 }, (_, n) => simulator.tick(START + n + 1));
  let flushes = 0;
  const history = {
    store: createMemoryTelemetryStore(() => all),
    flush: async () => void flushes++,
    waitingFrames: () => waitingCount,
    oldestMs: () => atMs(1),
  };
  const kernel = kernelUnderTest({ table, startTick: START, stores: { history } });
  for (const frame of all.slice(-recentCount)) kernel.telemetry.publish(frame);
  return { history: kernel.history, all, flushes: () => flushes };
}

const rowsOf = (frames: readonly Frame[]) => frames.map((it) => telemetryAt(it, 0)).reverse();

test("samples are those of the recent frames, and older ones of the store, each once", async () => {
  const { history, all, flushes } = historyOf(3);
  expect(await history.samples(ASSET.id, EVERYTHING)).toEqual(rowsOf(all));
  expect(await history.samples(ASSET.id, { ...EVERYTHING, limit: 5 })).toEqual(
    rowsOf(all.slice(5)),
  );
  const range = { limit: 100, fromMs: atMs(2), untilMs: atMs(9) };
  expect(await history.samples(ASSET.id, range)).toEqual(rowsOf(all.slice(1, 8)));
  expect(await history.samples("unknown", EVERYTHING)).toBeUndefined();
  expect(flushes()).toBe(0);
});

test("the store is flushed where frames wait for it that are not recent any more", async () => {
  const { history, flushes } = historyOf(3, 4);
  await history.samples(ASSET.id, EVERYTHING);
  expect(flushes()).toBe(1);
});

test("in memory, samples and steps are those of the recent frames", async () => {
  const { all } = historyOf(0);
  const { telemetry, history } = kernelUnderTest({ startTick: START, recentFrames: 4 });
  for (const frame of all) {
    telemetry.spare(frame.table);
    telemetry.publish(frame);
  }
  expect(await history.samples(ASSET.id, EVERYTHING)).toEqual(rowsOf(all.slice(-4)));
  const range = { fromMs: atMs(0), untilMs: atMs(20), stepS: 4 };
  const steps = await history.steps({ kind: "fleet" }, range);
  expect(steps.flatMap(({ fromMs, sampleCount }) => (sampleCount ? [fromMs] : []))).toEqual(
    [7, 8, 9, 10].map(atMs),
  );
  // Rows are counted from the oldest frame in memory, not from the start of the run.
  expect(history.rowsOf(range, 20)).toBeLessThanOrEqual(4);
});
