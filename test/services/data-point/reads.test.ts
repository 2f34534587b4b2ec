import { expect, test } from "vitest";
import { createMemoryDataPointStore } from "../../../src/adapters/memory/data-point-store.ts";
import { systemTimeZones } from "../../../src/adapters/time-zones/time-zones.ts";
import { createReads, type Pages } from "../../../src/services/data-point/reads.ts";
import { pointOf, POINTS_START_MS as START_MS, writeOf } from "../../support/data-points.ts";

test("what is retrieved at an instant is what could be known then, whenever it was recorded", async () => {
  const store = createMemoryDataPointStore();
  await store.describe([pointOf("A")], []);
  for (const [content, knownMs] of [
    [1, START_MS],
    [2, START_MS + 2_000],
    [3, START_MS + 1_000],
  ] as const)
    await store.insert(
      [writeOf("A", [[START_MS, content]], { knownMs })],
      START_MS + 9_000,
      undefined,
      [],
    );
  const turns = { next: async () => {} };
  const reads = createReads({
    store,
    zones: systemTimeZones,
    nowMs: () => START_MS + 10_000,
    turns,
  });
  const range = { fromMs: START_MS, untilMs: START_MS + 1, mode: "merged" } as const;
  const valuesAt = async (knownMs: number) => {
    const pages = (await reads.retrieveAt({ paths: ["A"] }, knownMs, range)) as Pages<{
      content: unknown;
    }>;
    const found: unknown[] = [];
    for await (const { values } of pages) found.push(...values.map(({ content }) => content));
    return found;
  };
  const seen = [-1, 0, 999, 1_000, 2_000, 10_000].map((ms) => valuesAt(START_MS + ms));
  // Of two writes the one that was recorded later holds.
  expect(await Promise.all(seen)).toEqual([[], [1], [1], [3], [3], [3]]);
});
