import { describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import type { Dispatch } from "../../src/domain/dispatch.ts";

const STORES = { memory: () => createMemoryDispatchStore(100) };

const dispatch = (id: string): Dispatch => ({
  id,
  assetId: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01",
  mw: -0.1 + 0.3,
  durationS: null,
  status: "accepted",
  reason: null,
  submittedAtMs: 1_795_219_437_805,
});

describe.each(Object.entries(STORES))("a dispatch store in %s", (_, open) => {
  test("finds what it keeps, exactly, whatever the case of the id", async () => {
    const store = open();
    await store.add(dispatch("8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0a"));
    expect(await store.find("8F2B6C10-3D7E-4B9A-8C21-6A5E4D3C2B0A")).toEqual(
      dispatch("8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0a"),
    );
  });

  test("has nothing for an unknown id", async () => {
    expect(await open().find("8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0a")).toBeUndefined();
  });
});

test("the memory store forgets the oldest beyond its capacity", async () => {
  const store = createMemoryDispatchStore(2);
  for (const id of ["a", "b", "c"]) await store.add(dispatch(id));
  expect(await store.find("a")).toBeUndefined();
  expect(await store.find("c")).toBeDefined();
});
