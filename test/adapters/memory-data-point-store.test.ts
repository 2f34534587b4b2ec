import { expect, test } from "vitest";
import { createMemoryDataPointStore } from "../../src/adapters/memory/data-point-store.ts";
import type { DataPointStore } from "../../src/domain/ports/data-point-store.ts";
import { pointOf, POINTS_START_MS as START_MS, writeOf } from "../support/data-points.ts";

async function contentsOf(store: DataPointStore, path: string): Promise<unknown[]> {
  const range = { path, mode: "merged", fromMs: -Infinity, untilMs: Infinity } as const;
  const contents: unknown[] = [];
  for await (const page of store.read({ ...range, asOf: {}, nowMs: START_MS }))
    for (const { content } of page) contents.push(content);
  return contents;
}

const insert = (store: DataPointStore, path: string, contents: readonly number[], id?: string) =>
  store.insert(
    [
      writeOf(
        path,
        contents.map((content, n) => [START_MS + n, content]),
      ),
    ],
    START_MS,
    id === undefined ? undefined : { id, text: "t" },
    [],
  );

test("data points in memory: the oldest writes are dropped beyond the capacity", async () => {
  const store = createMemoryDataPointStore({ capacity: 5 });
  await store.describe([pointOf("A"), pointOf("B")], []);
  await insert(store, "A", [1, 2]);
  await insert(store, "B", [3, 4, 5]);
  expect(await contentsOf(store, "A")).toEqual([1, 2]);
  await insert(store, "B", [6]);
  expect(await contentsOf(store, "A")).toEqual([]);
  expect(await contentsOf(store, "B")).toEqual([6, 4, 5]);
});

test("data points in memory: a write beyond the capacity is alone", async () => {
  const store = createMemoryDataPointStore({ capacity: 2 });
  await store.describe([pointOf("A"), pointOf("B")], []);
  await insert(store, "A", [1]);
  await insert(store, "B", [1, 2, 3]);
  expect([await contentsOf(store, "A"), await contentsOf(store, "B")]).toEqual([[], [1, 2, 3]]);
});

test("data points in memory: the oldest requests are forgotten", async () => {
  const store = createMemoryDataPointStore({ requests: 2 });
  await store.describe([pointOf("A")], []);
  for (const id of ["a", "b", "c"]) await insert(store, "A", [1], id);
  expect(await insert(store, "A", [1], "b")).toMatchObject({ kind: "repeated" });
  expect(await insert(store, "A", [1], "a")).toMatchObject({ kind: "stored" });
});
