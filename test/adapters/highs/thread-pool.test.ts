// Threads of the optimiser: their queue, and what becomes of a plan whose thread fails.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test, vi } from "vitest";
import { createThreadPool } from "../../../src/adapters/highs/thread-pool.ts";
import type { PlanCalendar } from "../../../src/domain/plan/calendar.ts";
import type { Optimiser } from "../../../src/domain/ports/optimiser.ts";
import { planInput } from "../../support/plan-input.ts";

/** A thread that answers with the fee of its input, waits for ever at 1, throws at 2, and ends the thread at 3; after the answer it throws at 4, and ends at 5. */
const THREAD = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ input: { feeEurPerMwhr: fee } }) => {
  if (fee === 1) for (;;);
  if (fee === 2) throw new Error("planted");
  if (fee === 3) process.exit(7);
  parentPort.postMessage({ plan: { expectedEur: fee } });
  if (fee === 4) setImmediate(() => { throw new Error("planted"); });
  if (fee === 5) setImmediate(() => process.exit(7));
});`;

let started = 0;
let ended: Promise<unknown>[] = [];
let pool: Optimiser;
const create = (threadCount: number, queueLength: number) => {
  started = 0;
  ended = [];
  pool = createThreadPool({
    ...{ threadCount, queueLength },
    startThread() {
      started++;
      const worker = new Worker(THREAD, { eval: true });
      ended.push(once(worker, "exit").catch(() => {}));
      return worker;
    },
  });
};
const plan = (fee: number, onPlace?: (place: number) => void, timeLimitS = 60) =>
  pool.optimise({ ...planInput([1]), feeEurPerMwhr: fee, timeLimitS }, {} as PlanCalendar, onPlace);
const answer = (expectedEur: number) => ({ plan: { expectedEur } });

afterEach(async () => {
  await pool.stop();
});

test("plans are computed by as many threads as there may be, in their order", async () => {
  create(2, 10);
  const answers = await Promise.all([10, 11, 12, 13, 14].map((fee) => plan(fee)));
  expect(answers).toEqual([10, 11, 12, 13, 14].map(answer));
  expect(started).toBe(2);
});

test("what waits learns its place, and a full queue refuses", async () => {
  create(1, 2);
  const places: number[][] = [[], [], []];
  const waiting = [0, 1, 2].map((n) => plan(10 + n, (place) => places[n]?.push(place)));
  expect(await plan(99)).toMatchObject({ refusal: { code: "OPTIMISER_BUSY" } });
  expect(await Promise.all(waiting)).toEqual([10, 11, 12].map(answer));
  expect(places).toEqual([[], [1, 1], [2, 1]]);
});

test.each([
  [2, /failed: planted/],
  [3, /ended with code 7/],
])("a thread that fails answers, and the next plan has a new one", async (fee, message) => {
  create(1, 10);
  const [failed, next] = await Promise.all([plan(fee), plan(10)]);
  expect(failed).toMatchObject({
    refusal: { code: "OPTIMISER_FAILED", message: expect.stringMatching(message) },
  });
  expect(next).toEqual(answer(10));
  expect(started).toBe(2);
});

test.each([4, 5])("a thread that fails while it waits is replaced: %i", async (fee) => {
  create(1, 10);
  expect(await plan(fee)).toEqual(answer(fee));
  await ended[0];
  expect(await plan(10)).toEqual(answer(10));
  expect(started).toBe(2);
});

test("a thread that hangs is ended long after its time, and the next plan has a new one", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  create(1, 10);
  const answers = Promise.all([plan(1, undefined, 5), plan(10)]);
  vi.advanceTimersByTime(19_999);
  expect(started).toBe(1);
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  expect(await answers).toEqual([
    expect.objectContaining({ refusal: expect.objectContaining({ code: "OPTIMISER_FAILED" }) }),
    answer(10),
  ]);
  expect(started).toBe(2);
});

test("a thread that has answered in time is not ended later", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  create(1, 10);
  expect(await plan(10, undefined, 5)).toEqual(answer(10));
  vi.advanceTimersByTime(100_000);
  vi.useRealTimers();
  expect(await plan(11)).toEqual(answer(11));
  expect(started).toBe(1);
});

test("what waits when it stops is answered", async () => {
  create(1, 10);
  const waiting = [plan(1), plan(10)];
  await pool.stop();
  for (const outcome of await Promise.all([...waiting, plan(11)]))
    expect(outcome).toMatchObject({ refusal: { code: "OPTIMISER_FAILED" } });
});
